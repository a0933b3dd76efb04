"""A crash at any AWS call of a step, and what the retry makes of it: one alert, one slot, nothing lost."""

from datetime import timedelta
from typing import Literal

import pytest

from tests.integration.routing.conftest import Centre

When = Literal["before", "after"]
CALLS_OF_AN_ASSIGNMENT = 9


def _slots(centre: Centre, conversation: str, *users: str) -> list[str]:
    return [user for user in users if conversation in centre.state(user).slots]


def _sound(centre: Centre, conversation: str, *users: str) -> str:
    """One agent is alerted, and they alone hold a slot for it."""
    alerted = centre.alerted_user(conversation)
    assert alerted
    assert _slots(centre, conversation, *users) == [alerted]
    return alerted


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_offer_that_dies_at_any_call_is_repaired_by_its_retry(centre: Centre, when: When) -> None:
    queue = centre.queue(mediaSettings={"message": {"alertingTimeoutSeconds": 600}})
    agents = [centre.agent(queue), centre.agent(queue)]
    struck = 0
    for call in range(1, CALLS_OF_AN_ASSIGNMENT):
        centre.cloud.faults.clear()
        centre.cloud.faults.fail(function="routing-assign", call=call, when=when)
        conversation = centre.start(queue)
        centre.cloud.advance(timedelta(minutes=4))  # the visibility time-out of the queue
        struck += centre.cloud.faults.struck
        _sound(centre, conversation, *agents)
        centre.set_state(conversation, "connected")
        centre.set_state(conversation, "disconnected")
        assert _slots(centre, conversation, *agents) == []
    centre.cloud.faults.clear()
    assert struck >= 5


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_match_that_dies_at_any_call_is_repaired_by_its_retry(centre: Centre, when: When) -> None:
    queue = centre.queue(mediaSettings={"message": {"alertingTimeoutSeconds": 600}})
    agent = centre.agent(queue, on_queue=False)
    struck = 0
    for call in range(1, CALLS_OF_AN_ASSIGNMENT):
        centre.cloud.faults.clear()
        conversation = centre.start(queue)
        centre.cloud.advance(timedelta(minutes=1))
        assert centre.waiting(queue) == [conversation]
        centre.cloud.faults.fail(function="routing-assign", call=call, when=when)
        centre.say(agent, "IDLE")
        centre.cloud.advance(timedelta(minutes=4))
        struck += centre.cloud.faults.struck
        _sound(centre, conversation, agent)
        assert centre.waiting(queue) == []
        centre.set_state(conversation, "connected")
        centre.set_state(conversation, "disconnected")
        centre.say(agent, "OFF_QUEUE")
    centre.cloud.faults.clear()
    assert struck >= 5


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_time_out_that_dies_at_any_call_is_repaired_by_its_retry(centre: Centre, when: When) -> None:
    queue = centre.queue()
    first, second = centre.agent(queue), centre.agent(queue)
    struck = 0
    for call in range(1, 6):
        conversation = centre.start(queue)
        alerted = _sound(centre, conversation, first, second)
        centre.cloud.faults.clear()
        centre.cloud.faults.fail(function="routing-timers", call=call, when=when)
        centre.cloud.advance(timedelta(seconds=31))
        centre.cloud.advance(timedelta(seconds=200))
        struck += centre.cloud.faults.struck
        assert centre.status(alerted) == "NOT_RESPONDING"
        assert _slots(centre, conversation, alerted) == []
        centre.say(first, "IDLE")
        centre.say(second, "IDLE")
        taken = _sound(centre, conversation, first, second)
        centre.set_state(conversation, "connected")
        centre.set_state(conversation, "disconnected")
        assert centre.status(taken) == "IDLE"
        centre.say(first, "IDLE")
        centre.say(second, "IDLE")
    centre.cloud.faults.clear()
    assert struck >= 4


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_release_that_dies_at_any_call_is_repaired_by_its_retry(centre: Centre, when: When) -> None:
    utilized_queue = centre.queue(mediaSettings={"message": {"alertingTimeoutSeconds": 600}})
    agent = centre.agent(utilized_queue)
    struck = 0
    for call in range(1, 4):
        conversations = [centre.start(utilized_queue) for _ in range(5)]
        for each in conversations[:4]:
            centre.set_state(each, "connected")
        assert centre.waiting(utilized_queue) == conversations[4:]
        centre.cloud.faults.clear()
        centre.cloud.faults.fail(function="routing-release", call=call, when=when)
        centre.set_state(conversations[0], "disconnected")
        centre.cloud.advance(timedelta(minutes=4))
        struck += centre.cloud.faults.struck
        assert centre.alerted_user(conversations[4]) == agent
        centre.cloud.faults.clear()
        centre.set_state(conversations[4], "connected")
        for each in conversations[1:]:
            centre.set_state(each, "disconnected")
        assert centre.status(agent) == "IDLE"
    assert struck == 3


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_match_of_several_that_dies_at_any_call_is_repaired_by_its_retry(centre: Centre, when: When) -> None:
    queue = centre.queue(mediaSettings={"message": {"alertingTimeoutSeconds": 3600}})
    agent = centre.agent(queue, on_queue=False)
    struck = 0
    for call in range(1, 12):
        waiting = [centre.start(queue) for _ in range(3)]
        centre.cloud.faults.clear()
        centre.cloud.faults.fail(function="routing-assign", call=call, when=when)
        centre.say(agent, "IDLE")
        centre.cloud.advance(timedelta(seconds=200))
        struck += centre.cloud.faults.struck
        centre.cloud.faults.clear()
        assert [centre.alerted_user(each) for each in waiting] == [agent] * 3
        assert centre.waiting(queue) == []
        assert sorted(centre.state(agent).slots) == sorted(waiting)
        for each in waiting:
            centre.set_state(each, "connected")
            centre.set_state(each, "disconnected")
        centre.say(agent, "OFF_QUEUE")
    assert struck >= 10
