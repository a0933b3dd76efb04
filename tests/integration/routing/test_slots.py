"""A slot is that of the part which has it now: what an earlier part of the same agent still has on its way must not take it."""

from datetime import timedelta

import pytest
from switchboard.conversations import console, events
from switchboard.conversations.models import Participant
from switchboard.conversations.transitions import QueueTarget
from switchboard.routing import api as routing
from switchboard.routing import steps
from switchboard.routing.models import Interaction

from tests.integration.identity.console import Console
from tests.integration.routing.conftest import Centre

TO_BE_UNUSED = timedelta(seconds=61)


def _agents_part(centre: Centre, conversation: str) -> Participant:
    return centre.conversation(conversation).of_purpose("agent")[-1]


def _talking(centre: Centre, **settings: object) -> tuple[str, str]:
    """An agent and the conversation that they have answered."""
    queue = centre.queue(**settings)
    agent, conversation = centre.agent(queue), centre.start(queue)
    centre.set_state(conversation, "connected")
    centre.cloud.clock.advance(timedelta(seconds=1))
    return agent, conversation


def _park(centre: Centre, conversation: str) -> Participant:
    part = _agents_part(centre, conversation)
    with centre.cloud.as_function("conversations-api"):
        console.park(conversation, part.id)
    centre.cloud.clock.advance(timedelta(milliseconds=5))
    return part


def _take(centre: Centre, agent: str, conversation: str) -> bool:
    with centre.cloud.as_function("conversations-api"):
        return routing.take(agent, Interaction(conversation_id=conversation, participant_id="", queue_id=""))


def test_what_is_taken_up_again_at_once_keeps_its_slot(centre: Centre) -> None:
    """Before anybody has been told that it was parked."""
    agent, conversation = _talking(centre)
    part = _park(centre, conversation)
    path = f"/api/v2/conversations/messages/{conversation}/participants/{part.id}"
    answer = Console(centre.cloud).client("*:*:*").call("PATCH", path, {"state": "connected"})
    assert answer.status == 202
    centre.cloud.settle()
    assert list(centre.state(agent).slots) == [conversation]
    centre.cloud.advance(TO_BE_UNUSED)
    assert list(centre.state(agent).slots) == [conversation]
    centre.set_state(conversation, "disconnected")
    assert centre.state(agent).slots == {}


@pytest.mark.parametrize("parked", [True, False])
def test_what_is_taken_for_nothing_is_left_as_it_was(centre: Centre, parked: bool) -> None:
    """Whoever asked for the slot again died before the conversation said so."""
    agent, conversation = _talking(centre)
    if parked:
        _park(centre, conversation)
    assert _take(centre, agent, conversation)
    centre.cloud.advance(TO_BE_UNUSED)
    assert list(centre.state(agent).slots) == ([] if parked else [conversation])
    centre.set_state(conversation, "disconnected")
    assert centre.state(agent).slots == {}


def test_what_was_put_aside_takes_no_capacity_when_it_is_handed_on(centre: Centre) -> None:
    """The work that is owed for it is done beside the rest: the slot was given back, and others may have come into it."""
    agent, conversation = _talking(centre, acwSettings={"wrapupPrompt": "MANDATORY_TIMEOUT", "timeoutMs": 30_000})
    part = _park(centre, conversation)
    centre.cloud.settle()
    with centre.cloud.as_function("conversations-api"):
        console.transfer(conversation, part.id, QueueTarget(centre.queue()))
    centre.cloud.settle()
    assert _agents_part(centre, conversation).wrapup_required
    assert (centre.state(agent).slots, centre.status(agent)) == ({}, "IDLE")
    centre.cloud.advance(timedelta(seconds=31))
    assert not _agents_part(centre, conversation).wrapup_required


def test_a_repeated_offer_does_not_come_back_to_who_declined(centre: Centre) -> None:
    """Their slot may still be held; an alert on it would lose it, and never time out."""
    queue = centre.queue()
    agent, conversation = centre.agent(queue), centre.start(queue)
    with centre.cloud.as_function("conversations-api"):
        console.set_state(conversation, _agents_part(centre, conversation).id, "disconnected")
    assert list(centre.state(agent).slots) == [conversation]
    (waits,) = centre.conversation(conversation).of_purpose("acd")
    with centre.cloud.as_function("routing-assign"):
        steps.assign({"command": "offer", **events.asked(conversation, waits)}, attempt=2)
    assert centre.alerting(conversation) is None
    centre.cloud.settle()
    assert (centre.waiting(queue), centre.state(agent).slots) == ([conversation], {})
    centre.cloud.advance(timedelta(seconds=20))
    assert centre.alerted_user(conversation) == agent
    assert list(centre.state(agent).slots) == [conversation]
