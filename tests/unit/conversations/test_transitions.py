"""Single steps of a conversation's life, and the times they leave behind."""

import pytest
from msgspec.structs import replace
from switchboard.conversations import transferring, transitions, wrapping_up
from switchboard.conversations.errors import StateConflictError
from switchboard.conversations.models import Conversation, Participant, WrapUp
from switchboard.conversations.transitions import AgentTarget, QueueTarget

from tests.unit.conversations.making import (
    ANA,
    BEN,
    NOON,
    SALES,
    SUPPORT,
    alerted,
    answered,
    new_conversation,
    part_of,
    waiting_in,
)


def spans(participant: Participant) -> list[tuple[str, int, int]]:
    """(kind, start, end) of each segment, in milliseconds after noon; -1 where it goes on."""
    (communication,) = participant.communications
    return [(each.kind, each.start - NOON, each.end - NOON if each.end else -1) for each in communication.segments]


def test_waiting_alerting_talking() -> None:
    conversation, ana = answered(NOON + 5000)
    (acd,) = conversation.of_purpose("acd")
    assert spans(acd) == [("interact", 0, 5000)]
    assert spans(ana) == [("alert", 3000, 5000), ("interact", 5000, -1)]
    assert (ana.state, ana.queue_id, ana.alerting_timeout_ms) == ("connected", SUPPORT, 30_000)
    assert acd.routing is not None
    assert acd.routing.used_routing == "Standard"


def test_an_alert_is_offered_to_one_agent_at_a_time() -> None:
    conversation, ana = alerted(waiting_in(), NOON + 1)
    again = transitions.alert(conversation, AgentTarget(ANA, queue_id=SUPPORT), NOON + 2)
    assert again == (conversation, ana), "a repeat gives the same part and changes nothing"
    assert transitions.alert(conversation, AgentTarget(BEN, queue_id=SUPPORT), NOON + 2) is None


@pytest.mark.parametrize("conversation", [new_conversation(), waiting_in(SALES), answered()[0]])
def test_no_alert_for_what_does_not_wait_in_that_queue(conversation: Conversation) -> None:
    assert transitions.alert(conversation, AgentTarget(ANA, queue_id=SUPPORT), NOON + 9000) is None


def test_an_unanswered_alert_waits_on_at_its_old_place() -> None:
    conversation, ana = alerted(waiting_in(), NOON + 1000)
    conversation = transitions.no_answer(conversation, ana, NOON + 31_000, "transfer.noanswer")
    waiting = transitions.waiting(conversation)
    assert waiting is not None
    assert waiting.routing is not None
    assert waiting.routing.queued_at == NOON
    assert part_of(conversation, ana).communications[0].disconnect_type == "transfer.noanswer"
    assert not transitions.occupies(part_of(conversation, ana))


def test_hold_is_a_segment_of_its_own() -> None:
    conversation, ana = answered(NOON + 5000)
    conversation = transitions.hold(conversation, ana, True, NOON + 7000)
    assert transitions.hold(conversation, part_of(conversation, ana), True, NOON + 8000) == conversation
    conversation = transitions.hold(conversation, part_of(conversation, ana), False, NOON + 9000)
    assert spans(part_of(conversation, ana))[1:] == [
        ("interact", 5000, 7000),
        ("hold", 7000, 9000),
        ("interact", 9000, -1),
    ]


def test_the_last_of_ours_to_leave_ends_the_conversation() -> None:
    conversation, ana = answered()
    conversation = transitions.leave(conversation, ana, NOON + 60_000)
    (customer,) = conversation.of_purpose("customer")
    assert conversation.end == NOON + 60_000
    assert customer.communications[0].disconnect_type == "peer"
    assert transitions.leave(conversation, part_of(conversation, ana), NOON + 70_000) == conversation


@pytest.mark.parametrize(
    ("prompt", "owed"),
    [("optional", False), ("mandatory", True), ("timeout", True), ("agentRequested", False)],
)
def test_an_owed_wrap_up_keeps_the_agent_occupied(prompt: str, owed: bool) -> None:
    conversation, ana = answered(prompt=prompt)
    assert transitions.occupies(ana)
    conversation = transitions.leave(conversation, ana, NOON + 60_000)
    assert transitions.occupies(part_of(conversation, ana)) is owed
    conversation = wrapping_up.wrap_up(conversation, part_of(conversation, ana), WrapUp(code="code"), NOON + 65_000)
    wrapped = part_of(conversation, ana)
    assert not transitions.occupies(wrapped)
    assert wrapped.wrapup is not None
    assert wrapped.wrapup.end_time == NOON + 65_000


def test_a_wrap_up_given_twice_replaces_the_first() -> None:
    conversation, ana = answered()
    conversation = transitions.leave(conversation, ana, NOON + 60_000)
    for code in ("first", "second"):
        conversation = wrapping_up.wrap_up(conversation, part_of(conversation, ana), WrapUp(code=code), NOON + 61_000)
    segments = part_of(conversation, ana).communications[0].segments
    assert [each.wrap_up_code for each in segments if each.kind == "wrapup"] == ["second"]


def test_a_mandatory_wrap_up_is_not_skipped() -> None:
    conversation, ana = answered(prompt="mandatory")
    with pytest.raises(StateConflictError, match="requires a wrap-up code"):
        wrapping_up.skip(conversation, ana, NOON + 60_000)


def test_a_transfer_takes_history_and_attributes_along() -> None:
    """Skills, language, label, priority and being a VIP's too; of the time only what was waited, 5 seconds, not what was talked."""
    asked = QueueTarget(SUPPORT, "Support", 7, ("billing",), "german", "routine", vip=True, preferred_agents={BEN: 80})
    conversation, ana = alerted(transitions.enqueue(new_conversation(), asked, NOON), NOON + 3000)
    conversation = transitions.answer(conversation, ana, NOON + 5000)
    ana = part_of(conversation, ana)
    conversation = transitions.set_attributes(conversation, ana, {"order": "1234", "vip": "yes"})
    conversation = transitions.set_attributes(conversation, part_of(conversation, ana), {"vip": None, "n": 1})
    conversation = transferring.transfer(conversation, part_of(conversation, ana), QueueTarget(SALES), NOON + 60_000)
    waiting = transitions.waiting(conversation)
    assert waiting is not None
    assert waiting.queue_id == SALES
    routing = waiting.routing
    assert routing is not None
    assert (routing.priority, routing.skill_ids, routing.language_id) == (7, ["billing"], "german")
    assert (routing.preferred_agents, routing.label_id, routing.vip) == ({BEN: 80}, "routine", True)
    assert routing.queued_at == NOON + 55_000
    assert part_of(conversation, ana).attributes == {"order": "1234", "n": "1"}
    assert part_of(conversation, ana).communications[0].disconnect_type == "transfer"
    assert not conversation.end


def test_the_customer_is_not_who_transfers() -> None:
    """Their part would have ended, and the conversation waited without them."""
    conversation, _ = answered()
    (customer,) = conversation.of_purpose("customer")
    with pytest.raises(StateConflictError):
        transferring.transfer(conversation, customer, QueueTarget(SALES), NOON + 6000)


def test_a_transfer_out_of_a_queue_ends_its_alert() -> None:
    conversation, ana = alerted(waiting_in(), NOON + 1000)
    (acd,) = conversation.of_purpose("acd")
    conversation = transferring.transfer(conversation, acd, QueueTarget(SALES), NOON + 2000)
    assert not part_of(conversation, ana).active
    with pytest.raises(StateConflictError):
        transitions.answer(conversation, part_of(conversation, ana), NOON + 3000)


def test_the_same_agent_alerted_twice_within_a_millisecond_has_two_parts() -> None:
    conversation, first = alerted(waiting_in(), NOON + 1000)
    conversation = transitions.no_answer(conversation, first, NOON + 1000, "client")
    conversation, second = alerted(conversation, NOON + 1000)
    assert second.id != first.id
    assert part_of(conversation, second).active


def test_the_customer_comes_back() -> None:
    conversation, ana = answered()
    conversation = transitions.leave(conversation, ana, NOON + 60_000)
    conversation = transitions.reopen(conversation, NOON + 90_000)
    (customer,) = conversation.of_purpose("customer")
    assert customer.active
    assert not conversation.end
    assert spans(customer) == [("interact", 0, 60_000), ("interact", 90_000, -1)]
    assert transitions.reopen(conversation, NOON + 95_000) == conversation
    assert transitions.last_agent(conversation) == ANA


def test_who_was_only_alerted_is_not_the_last_agent() -> None:
    conversation, ana = answered()
    conversation = transferring.transfer(conversation, ana, QueueTarget(SUPPORT), NOON + 60_000)
    conversation, ben = alerted(conversation, NOON + 61_000, BEN)
    conversation = transitions.no_answer(conversation, ben, NOON + 91_000, "transfer.noanswer")
    assert transitions.last_agent(conversation) == ANA


def test_ending_it_ends_everybody_once() -> None:
    conversation = transitions.disconnect(answered()[0], NOON + 60_000, "inactivity")
    assert not any(each.active for each in conversation.participants)
    (ana,) = conversation.of_purpose("agent")
    assert ana.communications[0].disconnect_type == "inactivity"
    assert transitions.disconnect(conversation, NOON + 99_000) == conversation


def test_a_supervisor_directs_only_what_waits() -> None:
    directed = transitions.direct_to(waiting_in(), BEN)
    waiting = transitions.waiting(directed)
    assert waiting is not None
    assert waiting.routing is not None
    assert waiting.routing.direct_agent == BEN
    with pytest.raises(StateConflictError):
        transitions.direct_to(directed, ANA, instead_of=())
    assert transitions.direct_to(directed, ANA, instead_of=[BEN]) == transitions.direct_to(directed, ANA)
    with pytest.raises(StateConflictError):
        transitions.direct_to(answered()[0], BEN)


def test_an_answer_comes_too_late() -> None:
    conversation, ana = alerted(waiting_in(), NOON + 1000)
    conversation = transitions.no_answer(conversation, ana, NOON + 31_000, "transfer.noanswer")
    with pytest.raises(StateConflictError, match="disconnected"):
        transitions.answer(conversation, part_of(conversation, ana), NOON + 31_001)


def test_a_double_clicked_answer_changes_nothing() -> None:
    conversation, ana = answered()
    assert transitions.answer(conversation, ana, NOON + 9000) == conversation


def test_who_answered_is_told_of_messages_who_is_alerted_is_in_the_audience() -> None:
    conversation, ana = alerted(waiting_in(), NOON + 1000)
    assert conversation.audience == [ANA]
    assert replace(conversation, participants=[]).audience == []
    assert transitions.no_answer(conversation, ana, NOON + 2000, "client").audience == []
