"""Put aside and taken up again; declined; connected without being asked."""

import pytest
from switchboard.conversations import due, transferring, transitions, wrapping_up
from switchboard.conversations.due import Due
from switchboard.conversations.errors import StateConflictError
from switchboard.conversations.models import WrapUp
from switchboard.conversations.transitions import DECLINED_MS, AgentTarget, QueueTarget

from tests.unit.conversations.making import ANA, BEN, NOON, SALES, SUPPORT, alerted, answered, part_of, waiting_in

PARKED = NOON + 60_000
LATER = PARKED + 3_600_000


def test_what_is_parked_takes_no_capacity_and_ends_nothing() -> None:
    conversation, ana = answered()
    conversation = transitions.park(conversation, ana, LATER, PARKED)
    ana = part_of(conversation, ana)
    assert (ana.state, transitions.occupies(ana), conversation.end) == ("parked", False, 0)
    assert (conversation.engaged, conversation.unfinished) == (False, True)
    assert due.of(conversation) == {Due("resume", ana.id, LATER)}


def test_the_work_that_is_owed_for_what_was_put_aside_takes_none_either() -> None:
    conversation, ana = answered(prompt="mandatory")
    conversation = transitions.park(conversation, ana, LATER, PARKED)
    conversation = transferring.transfer(conversation, part_of(conversation, ana), QueueTarget(SALES), LATER)
    ana = part_of(conversation, ana)
    assert (ana.wrapup_required, transitions.occupies(ana)) == (True, False)
    conversation = wrapping_up.wrap_up(conversation, ana, WrapUp(code="resolved"), LATER + 1)
    assert not part_of(conversation, ana).wrapup_required


def test_it_comes_back_to_its_agent_with_its_credit() -> None:
    conversation, ana = answered()
    conversation = transitions.park(conversation, ana, LATER, PARKED)
    conversation = due.happen(conversation, Due("resume", ana.id, LATER), LATER)
    waiting = transitions.waiting(conversation)
    assert waiting is not None
    assert waiting.routing is not None
    assert (waiting.queue_id, waiting.routing.direct_agent, waiting.routing.queued_at) == (SUPPORT, ANA, LATER - 5000)
    assert not part_of(conversation, ana).active
    assert due.of(conversation) == frozenset()


def test_the_agent_takes_it_up_before_the_time() -> None:
    conversation, ana = answered()
    conversation = transitions.park(conversation, ana, LATER, PARKED)
    conversation = transitions.answer(conversation, part_of(conversation, ana), PARKED + 5000)
    back = part_of(conversation, ana)
    assert (back.state, transitions.occupies(back), back.engaged_since) == ("connected", True, PARKED + 5000)
    assert due.happen(conversation, Due("resume", ana.id, LATER), LATER) == conversation, "the timer is stale"


def test_parked_again_only_the_latest_time_counts() -> None:
    conversation, ana = answered()
    conversation = transitions.park(conversation, ana, LATER, PARKED)
    conversation = transitions.park(conversation, part_of(conversation, ana), LATER + 1, PARKED + 1)
    assert due.happen(conversation, Due("resume", ana.id, LATER), LATER) == conversation
    assert due.of(conversation) == {Due("resume", ana.id, LATER + 1)}


def test_only_what_is_connected_is_parked() -> None:
    conversation, ana = alerted(waiting_in(), NOON)
    with pytest.raises(StateConflictError):
        transitions.park(conversation, ana, 0, NOON)


def test_who_declines_is_not_asked_again_at_once_and_it_keeps_its_place() -> None:
    conversation, ana = alerted(waiting_in(), NOON + 1000)
    conversation = transitions.decline(conversation, ana, NOON + 2000)
    waiting = transitions.waiting(conversation)
    assert waiting is not None
    assert waiting.routing is not None
    assert (waiting.routing.queued_at, waiting.routing.excluded) == (NOON, {ANA: NOON + 2000 + DECLINED_MS})
    conversation, ben = alerted(conversation, NOON + 30_000, BEN)
    conversation = transitions.decline(conversation, ben, NOON + 31_000)
    waiting = transitions.waiting(conversation)
    assert waiting is not None
    assert waiting.routing is not None
    assert set(waiting.routing.excluded) == {BEN}, "what has run out is forgotten"


def test_who_returns_it_to_the_queue_does_not_get_it_back_at_once() -> None:
    conversation, ana = answered()
    conversation = transferring.transfer(conversation, ana, QueueTarget(SUPPORT), PARKED)
    waiting = transitions.waiting(conversation)
    assert waiting is not None
    assert waiting.routing is not None
    assert set(waiting.routing.excluded) == {ANA}


def test_an_automatic_answer_is_an_answer_and_a_repeat_changes_nothing() -> None:
    target = AgentTarget(ANA, queue_id=SUPPORT, auto_answer=True)
    offered = transitions.alert(waiting_in(), target, NOON + 1000)
    assert offered is not None
    conversation, ana = offered
    assert (ana.state, ana.talked) == ("connected", True)
    assert transitions.waiting(conversation) is None
    assert transitions.alert(conversation, target, NOON + 2000) == (conversation, ana)
    assert transitions.alert(waiting_in(SALES), target, NOON) is None


def test_an_agent_who_writes_first_takes_what_waits_and_pushes_nobody_out() -> None:
    target = AgentTarget(ANA, queue_id=SUPPORT)
    conversation = transitions.add_agent(waiting_in(), target, "Support", NOON + 1000)
    assert transitions.waiting(conversation) is None
    with pytest.raises(StateConflictError):
        transitions.add_agent(conversation, AgentTarget(BEN, queue_id=SUPPORT), "Support", NOON + 2000)
