"""Consultations and attended transfers, step by step."""

import pytest
from msgspec.structs import replace
from switchboard.conversations import calling_back, consulting, due, transferring, transitions
from switchboard.conversations.errors import StateConflictError
from switchboard.conversations.models import Callback, Conversation, Participant
from switchboard.conversations.transferring import Manner
from switchboard.conversations.transitions import AgentTarget, QueueTarget

from tests.unit.conversations.making import ANA, BEN, NOON, SALES, SUPPORT, answered, part_of

ATTENDED = Manner(attended=True)


def consulted() -> tuple[Conversation, Participant, Participant]:
    """Ana's conversation in which Ben advises: the conversation, Ana's part, Ben's."""
    conversation, ana = answered(NOON + 5000)
    conversation, ben = consulting.begin(conversation, ana, BEN, "Ben", NOON + 6000)
    conversation = consulting.accept(conversation, ben, NOON + 7000)
    return conversation, part_of(conversation, ana), part_of(conversation, ben)


def test_a_colleague_is_asked_once_and_takes_no_capacity() -> None:
    conversation, ana = answered(NOON + 5000)
    asked, ben = consulting.begin(conversation, ana, BEN, "Ben", NOON + 6000)
    assert (ben.state, ben.purpose, ben.consult_participant_id) == ("alerting", "user", ana.id)
    assert not transitions.occupies(ben)
    assert consulting.begin(asked, ana, BEN, "Ben", NOON + 6500) == (asked, ben)
    accepted = consulting.accept(asked, ben, NOON + 7000)
    assert part_of(accepted, ben).state == "connected"
    assert part_of(accepted, ana) == part_of(conversation, ana)
    assert BEN in accepted.audience


def test_only_a_connected_agent_asks_and_nobody_who_is_in_it() -> None:
    conversation, ana = answered(NOON + 5000)
    with pytest.raises(StateConflictError):
        consulting.begin(conversation, ana, ANA, "Ana", NOON + 6000)
    with pytest.raises(StateConflictError):
        consulting.begin(conversation, conversation.of_purpose("customer")[0], BEN, "Ben", NOON + 6000)
    ended = transitions.leave(conversation, ana, NOON + 6000)
    with pytest.raises(StateConflictError):
        consulting.begin(ended, part_of(ended, ana), BEN, "Ben", NOON + 7000)


def test_who_is_not_there_within_a_minute_is_asked_no_longer() -> None:
    conversation, ana = answered(NOON + 5000)
    asked, ben = consulting.begin(conversation, ana, BEN, "Ben", NOON + 6000)
    (timer,) = due.of(asked) - due.of(conversation)
    assert (timer.kind, timer.at) == ("consult", NOON + 66_000)
    over = due.happen(asked, timer, timer.at)
    assert part_of(over, ben).communications[-1].disconnect_type == "transfer.noanswer"
    accepted = consulting.accept(asked, ben, NOON + 7000)
    assert due.happen(accepted, timer, timer.at) == accepted


def test_advice_ends_with_the_agents_part_and_does_not_keep_the_conversation() -> None:
    conversation, ana, ben = consulted()
    left = transitions.leave(conversation, ana, NOON + 9000)
    assert left.end == NOON + 9000
    assert part_of(left, ben).communications[-1].disconnect_type == "peer"


def test_advice_outlasts_a_transfer_only_where_it_is_wanted() -> None:
    conversation, ana, ben = consulted()
    to_sales = QueueTarget(SALES)
    gone = transferring.transfer(conversation, ana, to_sales, NOON + 9000)
    assert not part_of(gone, ben).active
    kept = transferring.transfer(conversation, ana, to_sales, NOON + 9000, Manner(keep_consultations=True))
    assert part_of(kept, ben).active
    ended = transitions.disconnect(kept, NOON + 10_000)
    assert ended.end and not part_of(ended, ben).active


def test_both_ends_are_found_and_what_was_said_is_counted() -> None:
    conversation, _, ben = consulted()
    own = ben.communications[-1]
    assert consulting.ends(conversation, own.id) == (ben, BEN, ANA)
    assert consulting.ends(conversation, own.peer_id) == (ben, ANA, BEN)
    assert consulting.ends(conversation, "other") is None
    assert part_of(consulting.say(conversation, ben), ben).communications[-1].said == 1
    over = consulting.end(conversation, ben, NOON + 8000)
    with pytest.raises(StateConflictError):
        consulting.say(over, part_of(over, ben))


@pytest.mark.parametrize("step", [transitions.hold, transitions.park])
def test_who_advises_has_no_customer_to_put_aside(step: object) -> None:
    conversation, _, ben = consulted()
    with pytest.raises(StateConflictError):
        step(conversation, ben, True, NOON + 8000)  # type: ignore[operator]
    with pytest.raises(StateConflictError):
        transferring.transfer(conversation, ben, QueueTarget(SALES), NOON + 8000)


def test_attended_the_agent_stays_until_somebody_has_taken_over() -> None:
    conversation, ana = answered(NOON + 5000)
    offered = transferring.transfer(conversation, ana, QueueTarget(SALES), NOON + 6000, ATTENDED)
    acd = transitions.waiting(offered)
    assert acd is not None and acd.routing is not None
    assert (acd.queue_id, acd.handed_over_by) == (SALES, ana.id)
    assert acd.routing.excluded[ANA] > NOON + 24 * 3_600_000
    assert part_of(offered, ana).state == "connected" and transitions.occupies(part_of(offered, ana))
    ringing = transitions.alert(offered, AgentTarget(BEN, queue_id=SALES), NOON + 7000)
    assert ringing is not None
    taken = transitions.answer(*ringing, NOON + 8000)
    former = part_of(taken, ana)
    assert (former.end, former.communications[-1].disconnect_type) == (NOON + 8000, "transfer.consult")
    assert transitions.waiting(taken) is None
    assert [each.user_id for each in taken.of_purpose("agent") if each.active] == [BEN]


def test_attended_becomes_blind_when_the_agent_leaves_first() -> None:
    conversation, ana = answered(NOON + 5000)
    offered = transferring.transfer(conversation, ana, QueueTarget(SALES), NOON + 6000, ATTENDED)
    left = transitions.leave(offered, part_of(offered, ana), NOON + 7000)
    acd = transitions.waiting(left)
    assert acd is not None and acd.routing is not None and not left.end
    assert (acd.handed_over_by, acd.routing.excluded) == ("", {ANA: NOON + 17_000})
    again = transferring.transfer(offered, part_of(offered, ana), QueueTarget(SUPPORT), NOON + 7000)
    assert [each.queue_id for each in again.of_purpose("acd") if each.active] == [SUPPORT]


def test_attended_to_nobody_leaves_everything_as_it_was() -> None:
    conversation, ana = answered(NOON + 5000)
    offered = transferring.transfer(conversation, ana, QueueTarget(SALES), NOON + 6000, ATTENDED)
    ringing = transitions.alert(offered, AgentTarget(BEN, queue_id=SALES), NOON + 7000)
    assert ringing is not None
    declined = transitions.decline(*ringing, NOON + 8000)
    acd = transitions.waiting(declined)
    assert acd is not None and acd.routing is not None
    assert acd.handed_over_by == ana.id
    assert set(acd.routing.excluded) == {ANA, BEN}
    with pytest.raises(StateConflictError):
        transferring.transfer(conversation, ana, QueueTarget(SALES, direct_agent=ANA), NOON + 6000, ATTENDED)
    with pytest.raises(StateConflictError):
        held = replace(ana, communications=[replace(ana.communications[-1], state="parked")])
        transferring.transfer(conversation, held, QueueTarget(SALES), NOON + 6000, ATTENDED)


def test_advice_ends_where_the_conversation_becomes_a_callback_or_comes_back_from_being_parked() -> None:
    conversation, ana, ben = consulted()
    called = calling_back.instead(conversation, Callback(numbers=["+15551234567"]), QueueTarget(SUPPORT), NOON + 9000)
    assert not part_of(called, ben).active
    parked = transitions.park(conversation, ana, 0, NOON + 8000)
    assert part_of(parked, ben).active
    resumed = transitions.resume(parked, part_of(parked, ana), NOON + 9000)
    assert not part_of(resumed, ben).active


def test_who_parks_what_they_hand_over_and_takes_it_up_again_keeps_it() -> None:
    conversation, ana = answered(NOON + 5000)
    offered = transferring.transfer(conversation, ana, QueueTarget(SALES), NOON + 6000, ATTENDED)
    parked = transitions.park(offered, part_of(offered, ana), 0, NOON + 7000)
    again = transitions.answer(parked, part_of(parked, ana), NOON + 8000)
    assert [each.user_id for each in again.of_purpose("agent") if each.active] == [ANA]
    assert transitions.waiting(again) is None


def test_what_is_handed_over_and_sent_on_is_still_handed_over() -> None:
    conversation, ana = answered(NOON + 5000)
    offered = transferring.transfer(conversation, ana, QueueTarget(SALES), NOON + 6000, ATTENDED)
    sent = transitions.send_on(offered, SALES, QueueTarget(SUPPORT), NOON + 7000)
    ringing = transitions.alert(sent, AgentTarget(BEN, queue_id=SUPPORT), NOON + 8000)
    assert ringing is not None
    taken = transitions.answer(*ringing, NOON + 9000)
    assert [each.user_id for each in taken.of_purpose("agent") if each.active] == [BEN]


def test_an_attended_transfer_is_called_off() -> None:
    conversation, ana = answered(NOON + 5000)
    offered = transferring.transfer(conversation, ana, QueueTarget(SALES), NOON + 6000, ATTENDED)
    with pytest.raises(StateConflictError):
        transitions.direct_to(offered, ANA)
    ringing = transitions.alert(offered, AgentTarget(BEN, queue_id=SALES), NOON + 7000)
    assert ringing is not None
    acd = next(each for each in ringing[0].of_purpose("acd") if each.active)
    off = transferring.withdraw(ringing[0], acd, NOON + 8000)
    assert not off.end and transitions.waiting(off) is None
    assert [(each.user_id, each.state) for each in off.of_purpose("agent") if each.active] == [(ANA, "connected")]
    assert transferring.withdraw(off, part_of(off, acd), NOON + 9000) == off


def test_a_callback_that_is_handed_over_is_not_untaken() -> None:
    conversation, ana = answered(NOON + 5000)
    called = replace(conversation, callback=Callback(numbers=["+15551234567"]))
    offered = transferring.transfer(called, ana, QueueTarget(SALES), NOON + 6000, ATTENDED)
    with pytest.raises(StateConflictError):
        calling_back.cancel(offered, NOON + 7000)
