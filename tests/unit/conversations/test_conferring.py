"""Conferences: a colleague joins the agent in talking with the customer, step by step."""

from types import SimpleNamespace
from typing import cast

import pytest
from msgspec.structs import replace
from switchboard.conversations import calling_back, conferring, consulting, transferring, transitions, wrapping_up
from switchboard.conversations.errors import NotConnectedError, StateConflictError
from switchboard.conversations.models import Callback, Conversation, Participant, WrapUp
from switchboard.conversations.repository import Repository
from switchboard.conversations.service.greet import hearing
from switchboard.conversations.service.send import connected_communication
from switchboard.conversations.transferring import Manner
from switchboard.conversations.transitions import AgentTarget, QueueTarget
from switchboard.conversations.views import conversation as view
from switchboard.kit import ids

from tests.unit.conversations.making import ANA, BEN, NOON, SALES, SUPPORT, answered, outbound, part_of, waiting_in

CHLOE = ids.derived("chloe")
CALLBACK = Callback(numbers=["+15551234567"])


def joined(user_id: str = BEN) -> tuple[Conversation, Participant, Participant]:
    """Ana's conversation which Ben has joined: the conversation, Ana's part, Ben's."""
    conversation, ana = answered(NOON + 5000)
    conversation = conferring.join(conversation, user_id, "Ben", NOON + 6000)
    return conversation, ana, conversation.participants[-1]


def active(conversation: Conversation) -> list[tuple[str, str]]:
    return [(each.purpose, each.user_id) for each in conversation.participants if each.active and each.user_id]


def taken(conversation: Conversation, user_id: str, now: int) -> Conversation:
    """Where it waits, routing alerts that user, who answers."""
    waits = transitions.waiting(conversation)
    assert waits is not None
    ringing = transitions.alert(conversation, AgentTarget(user_id, queue_id=waits.queue_id), now)
    assert ringing is not None
    return transitions.answer(*ringing, now)


def test_who_joins_has_a_part_of_their_own_that_takes_no_capacity() -> None:
    conversation, ana, ben = joined()
    assert (ben.purpose, ben.user_id, ben.barged_participant_id, ben.consulted) == ("user", BEN, ana.id, False)
    assert (ben.state, ben.communications[-1].media) == ("connected", "message")
    assert not transitions.occupies(ben)
    assert conversation.audience == sorted([ANA, BEN])
    assert part_of(conversation, ana) == ana
    assert conferring.join(conversation, BEN, "Ben", NOON + 7000) == conversation


def test_joining_needs_somebody_of_ours_with_the_customer() -> None:
    conversation, ana = answered(NOON + 5000)
    ringing = transitions.alert(waiting_in(), AgentTarget(ANA, queue_id=SUPPORT), NOON)
    assert ringing is not None
    called = calling_back.instead(conversation, CALLBACK, QueueTarget(SUPPORT), NOON + 6000)
    for nothing in (
        waiting_in(),
        ringing[0],
        transitions.leave(conversation, ana, NOON + 6000),
        transitions.park(conversation, ana, 0, NOON + 6000),
        taken(called, ANA, NOON + 7000),
    ):
        with pytest.raises(StateConflictError) as refused:
            conferring.join(nothing, BEN, "Ben", NOON + 8000)
        assert refused.value.field == "conversationId"


@pytest.mark.parametrize("step", ["connected", "parked", "alerting"])
def test_whose_conversation_it_is_does_not_join_it(step: str) -> None:
    conversation, ana, ben = joined()
    if step == "parked":
        conversation = transitions.park(conversation, ana, 0, NOON + 7000)
    if step == "alerting":
        conversation = transferring.transfer(conversation, ana, QueueTarget(SALES), NOON + 7000)
        ringing = transitions.alert(conversation, AgentTarget(ANA, queue_id=SALES), NOON + 8000)
        assert ringing is not None
        conversation = ringing[0]
    with pytest.raises(StateConflictError):
        conferring.join(conversation, ANA, "Ana", NOON + 9000)


def test_a_consultation_goes_on_beside_the_conference_and_ends_with_the_agent() -> None:
    conversation, ana = answered(NOON + 5000)
    conversation, adviser = consulting.begin(conversation, ana, BEN, "Ben", NOON + 6000)
    conversation = consulting.accept(conversation, adviser, NOON + 7000)
    conversation = conferring.join(conversation, BEN, "Ben", NOON + 8000)
    ben = conversation.participants[-1]
    assert consulting.say(conversation, part_of(conversation, adviser)) != conversation
    silent = consulting.end(conversation, part_of(conversation, adviser), NOON + 9000)
    assert part_of(silent, ben).active
    left = transitions.leave(conversation, ana, NOON + 9000)
    assert not left.end and active(left) == [("user", BEN)]
    assert part_of(left, ben).active and not part_of(left, adviser).active


def test_who_joined_may_be_asked_for_advice_too() -> None:
    conversation, ana, _ = joined()
    asked, adviser = consulting.begin(conversation, ana, BEN, "Ben", NOON + 7000)
    assert consulting.begin(asked, ana, BEN, "Ben", NOON + 8000) == (asked, adviser)
    assert active(asked) == [("agent", ANA), ("user", BEN), ("user", BEN)]


def test_it_goes_on_with_who_is_left_and_ends_with_the_last() -> None:
    conversation, ana, ben = joined()
    alone = transitions.leave(conversation, ana, NOON + 7000)
    assert alone.engaged and not alone.end and part_of(alone, ana).start_acw
    joining = conferring.join(alone, CHLOE, "Chloe", NOON + 8000)
    assert joining.participants[-1].barged_participant_id == ben.id
    over = transitions.leave(alone, ben, NOON + 9000)
    assert over.end == NOON + 9000 and active(over) == []
    assert not part_of(over, ben).start_acw and not transitions.occupies(part_of(over, ben))
    other_way = transitions.leave(conversation, ben, NOON + 7000)
    assert not other_way.end and active(other_way) == [("agent", ANA)]
    assert transitions.disconnect(conversation, NOON + 7000).end == NOON + 7000
    assert active(transitions.disconnect(conversation, NOON + 7000)) == []


def test_who_joined_neither_holds_nor_parks_nor_wraps_up() -> None:
    conversation, ana, ben = joined()
    with pytest.raises(StateConflictError):
        transitions.hold(conversation, ben, True, NOON + 7000)
    with pytest.raises(StateConflictError):
        transitions.park(conversation, ben, 0, NOON + 7000)
    with pytest.raises(StateConflictError):
        wrapping_up.wrap_up(conversation, ben, WrapUp(code="done"), NOON + 7000)
    with pytest.raises(StateConflictError):
        wrapping_up.request(conversation, ben, True)
    with pytest.raises(StateConflictError):
        consulting.begin(conversation, ben, CHLOE, "Chloe", NOON + 7000)
    with pytest.raises(StateConflictError):
        transferring.transfer(conversation, ben, QueueTarget(SALES), NOON + 7000, Manner(attended=True))


def test_what_the_agent_parks_goes_on_with_who_joined() -> None:
    conversation, ana, ben = joined()
    parked = transitions.park(conversation, ana, NOON + 60_000, NOON + 7000)
    assert parked.engaged, "the customer's next message finds somebody"
    left = transitions.leave(parked, ben, NOON + 8000)
    assert left.unfinished and not left.engaged
    back = transitions.resume(parked, part_of(parked, ana), NOON + 60_000)
    assert active(taken(back, ANA, NOON + 61_000)) == [("user", BEN), ("agent", ANA)]


def test_a_transfer_leaves_who_joined_in() -> None:
    conversation, ana, ben = joined()
    for manner in (Manner(), Manner(attended=True)):
        sent = transferring.transfer(conversation, ana, QueueTarget(SALES), NOON + 7000, manner)
        assert part_of(sent, ben).active and transitions.waiting(sent)
        moved = transitions.send_on(sent, SALES, QueueTarget(SUPPORT), NOON + 8000)
        assert active(taken(moved, CHLOE, NOON + 9000)) == [("user", BEN), ("agent", CHLOE)]


def test_in_queue_flows_do_not_speak_while_somebody_talks_with_who_waits() -> None:
    conversation, ana, ben = joined()
    sent = transferring.transfer(conversation, ana, QueueTarget(SALES), NOON + 7000)
    alone = transitions.leave(sent, ben, NOON + 8000)
    for waits, undisturbed in ((sent, False), (alone, True)):
        repository = cast(Repository, SimpleNamespace(find=lambda _, found=waits: found))
        heard = hearing(repository, waits.id, waits.of_purpose("acd")[-1].id)
        assert heard is not None and heard.undisturbed is undisturbed


def test_who_joined_and_answers_as_the_agent_is_there_once() -> None:
    conversation, ana, ben = joined()
    sent = transferring.transfer(conversation, ana, QueueTarget(SALES, direct_agent=BEN), NOON + 7000)
    answered_by_ben = taken(sent, BEN, NOON + 8000)
    assert active(answered_by_ben) == [("agent", BEN)]
    assert part_of(answered_by_ben, ben).end == NOON + 8000
    ringing = transitions.alert(sent, AgentTarget(BEN, queue_id=SALES), NOON + 8000)
    assert ringing is not None
    assert conferring.join(ringing[0], BEN, "Ben", NOON + 8500) == ringing[0]
    missed = transitions.no_answer(*ringing, NOON + 9000, "transfer.noanswer")
    assert part_of(missed, ben).active
    alone = transitions.leave(conversation, ana, NOON + 7000)
    own = transitions.add_agent(alone, AgentTarget(BEN, queue_id=SALES), "Sales", NOON + 8000)
    assert active(own) == [("agent", BEN)]


def test_who_joined_transfers_and_is_not_alerted_at_once() -> None:
    conversation, ana, ben = joined()
    alone = transitions.leave(conversation, ana, NOON + 7000)
    sent = transferring.transfer(alone, ben, QueueTarget(SALES), NOON + 8000)
    waits = transitions.waiting(sent)
    assert waits is not None and waits.routing is not None and not sent.end
    assert (active(sent), waits.routing.excluded) == ([], {BEN: NOON + 18_000})
    over = transferring.transfer(alone, ben, QueueTarget(SUPPORT, direct_agent=BEN), NOON + 8000)
    assert active(taken(over, BEN, NOON + 9000)) == [("agent", BEN)], "they take it over as its agent"


def test_an_agent_who_stays_is_not_alerted_for_their_own_conversation() -> None:
    conversation, ana, ben = joined()
    sent = transferring.transfer(conversation, ben, QueueTarget(SALES), NOON + 8000)
    waits = transitions.waiting(sent)
    assert waits is not None and waits.routing is not None
    assert active(sent) == [("agent", ANA)]
    assert waits.routing.excluded == {ANA: NOON + 8000 + transitions.ON_IT_MS, BEN: NOON + 18_000}
    with pytest.raises(StateConflictError) as refused:
        transferring.transfer(conversation, ben, QueueTarget(SALES, direct_agent=ANA), NOON + 8000)
    assert refused.value.field == "userId"
    left = transitions.leave(sent, ana, NOON + 9000)
    waits = transitions.waiting(left)
    assert waits is not None and waits.routing is not None and not left.end
    assert waits.routing.excluded == {ANA: NOON + 19_000, BEN: NOON + 18_000}
    both = taken(sent, CHLOE, NOON + 9000)
    assert active(both) == [("agent", ANA), ("agent", CHLOE)]


def test_a_callback_instead_ends_the_conference() -> None:
    conversation, _, ben = joined()
    called = calling_back.instead(conversation, CALLBACK, QueueTarget(SUPPORT), NOON + 7000)
    assert active(called) == [] and part_of(called, ben).communications[-1].disconnect_type == "transfer"


def test_who_joined_writes_to_the_customer_on_their_own_communication() -> None:
    conversation, ana, ben = joined()
    end = ben.communications[-1].id
    connected_communication(conversation, end, BEN)
    with pytest.raises(NotConnectedError):
        connected_communication(conversation, end, ANA)
    with pytest.raises(NotConnectedError):
        connected_communication(transitions.leave(conversation, ben, NOON + 7000), end, BEN)


def test_every_message_is_shown_at_the_part_it_was_written_on() -> None:
    conversation, ana = answered(NOON + 5000)
    conversation, adviser = consulting.begin(conversation, ana, BEN, "Ben", NOON + 5500)
    conversation = consulting.accept(conversation, adviser, NOON + 5600)
    conversation = conferring.join(conversation, BEN, "Ben", NOON + 6000)
    sent = transferring.transfer(conversation, ana, QueueTarget(SALES), NOON + 8000)
    conversation = taken(sent, BEN, NOON + 9000)
    said = [
        replace(outbound(text, sender=sender), time=NOON + at, received=NOON + at)
        for text, sender, at in (("Ana", ANA, 7000), ("joined", BEN, 7500), ("agent", BEN, 9500), ("early", BEN, 100))
    ]
    shown = {
        (each["purpose"], each["userId"]): [found["messageId"] for one in each["messages"] for found in one["messages"]]
        for each in view(conversation, said)["participants"]
        if each["messages"] and each["userId"]
    }
    first, joining, later, early = (each.id for each in said)
    assert shown == {("agent", ANA): [first], ("user", BEN): [joining, early], ("agent", BEN): [later]}
