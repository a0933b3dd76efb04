"""What is visible and may be done in one division only: conversations of the queues that lie there."""

import itertools
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from switchboard.identity import api as identity

from tests.integration.identity.console import Console
from tests.load.replay import Replay

_names = itertools.count(1)
_customers = itertools.count(7000)
CONVERSATIONS = "/api/v2/conversations"
PERMISSIONS = ("conversation:*:*", "analytics:*:view", "externalContacts:*:view", "routing:queue:view")


class Branch:
    """A division with a queue of its own, and its supervisor, who holds everything there and nothing elsewhere."""

    def __init__(self, admin: Console) -> None:
        name = f"Branch {next(_names)}"
        self.division = str(done(admin.call("POST", "/api/v2/authorization/divisions", {"name": name}))["id"])
        body = {"name": name, "division": {"id": self.division}}
        self.queue = str(done(admin.call("POST", "/api/v2/routing/queues", body))["id"])
        self.supervisor = Console(admin.cloud).client(*PERMISSIONS, division=self.division)

    def both_ways(self, other: "Branch") -> Console:
        """Somebody who may besides hand over to what lies in the other branch."""
        with self.supervisor.cloud.as_function("identity-api"):
            everything = {"name": f"of both {next(_names)}", "permissions": list(PERMISSIONS)}
            target = {"name": f"towards {next(_names)}", "permissions": ["conversation:communication:target"]}
            held = {self.division: identity.roles().create(everything), other.division: identity.roles().create(target)}
            pairs = [{"roleId": role["id"], "divisionId": division} for division, role in held.items()]
            body = {"name": "both ways", "authorizedGrantType": "CLIENT-CREDENTIALS", "roleDivisions": pairs}
            client, secret = identity.clients().create(body)
        return Console(self.supervisor.cloud).as_client(client["id"], secret)


def done(answer: Any) -> Any:
    assert answer.status < 300, answer.body
    return answer.body


@pytest.fixture(scope="module")
def admin(replay: Replay) -> Console:
    return Console(replay.cloud).client("*:*:*")


@pytest.fixture(scope="module")
def north(admin: Console) -> Branch:
    return Branch(admin)


@pytest.fixture(scope="module")
def south(admin: Console) -> Branch:
    return Branch(admin)


@pytest.fixture
def written(replay: Replay, admin: Console, north: Branch) -> Iterator[str]:
    """A conversation that a flow led to North's queue."""
    action = {"transferToAcd": {"targetQueue": {"id": north.queue}}}
    task = {"task": {"refId": "main", "actions": [action]}}
    definition = {"inboundShortMessage": {"startUpRef": "./tasks/task[main]", "tasks": [task]}}
    flow = done(
        admin.call("POST", "/api/v2/flows", {"name": f"To north {next(_names)}", "type": "INBOUNDSHORTMESSAGE"})
    )
    done(admin.call("POST", f"/api/v2/flows/{flow['id']}/versions", definition))
    done(admin.call("POST", "/api/v2/flows/actions/publish", flow=flow["id"]))
    path = "/api/v2/routing/message/recipients"
    (recipient,) = done(admin.call("GET", path, messengerType="whatsapp"))["entities"]
    done(admin.call("PUT", f"{path}/{recipient['id']}", {"flow": {"id": flow["id"]}}))
    replay.cloud.advance(timedelta(seconds=31))
    customer = next(_customers)
    replay.webhook(customer, f"wamid.division.{customer}", replay.seconds())
    replay.cloud.settle()
    found = done(admin.call("POST", "/api/v2/analytics/conversations/details/query", _query(replay, north.queue)))
    yield str(found["conversations"][-1]["conversationId"])
    done(admin.call("PUT", f"{path}/{recipient['id']}", {"flow": {"id": recipient["flow"]["id"]}}))
    replay.cloud.advance(timedelta(seconds=31))


def _query(replay: Replay, queue: str) -> dict[str, Any]:
    now = replay.cloud.clock.now()
    return {
        "interval": f"{(now - timedelta(hours=2)).isoformat()}/{(now + timedelta(hours=1)).isoformat()}",
        "segmentFilters": [{"type": "and", "predicates": [{"dimension": "queueId", "value": queue}]}],
    }


def _callback(replay: Replay, branch: Branch, caller: Console) -> Any:
    at = replay.cloud.clock.now() + timedelta(hours=1)
    body = {
        "queueId": branch.queue,
        "callbackNumbers": [f"+1555{next(_customers):07d}"],
        "callbackScheduledTime": at.isoformat(timespec="milliseconds"),
    }
    return caller.call("POST", f"{CONVERSATIONS}/callbacks", body)


def test_the_flows_queue_brings_its_division(replay: Replay, north: Branch, south: Branch, written: str) -> None:
    shown = done(north.supervisor.call("GET", f"{CONVERSATIONS}/{written}"))
    (membership,) = shown["divisions"]
    assert membership["division"]["id"] == north.division
    assert [each["id"] for each in membership["entities"]] == [north.queue]
    for path in (f"/{written}", f"/messages/{written}"):
        assert south.supervisor.call("GET", CONVERSATIONS + path).status == 403
        assert north.supervisor.call("GET", CONVERSATIONS + path).status == 200
    assert south.supervisor.call("POST", f"{CONVERSATIONS}/{written}/disconnect").status == 403
    assert south.supervisor.call("POST", f"{CONVERSATIONS}/{written}/assign", {"id": "x"}).status == 403


def test_reports_show_what_lies_in_the_callers_division(
    replay: Replay, north: Branch, south: Branch, written: str
) -> None:
    query = "/api/v2/analytics/conversations/details/query"
    asked = _query(replay, north.queue)
    seen = [each["conversationId"] for each in done(north.supervisor.call("POST", query, asked))["conversations"]]
    assert written in seen
    assert not done(south.supervisor.call("POST", query, asked)).get("conversations")
    details = f"/api/v2/analytics/conversations/{written}/details"
    assert done(north.supervisor.call("GET", details))["divisionIds"] == [north.division]
    assert south.supervisor.call("GET", details).status == 403
    grouped = {"interval": asked["interval"], "metrics": ["nOffered"], "groupBy": ["divisionId"]}
    results = done(north.supervisor.call("POST", "/api/v2/analytics/conversations/aggregates/query", grouped))[
        "results"
    ]
    assert [each["group"]["divisionId"] for each in results if each["group"]["mediaType"] == "message"] == [
        north.division
    ]


def test_a_transfer_lets_the_other_division_see_it_too(
    replay: Replay, admin: Console, north: Branch, south: Branch, written: str
) -> None:
    (acd,) = [
        each
        for each in done(admin.call("GET", f"{CONVERSATIONS}/{written}"))["participants"]
        if each["purpose"] == "acd"
    ]
    transfer = f"{CONVERSATIONS}/{written}/participants/{acd['id']}/replace/queue"
    assert south.supervisor.call("POST", transfer, {"queueId": south.queue}).status == 403
    refused = north.supervisor.call("POST", transfer, {"queueId": south.queue})
    assert (refused.status, refused.body["code"]) == (403, "missing.permissions")
    done(north.both_ways(south).call("POST", transfer, {"queueId": south.queue}))
    seen = done(south.supervisor.call("GET", f"{CONVERSATIONS}/{written}"))
    assert [each["division"]["id"] for each in seen["divisions"]] == [north.division, south.division]
    assert north.supervisor.call("GET", f"{CONVERSATIONS}/{written}").status == 200


def test_callbacks_are_asked_for_and_changed_in_their_division(
    replay: Replay, admin: Console, north: Branch, south: Branch
) -> None:
    assert _callback(replay, south, north.supervisor).status == 403
    mine = done(_callback(replay, north, north.supervisor))["conversation"]["id"]
    theirs = done(_callback(replay, south, south.supervisor))["conversation"]["id"]
    items = [
        {"conversationId": theirs, "callbackNumbers": ["+15550001111"]},
        {"conversationId": mine, "queueId": south.queue},
        {"conversationId": mine, "callbackNumbers": ["+15550001111"]},
    ]
    path = f"{CONVERSATIONS}/callbacks/bulk"
    changed = done(north.supervisor.call("POST", f"{path}/update", {"patchCallbackRequests": items}))
    assert changed["errorIndexes"] == [0, 1]
    assert {each["error"]["code"] for each in changed["results"][:2]} == {"missing.permissions"}
    named = [{"conversationId": theirs}, {"conversationId": mine}]
    ended = done(north.supervisor.call("POST", f"{path}/disconnect", {"callbackDisconnectIdentifiers": named}))
    assert ended["errorIndexes"] == [0]
    states = [done(admin.call("GET", f"{CONVERSATIONS}/{each}"))["state"] for each in (mine, theirs)]
    assert states == ["disconnected", "connected"]


def test_an_agent_of_another_division_sees_their_own_part(
    replay: Replay, admin: Console, north: Branch, south: Branch, written: str
) -> None:
    """Whoever takes part needs no permission in the division."""
    user = next(iter(replay.users().values()))
    agent = Console(replay.cloud).client("conversation:communication:view", division=south.division, user_id=user)
    assert agent.call("GET", f"{CONVERSATIONS}/{written}").status == 403
    done(admin.call("POST", f"/api/v2/routing/queues/{north.queue}/members", [{"id": user}]))
    done(admin.call("POST", f"{CONVERSATIONS}/{written}/assign", {"id": user}))
    replay.cloud.settle()
    assert agent.call("GET", f"{CONVERSATIONS}/{written}").status == 200


def _agent(replay: Replay, admin: Console, *divisions: str) -> tuple[str, Console]:
    """A new user with the agents' role in these divisions."""
    made = {"name": f"Agent {next(_names)}", "email": f"agent{next(_names)}@example.com"}
    user = str(done(admin.call("POST", "/api/v2/users", made))["id"])
    with replay.cloud.as_function("identity-api"):
        identity.grant([user], divisions, identity.AGENT["id"])
    return user, Console(replay.cloud).client(user_id=user)


def test_an_agent_who_writes_first_takes_over_nothing_of_another_division(
    replay: Replay, admin: Console, north: Branch, south: Branch
) -> None:
    """The customer waits in North's queue; an agent of South writes to the same number on behalf of South's."""
    opening = {"toAddress": f"+1555{next(_customers):07d}", "toAddressMessengerType": "whatsapp"}
    _, first = _agent(replay, admin, north.division)
    path = f"{CONVERSATIONS}/messages"
    waiting = done(first.call("POST", path, opening | {"queueId": north.queue}))["id"]
    part = next(
        each
        for each in done(first.call("GET", f"{CONVERSATIONS}/{waiting}"))["participants"]
        if each["purpose"] == "agent"
    )
    transfer = f"{CONVERSATIONS}/{waiting}/participants/{part['id']}/replace/queue"
    done(first.call("POST", transfer, {"queueId": north.queue}))
    user, second = _agent(replay, admin, south.division)
    for existing in (True, False):
        refused = second.call("POST", path, opening | {"queueId": south.queue, "useExistingConversation": existing})
        assert (refused.status, refused.body["code"]) == (403, "missing.permissions")
    with replay.cloud.as_function("identity-api"):
        identity.grant([user], [north.division], identity.AGENT["id"])
    joined = second.call("POST", path, opening | {"queueId": south.queue, "useExistingConversation": True})
    assert done(joined)["id"] == waiting


def test_a_message_is_read_by_its_id_by_who_takes_part_or_may_read_those_of_others(
    replay: Replay, admin: Console, north: Branch, written: str
) -> None:
    (message, *_) = done(admin.call("POST", f"{CONVERSATIONS}/messages/{written}/messages/bulk", []))["entities"]
    path = f"{CONVERSATIONS}/messages/{message['id']}/details"
    user, agent = _agent(replay, admin, "*")
    assert agent.call("GET", path).status == 403
    assert admin.call("GET", path).status == 200
    done(admin.call("POST", f"/api/v2/routing/queues/{north.queue}/members", [{"id": user}]))
    done(admin.call("PUT", f"/api/v2/users/{user}/routingstatus", {"status": "IDLE"}))
    done(admin.call("POST", f"{CONVERSATIONS}/{written}/assign", {"id": user}))
    replay.cloud.settle()
    assert agent.call("GET", path).status == 200
