"""Every operation, called by who has no business with what it names: from another division or conversation, or no longer here."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from switchboard.identity import api as identity
from switchboard.kit import ids
from switchboard.kit.callers import EVERY_DIVISION

from local.cloud import LocalCloud
from tests.integration.identity.branch import Branch, furnished
from tests.integration.identity.console import Answer, Console
from tests.integration.routing.conftest import Centre
from tools.served import apis

# Of no division: open to a permission that is held anywhere, or the caller's own.
ELSEWHERE = (
    "/api/v2/authorization/divisions",
    "/api/v2/authorization/roles",
    "/api/v2/authorization/subjects/{subjectId}",
    "/api/v2/oauth",
    "/api/v2/groups",
    "/api/v2/presence/definitions",
    "/api/v2/responsemanagement",
    "/api/v2/conversations/messaging",
    "/api/v2/routing/languages",
    "/api/v2/routing/message",
    "/api/v2/routing/utilization",
    "/api/v2/analytics/conversations/details/jobs",
    "/api/v2/analytics/reporting",
    "/api/v2/notifications",
)
# Names in paths of things that a branch does not have: what lies under them is reached through a conversation of one's own.
LACKING = ("{messageId}", "{integrationId}", "{languageId}")


@pytest.fixture(scope="module")
def cloud() -> Iterator[LocalCloud]:
    with LocalCloud() as started:
        yield started


@pytest.fixture(scope="module")
def admin(cloud: LocalCloud) -> Console:
    return Console(cloud).client("*:*:*")


@pytest.fixture(scope="module")
def branch(cloud: LocalCloud, admin: Console) -> Branch:
    return furnished(Centre(cloud), admin, "south")


@pytest.fixture(scope="module")
def north(admin: Console) -> str:
    return str(admin.call("POST", "/api/v2/authorization/divisions", {"name": "north"}).body["id"])


@pytest.fixture(scope="module")
def neighbour(cloud: LocalCloud, north: str) -> Console:
    """A person who may do everything in one division, and nothing in the other."""
    user_id = Centre(cloud).agent(on_queue=False)
    caller = Console(cloud).client(user_id=user_id)
    with cloud.as_function("identity-api"):
        identity.grant([user_id], [north], identity.ADMIN["id"])
    return caller


def operations() -> Iterator[Any]:
    for api in apis().values():
        for declared in api.declared:
            if not declared.operation.open and not declared.operation.path.startswith("/webhooks"):
                yield declared.operation


def naming() -> list[Any]:
    """Those whose path names something that lies in a division."""
    named = [each for each in operations() if "{" in each.path and not each.path.startswith(ELSEWHERE)]
    return [each for each in named if not any(name in each.path for name in LACKING)]


def tells_nothing(answer: Answer) -> bool:
    return answer.status in (403, 404) or (answer.status == 200 and answer.body.get("entities") == [])


def called(caller: Console, operation: Any, branch: Branch) -> Answer:
    body = branch.bodies().get(operation.name.partition(".")[2] or operation.name)
    body = branch.bodies().get(operation.name) if body is None else body
    if body is None and operation.request:
        body = [] if operation.request.startswith("list[") else {}
    path = operation.path.replace("{sourceId}", "purecloud")
    return caller.call(operation.method, branch.path(path), body)


def test_what_lies_in_another_division_is_refused_by_every_operation(neighbour: Console, branch: Branch) -> None:
    answers = {f"{each.method} {each.path}": called(neighbour, each, branch) for each in naming()}
    assert {name: answer.body for name, answer in answers.items() if not tells_nothing(answer)} == {}


def test_to_see_everything_is_not_to_change_it(cloud: LocalCloud, branch: Branch, north: str) -> None:
    """A permission in one division does not go with one to look into another."""
    viewer = Centre(cloud).agent(on_queue=False)
    with cloud.as_function("identity-api"):
        role = identity.roles().create({"name": "sees everything", "permissions": ["*:*:view"]})
        identity.grant([viewer], [EVERY_DIVISION], role["id"])
        identity.grant([viewer], [north], identity.ADMIN["id"])
    caller = Console(cloud).client(user_id=viewer)
    changing = [each for each in naming() if each.method != "GET" and not each.name.endswith(OF_WHO_SEES)]
    answers = {f"{each.method} {each.path}": called(caller, each, branch) for each in changing}
    assert {name: answer.body for name, answer in answers.items() if answer.status not in (403, 404)} == {}


# A read, and what refuses a part that is no consultation to whoever sees that it is none.
OF_WHO_SEES = ("messages_bulk", "patch_conversation_participant")


def test_no_listing_shows_what_lies_in_another_division(neighbour: Console, branch: Branch) -> None:
    """Home's and the caller's own are there; nothing of the branch is."""
    hidden = {value for name, value in branch.ids.items() if name not in ("divisionId", "rowId")}
    shown = {}
    for each in operations():
        listing = each.method == "GET" and "{" not in each.path
        if listing or each.name.endswith(("_search", "_query", "aggregates_query")):
            text = json.dumps(called(neighbour, each, branch).body)
            if found := [value for value in hidden if value in text]:
                shown[each.path] = found
    assert shown == {}


def test_an_agent_who_is_not_on_a_conversation_neither_reads_nor_changes_it(cloud: LocalCloud, branch: Branch) -> None:
    """With the role of agents in every division."""
    user_id = Centre(cloud).agent(on_queue=False)
    colleague = Console(cloud).client(user_id=user_id)
    with cloud.as_function("identity-api"):
        identity.grant([user_id], [EVERY_DIVISION], identity.AGENT["id"])
    about = [each for each in naming() if "{conversationId}" in each.path and not each.name.startswith(OPEN_TO_AGENTS)]
    answers = {f"{each.method} {each.path}": called(colleague, each, branch) for each in about}
    assert {name: answer.body for name, answer in answers.items() if answer.status != 403} == {}
    for topic in TOPICS:
        channel = colleague.call("POST", "/api/v2/notifications/channels").body["id"]
        subscription = [{"id": topic.format_map(branch.ids)}]
        answer = colleague.call("POST", f"/api/v2/notifications/channels/{channel}/subscriptions", subscription)
        assert (topic, answer.status) == (topic, 403)


# Who recognises the customer says so; why somebody was chosen tells no word of what was said.
OPEN_TO_AGENTS = (
    "ExternalContactsApi.put_externalcontacts_conversation",
    "GET /api/v2/routing/conversations/{conversationId}/decisions",
)
TOPICS = (
    "v2.users.{userId}.conversations",
    "v2.users.{userId}.conversations.messages",
    "v2.routing.queues.{queueId}.conversations",
    "v2.conversations.{conversationId}",
)


@pytest.mark.parametrize("state", ["inactive", "deleted"])
def test_the_token_of_who_is_no_longer_here_opens_nothing(
    cloud: LocalCloud, admin: Console, branch: Branch, state: str
) -> None:
    user_id = Centre(cloud).agent(on_queue=False)
    with cloud.as_function("identity-api"):
        identity.grant([user_id], [EVERY_DIVISION], identity.ADMIN["id"])
    gone = Console(cloud).client(user_id=user_id)
    assert gone.call("GET", "/api/v2/users/me").status == 200
    version = admin.call("GET", f"/api/v2/users/{user_id}").body["version"]
    if state == "deleted":
        assert admin.call("DELETE", f"/api/v2/users/{user_id}").status == 200
    else:
        assert admin.call("PATCH", f"/api/v2/users/{user_id}", {"state": state, "version": version}).status == 200
    cloud.advance(timedelta(seconds=61))
    let_in = {}
    for each in operations():
        path = each.path.replace("+}", "}").format_map(_Anything(branch.ids))
        answer = gone.call(each.method, path, {})
        if answer.status != 401:
            let_in[f"{each.method} {each.path}"] = answer.body
    assert let_in == {}


class _Anything(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return ids.new()


def test_a_machine_has_nothing_of_a_persons_own(cloud: LocalCloud) -> None:
    """A client without a user, that may do everything, is no one whose conversations, advice or status there could be."""
    machine = Console(cloud).client("*:*:*")
    own = [each for each in operations() if each.path in OF_A_PERSON]
    answers = {each.path: machine.call(each.method, each.path, {}) for each in own if each.method == "GET"}
    assert {path: (answer.status, answer.body["code"]) for path, answer in answers.items()} == dict.fromkeys(
        OF_A_PERSON, (400, "bad.request")
    )


OF_A_PERSON = (
    "/api/v2/conversations",
    "/api/v2/conversations/callbacks",
    "/api/v2/conversations/messages",
    "/api/v2/users/me",
)


def test_what_waits_is_changed_by_who_may_change_it_in_its_division(
    cloud: LocalCloud, north: str, branch: Branch
) -> None:
    caller = Centre(cloud).agent(on_queue=False)
    with cloud.as_function("identity-api"):
        for division, permission in ((north, "routing:conversation:edit"), (EVERY_DIVISION, "routing:queue:edit")):
            role = identity.roles().create({"name": permission, "permissions": [permission]})
            identity.grant([caller], [division], role["id"])
    path = branch.path("/api/v2/routing/conversations/{conversationId}")
    answer = Console(cloud).client(user_id=caller).call("PATCH", path, {"priority": 5})
    assert (answer.status, answer.body["code"]) == (403, "missing.permissions")


def test_whether_there_is_an_emergency_elsewhere_is_not_told(
    admin: Console, neighbour: Console, north: str, branch: Branch
) -> None:
    body = {"name": "north hours", "timeZone": "UTC", "division": {"id": north}}
    group = admin.call("POST", "/api/v2/architect/schedulegroups", body).body["id"]
    path = f"/api/v2/architect/schedulegroups/{group}/evaluation"
    assert neighbour.call("GET", path).status == 200
    assert neighbour.call("GET", path, emergencyGroupId=branch.ids["emergencyGroupId"]).status == 403


def test_names_and_addresses_are_not_found_out_by_transfers_of_nothing(neighbour: Console, branch: Branch) -> None:
    """Whoever takes no part is told so, whatever else is wrong."""
    for transfer, known in (("queue", "queue-south"), ("agent", "user-south@branch.example")):
        path = branch.path(
            f"/api/v2/conversations/{{conversationId}}/participants/{{participantId}}/replace/{transfer}"
        )
        for name in (known, "nobody"):
            assert neighbour.call("POST", path, {"queueName": name, "userName": name}).status == 403
