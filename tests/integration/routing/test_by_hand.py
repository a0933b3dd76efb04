"""Work that is assigned by hand: a supervisor gives it to an agent, or an agent takes it from the list of what waits."""

from datetime import timedelta

from switchboard.conversations import console
from switchboard.identity import api as identity
from switchboard.kit.callers import EVERY_DIVISION
from switchboard.routing import api as routing

from tests.integration.identity.console import Console
from tests.integration.routing.conftest import Centre


def _given(centre: Centre, conversation: str, agent: str) -> str:
    """Whom it alerts once a supervisor has given it to the agent."""
    with centre.cloud.as_function("conversations-api"):
        console.assign(conversation, agent)
    centre.cloud.settle()
    return centre.alerted_user(conversation)


def _taken(centre: Centre, conversation: str, agent: str) -> tuple[int, str]:
    """How an attempt to take it ends of who has the role of agents: status and code."""
    with centre.cloud.as_function("identity-api"):
        identity.grant([agent], [EVERY_DIVISION], identity.AGENT["id"])
    return _tried(centre, conversation, agent)


def _tried(centre: Centre, conversation: str, agent: str) -> tuple[int, str]:
    client = Console(centre.cloud).client(user_id=agent)
    answer = client.call("POST", f"/api/v2/conversations/{conversation}/assign", {"id": agent})
    return answer.status, "" if answer.status == 200 else answer.body["code"]


def test_who_declined_it_may_be_given_it_all_the_same(centre: Centre) -> None:
    queue = centre.queue()
    agent = centre.agent(queue)
    conversation = centre.start(queue)
    centre.set_state(conversation, "disconnected")
    assert centre.alerted_user(conversation) == ""
    assert _given(centre, conversation, agent) == agent


def test_an_agent_takes_what_they_lack_the_skill_for(centre: Centre) -> None:
    queue, skill = centre.queue(), centre.skill()
    agent = centre.agent(queue)
    conversation = centre.start(queue, skill_ids=(skill,))
    assert _tried(centre, conversation, agent) == (403, "missing.permissions")
    assert _taken(centre, conversation, agent) == (200, "")
    centre.cloud.settle()
    part = centre.alerting(conversation)
    assert part is not None and part.choice is not None
    assert (part.user_id, part.choice.used_routing) == (agent, "Manual")
    assert _taken(centre, conversation, agent) == (409, "invalid.state")


def test_of_two_who_take_it_one_has_it(centre: Centre) -> None:
    queue, skill = centre.queue(), centre.skill()
    first, second = centre.agent(queue), centre.agent(queue)
    conversation = centre.start(queue, skill_ids=(skill,))
    assert _taken(centre, conversation, first) == (200, "")
    assert _taken(centre, conversation, second) == (409, "invalid.state")
    centre.cloud.settle()
    assert centre.alerted_user(conversation) == first


def test_what_was_given_to_who_cannot_take_it_others_may_take(centre: Centre) -> None:
    queue, skill = centre.queue(), centre.skill()
    away, there = centre.agent(queue, on_queue=False), centre.agent(queue)
    conversation = centre.start(queue, skill_ids=(skill,))
    assert _given(centre, conversation, away) == ""
    assert _taken(centre, conversation, away) == (409, "conflict")
    assert _taken(centre, conversation, there) == (200, "")
    centre.cloud.settle()
    assert centre.alerted_user(conversation) == there


def test_an_agent_takes_no_more_than_they_may_have(centre: Centre) -> None:
    queue, skill = centre.queue(), centre.skill()
    agent = centre.agent(queue)
    for _ in range(routing.DEFAULT_UTILIZATION["message"].maximum_capacity):
        centre.start(queue)
    conversation = centre.start(queue, skill_ids=(skill,))
    assert _taken(centre, conversation, agent) == (409, "agent.no.capacity")


def test_only_of_their_own_queues_and_where_the_queue_allows_it(centre: Centre) -> None:
    queue, skill = centre.queue(enableManualAssignment=False), centre.skill()
    member, other = centre.agent(queue), centre.agent()
    conversation = centre.start(queue, skill_ids=(skill,))
    assert _taken(centre, conversation, other) == (403, "not.authorized")
    assert _taken(centre, conversation, member) == (409, "conflict")
    centre.cloud.advance(timedelta(seconds=30))
    assert centre.waiting(queue) == [conversation]
