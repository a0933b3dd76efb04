"""Who is deleted, or may not work for now, leaves nobody alone: what they had goes to somebody else."""

from datetime import timedelta
from typing import Any

import pytest
from switchboard.conversations import console as conversations
from switchboard.routing import bootstrap

from tests.integration.identity.console import Console
from tests.integration.routing.conftest import Centre


@pytest.fixture
def admin(centre: Centre) -> Console:
    return Console(centre.cloud).client("*:*:*")


def depart(centre: Centre, admin: Console, user: str, how: str) -> None:
    path = f"/api/v2/users/{user}"
    version = admin.call("GET", path).body["version"]
    body: dict[str, Any] | None = {"state": "inactive", "version": version} if how == "PATCH" else None
    answer = admin.call(how, path, body)
    assert answer.status == 200, answer.body
    centre.cloud.settle()


@pytest.mark.parametrize("how", ["DELETE", "PATCH"])
@pytest.mark.parametrize("state", ["alerting", "connected"])
def test_what_they_had_goes_to_somebody_else(centre: Centre, admin: Console, state: str, how: str) -> None:
    queue = centre.queue()
    leaving = centre.agent(queue)
    conversation = centre.start(queue)
    assert centre.alerted_user(conversation) == leaving
    if state == "connected":
        centre.set_state(conversation, "connected")
    depart(centre, admin, leaving, how)
    assert centre.waiting(queue) == [conversation]
    assert centre.alerted_user(conversation) == ""
    staying = centre.agent(queue)
    assert centre.alerted_user(conversation) == staying
    assert centre.state(leaving).slots.keys() <= {conversation}, "at most their after-call work"


def test_a_conference_goes_on_without_them(centre: Centre, admin: Console) -> None:
    queue = centre.queue()
    leaving, joining = centre.agent(queue), centre.agent(queue, on_queue=False)
    conversation = centre.start(queue)
    centre.set_state(conversation, "connected")
    with centre.cloud.as_function("conversations-api"):
        conversations.join(conversation, joining, "Joining", lambda _: None)
    centre.cloud.settle()
    depart(centre, admin, leaving, "DELETE")
    assert centre.waiting(queue) == []
    assert [each.user_id for each in centre.conversation(conversation).participants if each.active][1:] == [joining]
    depart(centre, admin, joining, "DELETE")
    assert centre.conversation(conversation).end


def test_a_queue_takes_its_memberships_with_it(centre: Centre, admin: Console) -> None:
    queue, other = centre.queue(), centre.queue()
    agents = [centre.agent(queue, other) for _ in range(3)]
    assert admin.call("DELETE", f"/api/v2/routing/queues/{queue}").status == 204
    assert [each["id"] for each in admin.call("GET", f"/api/v2/users/{agents[0]}/queues").body["entities"]] == [other]
    centre.cloud.advance(timedelta(seconds=61))
    assert [list(centre.state(each).queues) for each in agents] == [[other]] * 3
    with centre.cloud.as_function("routing-api"):
        assert bootstrap.repository().members(queue) == []


def test_a_queue_that_is_not_deleted_after_all_keeps_its_members(centre: Centre, admin: Console) -> None:
    queue = centre.queue()
    agent = centre.agent(queue, on_queue=False)
    waiting = centre.start(queue)
    assert admin.call("DELETE", f"/api/v2/routing/queues/{queue}").status == 409
    centre.cloud.advance(timedelta(seconds=61))
    centre.say(agent, "IDLE")
    assert centre.alerted_user(waiting) == agent
