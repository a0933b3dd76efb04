"""The directory's groups and the agents in routing end up alike, whatever dies, comes twice or comes at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import timedelta
from typing import Literal

import pytest
from switchboard.directory import api as directory
from switchboard.kit.errors import VersionConflictError
from switchboard.routing import api as routing
from switchboard.routing import steps

from tests.integration.identity.console import Console
from tests.integration.routing.conftest import Centre

When = Literal["before", "after"]
GROUPS = "/api/v2/groups"


def agree(centre: Centre, group: str, *user_ids: str) -> list[bool]:
    """Whether each user is in the group, which directory and routing say alike."""
    with centre.cloud.as_function("directory-api"):
        told = [directory.in_group(group, each) for each in user_ids]
    assert [group in centre.state(each).groups for each in user_ids] == told
    return told


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_change_that_dies_at_any_call_is_followed_all_the_same(centre: Centre, when: When) -> None:
    admin = Console(centre.cloud).client("*:*:*")
    done = set()
    for method in ("POST", "DELETE"):
        for call in range(1, 30):
            first, second = centre.agent(), centre.agent()
            group = centre.group(*([first, second] if method == "DELETE" else []))
            queue = centre.queue(memberGroups=[{"id": group, "type": "GROUP"}])
            path = f"{GROUPS}/{group}"
            version = admin.call("GET", path).body["version"]
            centre.cloud.faults.clear()
            centre.cloud.faults.fail(function="directory-api", call=call, when=when)
            if method == "POST":
                body = {"memberIds": [first, second], "version": version}
                answer = admin.call("POST", f"{path}/members", body)
            else:
                answer = admin.call("DELETE", f"{path}/members", ids=f"{first},{second}")
            struck = centre.cloud.faults.struck
            centre.cloud.faults.clear()
            assert answer.status == (500 if struck else 202), answer.body
            centre.cloud.advance(timedelta(minutes=4))
            within = agree(centre, group, first, second)
            assert len(set(within)) == 1, "both or none"
            done.add((method, within[0]))
            conversation = centre.start(queue)
            assert (centre.alerted_user(conversation) != "") == within[0]
            if not struck:
                break
        else:
            raise AssertionError("the request never came to its end")
        assert call > 8, "the fault was never set on a call that matters"
    assert done == {("POST", True), ("POST", False), ("DELETE", True), ("DELETE", False)}


def test_a_lookup_that_saw_older_members_does_not_have_the_last_word(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It asked while the user was out of the group, and writes after they are back and another lookup found nothing to change."""
    agent = centre.agent()
    group = centre.group(agent)
    asked = directory.in_group
    seen: list[bool] = []

    def overtaken(group_id: str, user_id: str) -> bool:
        monkeypatch.setattr(directory, "in_group", asked)
        seen.append(asked(group_id, user_id))
        centre.let_in(group, agent)
        return seen[0]

    with centre.cloud.as_function("directory-api"):
        directory.groups().remove(group, [agent])  # and dies before routing is told
    monkeypatch.setattr(directory, "in_group", overtaken)
    with centre.cloud.as_function("routing-timers"):
        steps.fire_timer({"timer": "group", "groupId": group, "userIds": [agent]})
    assert seen == [False]
    assert agree(centre, group, agent) == [True]


def test_a_timer_that_comes_twice_or_late_changes_nothing(centre: Centre) -> None:
    agent = centre.agent()
    group = centre.group(agent)
    before = centre.state(agent)
    for _ in range(2):
        with centre.cloud.as_function("routing-timers"):
            steps.fire_timer({"timer": "group", "groupId": group, "userIds": [agent]})
    assert centre.state(agent) == before
    with centre.cloud.as_function("routing-timers"):
        steps.fire_timer({"timer": "group", "groupId": "gone", "userIds": [agent]})
    assert centre.state(agent) == before


def test_joins_and_leaves_at_once_end_alike_in_both(centre: Centre) -> None:
    agents = [centre.agent() for _ in range(3)]
    group = centre.group(agents[0])

    def let_in(user_id: str) -> Callable[[], None]:
        def run() -> None:
            with routing.following(group, [user_id]):
                while True:
                    version = directory.groups().store.get(group)["version"]
                    try:
                        return directory.groups().add(group, [user_id], version)
                    except VersionConflictError:
                        continue

        return run

    def take_out(user_id: str) -> Callable[[], None]:
        def run() -> None:
            with routing.following(group, [user_id]):
                directory.groups().remove(group, [user_id])

        return run

    def as_api(job: Callable[[], None]) -> None:
        with centre.cloud.as_function("directory-api"):
            job()

    jobs = [make(user_id) for user_id in agents for make in (let_in, take_out, let_in)]
    with ThreadPoolExecutor(len(jobs)) as pool:
        started = [pool.submit(copy_context().run, as_api, job) for job in jobs]
        for each in started:
            each.result()
    centre.cloud.settle()
    within = agree(centre, group, *agents)
    with centre.cloud.as_function("directory-api"):
        assert directory.groups().store.get(group)["members"] == sum(within)


def test_a_deleted_user_is_in_no_group_and_no_queue_through_one(centre: Centre) -> None:
    admin = Console(centre.cloud).client("*:*:*")
    made = admin.call("POST", "/api/v2/users", {"name": "Leaver", "email": "leaver@example.com"}).body
    groups = [centre.group(made["id"]), centre.group(made["id"], centre.agent())]
    queue = centre.queue(memberGroups=[{"id": groups[1], "type": "GROUP"}])
    members = f"/api/v2/routing/queues/{queue}/members"
    assert made["id"] in [each["id"] for each in admin.call("GET", members).body["entities"]]
    admin.call("DELETE", f"/api/v2/users/{made['id']}")
    assert [admin.call("GET", f"{GROUPS}/{group}").body["memberCount"] for group in groups] == [0, 1]
    assert made["id"] not in [each["id"] for each in admin.call("GET", members).body["entities"]]
    version = admin.call("GET", f"{GROUPS}/{groups[0]}").body["version"]
    refused = admin.call("POST", f"{GROUPS}/{groups[0]}/members", {"memberIds": [made["id"]], "version": version})
    assert (refused.status, refused.body["details"][0]["fieldName"]) == (400, "memberIds.0")


def test_a_deleted_group_takes_nobody_along(centre: Centre) -> None:
    admin = Console(centre.cloud).client("*:*:*")
    agent = centre.agent()
    group = centre.group(agent)
    queue = centre.queue(memberGroups=[{"id": group, "type": "GROUP"}])
    refused = admin.call("DELETE", f"{GROUPS}/{group}")
    assert (refused.status, refused.body["code"]) == (409, "in.use")
    with centre.cloud.as_function("routing-api"):
        assert str(routing.queues().get(queue)["name"]) in refused.body["message"]
        routing.queues().update(queue, {"memberGroups": None})
    assert admin.call("DELETE", f"{GROUPS}/{group}").status == 204
    assert agree(centre, group, agent) == [False]


def test_a_deleted_queue_no_longer_holds_its_groups(centre: Centre) -> None:
    admin = Console(centre.cloud).client("*:*:*")
    group = centre.group()
    ring = {"memberGroups": [{"id": group, "type": "GROUP"}]}
    queue = centre.queue(bullseye={"rings": [ring]})
    assert admin.call("DELETE", f"{GROUPS}/{group}").status == 409
    assert admin.call("DELETE", f"/api/v2/routing/queues/{queue}").status == 204
    assert admin.call("DELETE", f"{GROUPS}/{group}").status == 204
