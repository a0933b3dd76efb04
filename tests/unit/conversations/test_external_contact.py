"""An external contact takes over, step by step."""

from typing import Any

import pytest
from msgspec.structs import replace
from switchboard.channels.message import Attachment, Content, Identity, InboundMessage, Party
from switchboard.conversations import calling_back, conferring, due, events, transferring, transitions, views
from switchboard.conversations.errors import StateConflictError
from switchboard.conversations.models import Callback, Conversation, Message, Participant
from switchboard.conversations.transferring import CONTACT_ANSWER_MS, ContactTarget, Manner
from switchboard.conversations.transitions import QueueTarget
from switchboard.kit import ids, model

from tests.unit.conversations.making import (
    BEN,
    MARIA,
    NOON,
    SUPPORT,
    alerted,
    answered,
    inbound,
    outbound,
    part_of,
    waiting_in,
)

ASKED = NOON + 6000
CLINIC = ContactTarget(
    ids.derived("clinic"), "Clinic", Party(identity=Identity(kind="Phone", value="+15557654321"), name="Clinic")
)
SAID = InboundMessage(provider_id="wamid.1", time=NOON, sender=MARIA, text="My tooth hurts")


def asked(
    manner: Manner = transferring.BLIND, prompt: str = "optional"
) -> tuple[Conversation, Participant, Participant]:
    """The conversation, Ana's part, the contact's."""
    conversation, ana = answered(prompt=prompt)
    conversation = transferring.to_contact(conversation, ana, CLINIC, ASKED, manner)
    (contact,) = conversation.of_purpose("external")
    return conversation, part_of(conversation, ana), contact


def test_unattended_the_agent_is_free_and_the_customer_is_not_alone() -> None:
    conversation, ana, contact = asked(prompt="mandatory")
    assert (contact.state, contact.external_contact_id, contact.address) == (
        "alerting",
        CLINIC.contact_id,
        "+15557654321",
    )
    assert (ana.active, ana.communications[-1].disconnect_type, ana.wrapup_required) == (False, "transfer", True)
    assert conversation.engaged and conversation.unfinished and not conversation.end
    assert conversation.audience == [] and not transitions.occupies(contact)
    assert not contact.start_acw and transitions.waiting(conversation) is None
    there = transferring.contact_wrote(conversation, contact, NOON + 9000)
    assert part_of(there, contact).communications[-1].connected == NOON + 9000
    assert transferring.contact_wrote(there, part_of(there, contact), NOON + 9500) is there


def test_attended_the_agent_leaves_when_the_contact_has_written() -> None:
    conversation, ana, contact = asked(Manner(attended=True))
    assert ana.state == "connected" and contact.handed_over_by == ana.id
    there = transferring.contact_wrote(conversation, contact, NOON + 9000)
    left = part_of(there, ana).communications[-1]
    assert (left.state, left.disconnect_type) == ("disconnected", "transfer.consult")
    assert not there.end and part_of(there, contact).handed_over_by == ""
    called_off = transferring.set_contact_state(conversation, contact, "disconnected", NOON + 9000)
    assert part_of(called_off, ana).state == "connected" and called_off.external is None
    alone = transitions.leave(conversation, ana, NOON + 9000)
    assert not alone.end and alone.external, "who leaves before that turns it into an unattended one"


def test_who_lets_the_last_one_go_ends_the_conversation() -> None:
    conversation, _, contact = asked()
    over = transferring.set_contact_state(conversation, contact, "disconnected", NOON + 9000)
    assert over.end == NOON + 9000 and over.external is None
    assert transferring.set_contact_state(over, part_of(over, contact), "disconnected", NOON + 9500) is over
    assert transitions.disconnect(conversation, NOON + 9000).external is None
    with pytest.raises(StateConflictError):
        transferring.set_contact_state(conversation, contact, "connected", NOON + 9000)
    with pytest.raises(StateConflictError):
        transitions.hold(transferring.contact_wrote(conversation, contact, NOON), contact, True, NOON + 9000)


def test_a_contact_who_does_not_write_gives_the_customer_back_with_the_time_waited() -> None:
    conversation, _, contact = asked()
    (timer,) = (each for each in due.of(conversation) if each.kind == "contact")
    assert timer.at == ASKED + CONTACT_ANSWER_MS
    back = due.happen(conversation, timer, timer.at)
    acd = transitions.waiting(back)
    assert acd is not None and acd.routing is not None and acd.queue_id == SUPPORT
    assert acd.routing.queued_at == timer.at - 5000, "the five seconds of the first wait count"
    assert back.external is None and not back.end
    there = transferring.contact_wrote(conversation, contact, NOON + 9000)
    assert due.happen(there, timer, timer.at) is there


def test_the_customer_is_taken_back() -> None:
    conversation, _, contact = asked()
    taken = transferring.transfer(conversation, contact, QueueTarget(SUPPORT, "Support"), NOON + 9000)
    assert taken.external is None and transitions.waiting(taken)
    callback = Callback(numbers=["+15551234567"])
    called = calling_back.instead(conversation, callback, QueueTarget(SUPPORT, "Support"), NOON + 9000)
    assert called.external is None and transitions.waiting(called), "nobody can be talked to by messages any more"


def test_a_contact_who_is_lost_leaves_an_agent_who_stayed_with_the_customer() -> None:
    conversation, ana, contact = asked(Manner(attended=True))
    lost = transferring.contact_lost(conversation, contact, NOON + 9000, "transport.failure")
    assert part_of(lost, ana).state == "connected" and transitions.waiting(lost) is None
    assert transferring.contact_lost(lost, part_of(lost, contact), NOON + 9500, "transport.failure") is lost


def test_a_parked_agent_gets_the_customer_back() -> None:
    conversation, ana, contact = asked(Manner(attended=True))
    parked = transitions.park(conversation, ana, 0, NOON + 7000)
    lost = transferring.contact_lost(parked, contact, NOON + 9000, "transport.failure")
    acd = transitions.waiting(lost)
    assert acd is not None and acd.routing is not None and acd.routing.direct_agent == ana.user_id


def test_who_joined_the_agent_hands_over_too() -> None:
    conversation, ana = answered()
    conversation = transitions.leave(conferring.join(conversation, BEN, "Ben", NOON + 5500), ana, ASKED)
    handed = transferring.to_contact(conversation, conversation.participants[-1], CLINIC, ASKED + 1)
    assert handed.external and handed.audience == []
    lost = transferring.contact_lost(handed, handed.external, NOON + 9000, "transport.failure")
    acd = transitions.waiting(lost)
    assert acd is not None and acd.queue_id == SUPPORT


def test_a_hand_over_to_a_queue_that_was_under_way_ends() -> None:
    conversation, ana = answered()
    offered = transferring.transfer(conversation, ana, QueueTarget(SUPPORT), ASKED, Manner(attended=True))
    handed = transferring.to_contact(offered, part_of(offered, ana), CLINIC, ASKED + 1)
    assert transitions.waiting(handed) is None and handed.external


def test_who_cannot_hand_over() -> None:
    conversation, ana, contact = asked(Manner(attended=True))
    waiting, alerting = alerted(waiting_in(), NOON + 2000)
    callback = calling_back.instead(
        answered()[0], Callback(numbers=["+15551234567"]), QueueTarget(SUPPORT), NOON + 7000
    )
    called, bens = alerted(callback, NOON + 8000)
    called = transitions.answer(called, bens, NOON + 9000)
    for refused, who in (
        (conversation, ana),
        (conversation, contact),
        (conversation, conversation.of_purpose("customer")[0]),
        (waiting, alerting),
        (called, part_of(called, bens)),
    ):
        with pytest.raises(StateConflictError):
            transferring.to_contact(refused, who, CLINIC, NOON + 9000)


# -- what the outbox tells


def relayed(old: Message | None, new: Message) -> list[tuple[str, str]]:
    return [(each.body["command"], each.body["messageId"]) for each in events.of_message(old, new, []).relay]


def test_a_contact_who_joins_is_introduced_once() -> None:
    conversation, _, contact = asked()
    (told,) = events.of_conversation(answered()[0], conversation).relay
    assert told.body == {"command": "introduce", "conversationId": conversation.id, "participantId": contact.id}
    there = transferring.contact_wrote(conversation, contact, NOON + 9000)
    assert events.of_conversation(conversation, there).relay == []


def test_what_is_relayed_is_carried_as_it_comes_and_when_its_media_are_stored() -> None:
    picture = Content(kind="attachment", attachment=Attachment(media_type="Image", media_id="1"))
    came = replace(inbound(replace(SAID, content=[picture])), relayed=True)
    stored = replace(came, doc=came.doc.replace("Image", "Video"))
    assert relayed(None, came) == relayed(came, stored) == [("carry", came.id)]
    first, second = events.of_message(None, came, []).relay[0], events.of_message(came, stored, []).relay[0]
    assert first.deduplication != second.deduplication, "else the queue would drop the second"
    assert relayed(came, came) == relayed(None, inbound(SAID)) == []


def test_a_copy_is_sent_and_told_to_nobody_and_followed_up_where_it_fails() -> None:
    copy = replace(outbound("My tooth hurts", sender=""), heard_by="contact")
    told = events.of_message(None, copy, [])
    assert [each.body["messageId"] for each in told.outbound["whatsapp"]] == [copy.id] and told.events == []
    failed = replace(copy, status="failed")
    assert relayed(copy, failed) == [("failed", copy.id)]
    assert relayed(copy, replace(copy, status="sent")) == []
    assert relayed(outbound(), outbound(status="failed")) == []


def test_what_the_contact_wrote_is_told_by_its_copy_and_only_its_media_are_fetched() -> None:
    picture = Content(kind="attachment", attachment=Attachment(media_type="Image", media_id="1"))
    said = replace(inbound(replace(SAID, content=[picture])), relayed=True, said_by="contact")
    assert [each.kind for each in events.of_message(None, said, []).events] == ["message.media.pending"]
    copy = replace(outbound("At three", sender=""), said_by="contact")
    assert [each.kind for each in events.of_message(None, copy, []).events] == ["message.status"]
    assert (said.beside, copy.beside) == (True, False)


def test_a_copy_of_the_contacts_words_is_shown_as_theirs() -> None:
    conversation, _, contact = asked()
    copy = replace(outbound("At three", sender=""), said_by=contact.id)
    shown: Any = views.message_conversation(conversation, [inbound(SAID), copy])
    said = {each["purpose"]: [one["messageId"] for one in each["messages"]] for each in shown["participants"]}
    assert said == {"customer": [inbound(SAID).id], "acd": [], "agent": [], "external": [copy.id]}
    (external,) = [each for each in shown["participants"] if each["purpose"] == "external"]
    assert external["toAddress"] == {"name": "Clinic", "addressNormalized": "+15557654321"}
    assert model.load(Conversation, model.dump(conversation)) == conversation
