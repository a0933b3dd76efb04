"""A callback that nobody has taken is changed: number, time, queue, agent; it keeps its place."""

import pytest
from switchboard.conversations import calling_back, due, events, transitions
from switchboard.conversations.calling_back import Revision
from switchboard.conversations.due import Due
from switchboard.conversations.errors import StateConflictError
from switchboard.conversations.models import Callback, Conversation, Participant
from switchboard.conversations.transitions import QueueTarget
from switchboard.kit import ids

from tests.unit.conversations.making import ANA, BEN, NOON, SALES, SUPPORT, alerted, answered, part_of, waiting_in

TEN, ELEVEN = NOON + 600_000, NOON + 660_000
SOON = Callback(numbers=["+15551234567"])
LATER = Callback(numbers=["+15551234567"], scheduled_at=TEN, most_retries=2)
OTHER = "+15557654321"
TO_SALES = QueueTarget(SALES, "Sales")


def begun(callback: Callback) -> Conversation:
    target = QueueTarget(SUPPORT, "Support", priority=7, skill_ids=("spanish",))
    return calling_back.begin(ids.derived("callback"), callback, target, NOON)


def acd_of(conversation: Conversation) -> Participant:
    (found,) = [each for each in conversation.of_purpose("acd") if each.active]
    assert found.routing is not None
    return found


def test_another_time_makes_the_first_timer_stale() -> None:
    old = begun(LATER)
    (first,) = due.of(old)
    new = calling_back.revise(old, Revision(scheduled_at=ELEVEN), NOON + 1000)
    assert [each.at for each in due.of(new)] == [ELEVEN]
    assert due.happen(new, first, TEN) == new
    assert new.callback is not None
    assert new.callback.retries == 0, "it was not tried"


def test_one_that_waits_is_put_off_and_its_offer_ends() -> None:
    old, ana = alerted(begun(SOON), NOON + 1000)
    new = calling_back.revise(old, Revision(scheduled_at=TEN), NOON + 2000)
    assert not part_of(new, ana).active
    assert (acd_of(new).state, transitions.waiting(new)) == ("scheduled", None)


def test_another_queue_takes_it_at_its_place_with_what_it_asked_for() -> None:
    old = begun(LATER)
    new = calling_back.revise(old, Revision(target=TO_SALES, most_retries=5), NOON + 1000)
    acd = acd_of(new)
    assert (acd.queue_id, acd.state) == (SALES, "scheduled")
    assert acd.routing is not None
    assert (acd.routing.queue_id, acd.routing.queued_at, acd.routing.priority) == (SALES, NOON, 7)
    assert acd.routing.skill_ids == ["spanish"]
    assert due.of(new) == frozenset({Due("callback", acd.id, TEN)})
    assert new.callback is not None
    assert new.callback.most_retries == 5
    waits = begun(SOON)
    commands = events.of_conversation(waits, calling_back.revise(waits, Revision(target=TO_SALES), NOON + 1000)).acd
    assert [(each.body["command"], each.body["queueId"]) for each in commands] == [
        ("withdraw", SUPPORT),
        ("offer", SALES),
    ]


def test_an_agent_is_named_and_whoever_was_asked_is_no_longer() -> None:
    old, ana = alerted(begun(SOON), NOON + 1000)
    new = calling_back.revise(old, Revision(agent_id=BEN), NOON + 2000)
    assert not part_of(new, ana).active
    (offer,) = events.of_conversation(old, new).acd
    assert (offer.body["command"], offer.body["directAgent"]) == ("offer", BEN)
    there = calling_back.revise(begun(LATER), Revision(agent_id=BEN, target=TO_SALES), NOON + 2000)
    routing = acd_of(there).routing
    assert routing is not None
    assert (routing.direct_agent, routing.direct_wait_ms) == (BEN, 60_000), "busy, they are waited for"


def test_another_number_is_the_customers_address_where_they_have_no_other() -> None:
    new = calling_back.revise(begun(LATER), Revision(numbers=[OTHER]), NOON + 1000)
    assert (new.customer.identity.value, new.of_purpose("customer")[0].address) == (OTHER, OTHER)
    wrote = calling_back.instead(waiting_in(), LATER, TO_SALES, NOON + 1000)
    changed = calling_back.revise(wrote, Revision(numbers=[OTHER]), NOON + 2000)
    assert changed.callback is not None
    assert changed.callback.numbers == [OTHER]
    assert changed.customer == wrote.customer


@pytest.mark.parametrize(
    "revision",
    [
        Revision(numbers=[OTHER]),
        Revision(scheduled_at=ELEVEN),
        Revision(agent_id=ANA),
        Revision(target=TO_SALES),
        Revision(numbers=[OTHER], scheduled_at=ELEVEN, agent_id=ANA, target=TO_SALES),
    ],
)
def test_the_same_again_changes_nothing(revision: Revision) -> None:
    once = calling_back.revise(begun(LATER), revision, NOON + 1000)
    assert once != begun(LATER)
    assert calling_back.revise(once, revision, NOON + 2000) == once


def test_what_an_agent_has_is_theirs() -> None:
    conversation, ana = alerted(begun(SOON), NOON)
    conversation = transitions.answer(conversation, ana, NOON + 1000)
    with pytest.raises(StateConflictError, match="an agent has it"):
        calling_back.revise(conversation, Revision(scheduled_at=TEN), NOON + 2000)
    with pytest.raises(StateConflictError, match="an agent has it"):
        calling_back.cancel(conversation, NOON + 2000)
    with pytest.raises(StateConflictError, match="no callback"):
        calling_back.cancel(answered()[0], NOON + 6000)


def test_a_cancelled_one_is_over_and_stays_so() -> None:
    ended = calling_back.cancel(alerted(begun(SOON), NOON)[0], NOON + 1000)
    assert ended.end
    assert not ended.unfinished
    assert calling_back.cancel(ended, NOON + 2000) == ended
    with pytest.raises(StateConflictError, match="over"):
        calling_back.revise(ended, Revision(scheduled_at=TEN), NOON + 2000)
