"""Commands that come again long after they were meant: dead letters that are moved back."""

from typing import Any

import pytest
from switchboard.conversations import api as conversations
from switchboard.conversations import console, events
from switchboard.conversations.models import Participant
from switchboard.conversations.transitions import QueueTarget
from switchboard.routing import api as routing
from switchboard.routing import bootstrap, steps

from tests.integration.routing.conftest import Centre


def _acd(centre: Centre, conversation: str) -> Participant:
    return centre.conversation(conversation).of_purpose("acd")[-1]


def _move(centre: Centre, conversation: str, queue: str) -> None:
    with centre.cloud.acting(), centre.cloud.as_function("conversations-api"):
        console.transfer(conversation, _acd(centre, conversation).id, QueueTarget(queue, "Queue"))
    centre.cloud.settle()


def _again(centre: Centre, command: dict[str, Any]) -> None:
    with centre.cloud.as_function("routing-assign"):
        steps.assign(command, attempt=4)


@pytest.mark.parametrize("keeps_its_time", [True, False])
def test_a_withdrawal_takes_no_later_wait_off_its_place(centre: Centre, keeps_its_time: bool) -> None:
    """Back in the queue, it may even stand at the very place that it left: it keeps the time that it has waited."""
    queue, other = centre.queue(), centre.queue()
    conversation = centre.start(queue)
    first = _acd(centre, conversation)
    late = {"command": "withdraw", **events.asked(conversation, first)}
    _move(centre, conversation, other)
    _move(centre, conversation, queue)
    second = _acd(centre, conversation)
    assert (second.id != first.id, second.routing) == (True, first.routing)
    if not keeps_its_time:
        with centre.cloud.acting(), centre.cloud.as_function("routing-api"):
            conversations.change_routing(conversation, lambda data: data.__class__(queued_at=data.queued_at + 1))
        centre.cloud.settle()
    _again(centre, late)
    with centre.cloud.as_function("routing-api"):
        (waits,) = bootstrap.repository().places.waiting(queue)
    assert waits.participant_id == second.id
    assert centre.waiting(other) == []
    agent = centre.agent(queue)
    assert centre.alerted_user(conversation) == agent


def test_a_withdrawal_comes_twice(centre: Centre) -> None:
    queue = centre.queue()
    conversation, stays = centre.start(queue), centre.start(queue)
    late = {"command": "withdraw", **events.asked(conversation, _acd(centre, conversation))}
    for _ in range(2):
        _again(centre, late)
        assert centre.waiting(queue) == [stays]


def test_a_withdrawal_finds_a_place_that_the_queues_new_rules_gave(centre: Centre) -> None:
    queue = centre.queue()
    conversation = centre.start(queue, priority=5)
    with centre.cloud.acting(), centre.cloud.as_function("routing-api"):
        routing.set_waiting_settings(queue, {"secondsPerPriority": 600})
    centre.cloud.settle()
    with centre.cloud.acting(), centre.cloud.as_function("conversations-api"):
        console.disconnect(conversation)
    centre.cloud.settle()
    assert centre.waiting(queue) == []
