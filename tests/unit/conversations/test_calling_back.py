"""Callbacks: they keep their place, wait for their time, are put off and come back."""

import dataclasses

import pytest
from msgspec.structs import replace
from switchboard.conversations import calling_back, due, events, transitions
from switchboard.conversations.due import Due
from switchboard.conversations.errors import StateConflictError
from switchboard.conversations.models import Callback, Conversation, Participant
from switchboard.conversations.transitions import QueueTarget
from switchboard.kit import ids

from tests.unit.conversations.making import ANA, NOON, SUPPORT, alerted, answered, new_conversation, part_of, waiting_in

TEN = NOON + 600_000
SOON = Callback(numbers=["+15551234567"], user_name="Maria")
LATER = Callback(numbers=["+15551234567"], scheduled_at=TEN)
TARGET = QueueTarget(SUPPORT, "Support", priority=100)


def begun(callback: Callback) -> Conversation:
    return calling_back.begin(ids.derived("callback"), callback, TARGET, NOON)


def waiting_of(conversation: Conversation) -> Participant:
    found = transitions.waiting(conversation)
    assert found is not None
    return found


def place(conversation: Conversation) -> int:
    routing = waiting_of(conversation).routing
    assert routing is not None
    return routing.queued_at


def taken(callback: Callback, now: int) -> tuple[Conversation, Participant]:
    conversation, ana = alerted(begun(callback), now)
    return transitions.answer(conversation, ana, now), ana


def test_one_wanted_at_once_waits_as_a_callback() -> None:
    conversation = begun(SOON)
    (offer,) = events.of_conversation(None, conversation).acd
    assert (offer.body["media"], offer.body["priority"], offer.body["queuedAt"]) == ("callback", 100, NOON)
    assert {each.communications[0].media for each in conversation.participants} == {"callback"}
    assert due.of(conversation) == frozenset()


def test_one_for_later_is_offered_to_nobody_until_its_time_and_keeps_its_place() -> None:
    conversation = begun(LATER)
    told = events.of_conversation(None, conversation)
    assert told.acd == []
    ((_, what),) = told.timers
    (acd,) = conversation.of_purpose("acd")
    assert (acd.state, what) == ("scheduled", Due("callback", acd.id, TEN))
    waits = due.happen(conversation, what, TEN)
    assert place(waits) == NOON
    (offer,) = events.of_conversation(conversation, waits).acd
    assert (offer.body["command"], offer.body["queuedAt"]) == ("offer", NOON)
    assert offer.body["enteredAt"] == TEN, "its rings widen and it overflows by the time that it really waits"
    assert due.happen(waits, what, TEN) == waits, "a second timer is stale"


def test_one_for_later_that_was_ended_stays_ended() -> None:
    conversation = begun(LATER)
    (what,) = due.of(conversation)
    ended = transitions.disconnect(conversation, NOON + 1000)
    assert ended.end
    assert due.happen(ended, what, TEN) == ended


def test_an_agent_who_reaches_nobody_puts_it_off_and_it_keeps_its_place() -> None:
    conversation, ana = taken(SOON, NOON + 5000)
    conversation = calling_back.put_off(conversation, part_of(conversation, ana), TEN, NOON + 65_000)
    assert transitions.waiting(conversation) is None
    assert not conversation.end
    (what,) = due.of(conversation)
    waits = due.happen(conversation, what, TEN)
    assert place(waits) == NOON + 60_000, "the credit of the five seconds it waited"
    assert waits.callback is not None
    assert waits.callback.retries == 1


def test_the_queues_number_of_retries_is_kept() -> None:
    once = Callback(numbers=["+15551234567"], most_retries=1)
    conversation, ana = taken(once, NOON)
    conversation = calling_back.put_off(conversation, part_of(conversation, ana), TEN, NOON + 1000)
    (what,) = due.of(conversation)
    conversation, ana = alerted(due.happen(conversation, what, TEN), TEN)
    conversation = transitions.answer(conversation, ana, TEN)
    with pytest.raises(StateConflictError, match="no more"):
        calling_back.put_off(conversation, part_of(conversation, ana), TEN + 60_000, TEN + 1000)


def test_moved_to_another_time_the_first_timer_is_stale() -> None:
    conversation = begun(LATER)
    (first,) = due.of(conversation)
    (acd,) = conversation.of_purpose("acd")
    moved = calling_back.put_off(conversation, acd, TEN + 60_000, NOON + 1000)
    assert due.happen(moved, first, TEN) == moved
    assert [each.at for each in due.of(moved)] == [TEN + 60_000]


def test_an_alert_ends_when_the_customer_wants_another_time() -> None:
    conversation, ana = alerted(begun(SOON), NOON + 1000)
    (acd,) = conversation.of_purpose("acd")
    conversation = calling_back.put_off(conversation, acd, TEN, NOON + 2000)
    assert not part_of(conversation, ana).active
    with pytest.raises(StateConflictError):
        transitions.answer(conversation, part_of(conversation, ana), NOON + 3000)


def test_who_waits_may_be_called_back_instead_and_keeps_the_place() -> None:
    waits = waiting_in()
    conversation = calling_back.instead(waits, SOON, TARGET, NOON + 60_000)
    assert place(conversation) == NOON
    assert [each.body["command"] for each in events.of_conversation(waits, conversation).acd] == ["withdraw", "offer"]
    with pytest.raises(StateConflictError, match="already"):
        calling_back.instead(conversation, SOON, TARGET, NOON + 61_000)


def test_a_vip_who_is_called_back_instead_is_still_one() -> None:
    waits = transitions.change_routing(waiting_in(), lambda asked: replace(asked, vip=True, label_id="routine"))
    routing = waiting_of(calling_back.instead(waits, SOON, TARGET, NOON + 60_000)).routing
    assert routing is not None
    assert (routing.vip, routing.label_id) == (True, "routine")


@pytest.mark.parametrize(("priority", "kept"), [(500, 500), (7, 100)])
def test_who_is_called_back_instead_asks_for_what_they_waited_for(priority: int, kept: int) -> None:
    asked = QueueTarget(SUPPORT, "Support", priority, ("spanish",), "es", last_agent=ANA, preferred_agents={ANA: 90})
    waits = transitions.enqueue(new_conversation(), asked, NOON)
    routing = waiting_of(calling_back.instead(waits, SOON, TARGET, NOON + 60_000)).routing
    assert routing is not None
    assert (routing.priority, routing.skill_ids, routing.language_id) == (kept, ["spanish"], "es")
    assert (routing.last_agent, routing.preferred_agents) == (ANA, {ANA: 90})
    routing = waiting_of(
        calling_back.instead(waits, SOON, dataclasses.replace(TARGET, skill_ids=("dental",)), NOON + 60_000)
    ).routing
    assert routing is not None
    assert (routing.skill_ids, routing.language_id) == (["dental"], "es"), "but for what it asks anew"


def test_an_agents_conversation_goes_on_as_a_callback() -> None:
    conversation, ana = answered(prompt="mandatory")
    conversation = calling_back.instead(conversation, LATER, TARGET, NOON + 60_000)
    assert transitions.occupies(part_of(conversation, ana)), "the code is owed"
    assert not part_of(conversation, ana).active
    assert not conversation.end
    with pytest.raises(StateConflictError):
        calling_back.instead(transitions.disconnect(conversation, TEN), SOON, TARGET, TEN)


def test_only_a_callback_is_put_off() -> None:
    conversation, ana = answered()
    with pytest.raises(StateConflictError, match="no callback"):
        calling_back.put_off(conversation, ana, TEN, NOON + 6000)


def test_the_customer_stays_who_they_are_unless_the_request_says_otherwise() -> None:
    known = transitions.set_contact(waiting_in(), "kim")
    kept = calling_back.instead(known, SOON, TARGET, NOON + 60_000)
    other = calling_back.instead(known, SOON, TARGET, NOON + 60_000, "noor")
    assert [each.of_purpose("customer")[0].external_contact_id for each in (kept, other)] == ["kim", "noor"]
