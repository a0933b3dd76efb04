"""What the outbox tells, from the old document and the new."""

from typing import Any

from msgspec.structs import replace
from switchboard.channels.message import Attachment, Content, InboundMessage
from switchboard.conversations import events, transferring, transitions, wrapping_up
from switchboard.conversations.models import Conversation, Message, WrapUp
from switchboard.conversations.transitions import QueueTarget

from tests.unit.conversations.making import (
    ANA,
    INTEGRATION,
    MARIA,
    NOON,
    SALES,
    SUPPORT,
    alerted,
    answered,
    inbound,
    new_conversation,
    outbound,
    part_of,
    waiting_in,
)

SAID = InboundMessage(provider_id="wamid.1", time=NOON, sender=MARIA, text="Where is my order?")


def commands(old: Conversation | None, new: Conversation) -> list[tuple[str, str]]:
    return [(each.body["command"], each.body["queueId"]) for each in events.of_conversation(old, new).acd]


def change(old: Conversation | None, new: Conversation) -> dict[str, Any]:
    return dict(events.of_conversation(old, new).events[-1].detail)


def kinds(old: Message | None, new: Message) -> list[str]:
    return [each.kind for each in events.of_message(old, new, [ANA]).events]


# -- the acd queue


def test_what_begins_to_wait_is_offered_once() -> None:
    waiting = waiting_in()
    told = events.of_conversation(None, waiting)
    assert [each.kind for each in told.events] == ["conversation.started"]
    (offer,) = told.acd
    (acd,) = waiting.of_purpose("acd")
    assert offer.group == SUPPORT
    assert offer.body == {
        "command": "offer",
        "conversationId": waiting.id,
        "participantId": acd.id,
        "queueId": SUPPORT,
        "media": "message",
        "priority": 0,
        "skillIds": [],
        "languageId": "",
        "lastAgent": "",
        "directAgent": "",
        "queuedAt": NOON,
        "enteredAt": NOON,
    }
    assert commands(waiting, replace(waiting, version=2)) == [], "a change elsewhere does not offer it again"


def test_nothing_is_offered_where_no_flow_leads_to_a_queue() -> None:
    assert commands(None, new_conversation()) == []


def test_an_alert_is_no_withdrawal_because_routing_took_it_out_itself() -> None:
    waiting = waiting_in()
    alerting, ana = alerted(waiting, NOON + 1000)
    assert commands(waiting, alerting) == []
    assert commands(alerting, transitions.answer(alerting, ana, NOON + 2000)) == []


def test_an_alert_that_ends_unanswered_is_offered_again() -> None:
    alerting, ana = alerted(waiting_in(), NOON + 1000)
    back = transitions.no_answer(alerting, ana, NOON + 31_000, "transfer.noanswer")
    assert commands(alerting, back) == [("offer", SUPPORT)]


def test_what_ends_while_waiting_is_withdrawn() -> None:
    waiting = waiting_in()
    assert commands(waiting, transitions.disconnect(waiting, NOON + 1000)) == [("withdraw", SUPPORT)]


def test_a_transfer_while_waiting_changes_queues() -> None:
    waiting = waiting_in()
    (acd,) = waiting.of_purpose("acd")
    moved = transferring.transfer(waiting, acd, QueueTarget(SALES), NOON + 1000)
    assert commands(waiting, moved) == [("withdraw", SUPPORT), ("offer", SALES)]


def test_a_withdrawal_names_the_wait_that_is_over() -> None:
    waiting = waiting_in()
    (acd,) = waiting.of_purpose("acd")
    (withdraw,) = events.of_conversation(waiting, transitions.disconnect(waiting, NOON + 1000)).acd
    (offer,) = events.of_conversation(None, waiting).acd
    assert withdraw.body["participantId"] == acd.id
    assert withdraw.body == offer.body | {"command": "withdraw"}


def test_a_directed_conversation_is_offered_anew() -> None:
    waiting = waiting_in()
    (offer,) = events.of_conversation(waiting, transitions.direct_to(waiting, ANA)).acd
    assert offer.body["directAgent"] == ANA


def test_a_stream_record_read_twice_gives_commands_that_deduplicate() -> None:
    once, twice = (events.of_conversation(None, waiting_in()).acd[0] for _ in range(2))
    assert once.deduplication == twice.deduplication
    later = events.of_conversation(None, replace(waiting_in(), version=7)).acd[0]
    assert later.deduplication != once.deduplication


# -- facts


def test_a_change_says_who_and_from_what_to_what() -> None:
    alerting, ana = alerted(waiting_in(), NOON + 1000)
    connected = transitions.answer(alerting, ana, NOON + 2000)
    detail = change(alerting, connected)
    agent = next(each for each in detail["changes"] if each["purpose"] == "agent")
    assert (agent["before"], agent["after"], agent["userId"]) == ("alerting", "connected", ANA)
    assert (agent["occupied"], agent["occupies"]) == (True, True)
    assert detail["userIds"] == [ANA]
    assert detail["queueIds"] == [SUPPORT]


def test_capacity_is_given_back_by_the_last_change_that_uses_it() -> None:
    conversation, ana = answered(prompt="mandatory")
    left = transitions.leave(conversation, ana, NOON + 60_000)
    noted = wrapping_up.wrap_up(left, part_of(left, ana), WrapUp(code="code"), NOON + 61_000)
    uses = [
        next(each["occupies"] for each in change(old, new)["changes"] if each["purpose"] == "agent")
        for old, new in ((conversation, left), (left, noted))
    ]
    assert uses == [True, False]


def test_who_just_left_is_told_too() -> None:
    conversation, ana = answered()
    left = transitions.leave(conversation, ana, NOON + 60_000)
    assert change(conversation, left)["userIds"] == [ANA]
    assert change(conversation, left)["ended"] is True


def test_facts_carry_no_names_and_no_numbers() -> None:
    told = events.of_conversation(None, answered()[0])
    said = events.of_message(None, inbound(SAID), [ANA])
    text = str([each.detail for each in told.events + said.events] + [each.body for each in told.acd])
    assert not any(private in text for private in ("Maria", "5551234567", "order", "Ana'"))


# -- messages


def test_a_message_of_the_customer() -> None:
    message = inbound(SAID)
    (event,) = events.of_message(None, message, [ANA]).events
    assert event.kind == "message.received"
    assert event.detail["userIds"] == [ANA]
    assert event.detail["status"] == "received"


def test_media_are_fetched_when_there_are_any() -> None:
    picture = Content(kind="attachment", attachment=Attachment(media_type="Image", media_id="1"))
    with_media = inbound(replace(SAID, content=[picture]))
    assert kinds(None, with_media) == ["message.received", "message.media.pending"]
    hostile = inbound(replace(SAID, text='{"attachment":{}} "attachment":'))
    assert kinds(None, hostile) == ["message.received"], "a text that looks like a document is a text"


def test_a_reply_becomes_a_command_in_its_conversation() -> None:
    message = outbound()
    told = events.of_message(None, message, [])
    (command,) = told.outbound["whatsapp"]
    assert (command.group, command.deduplication) == (message.conversation_id, message.id)
    assert command.body == {
        "messageId": message.id,
        "sort": message.sort,
        "conversationId": message.conversation_id,
        "integrationId": INTEGRATION,
    }


def test_a_status_is_told_when_it_changes() -> None:
    queued, sent = outbound(), outbound(status="sent")
    assert kinds(queued, sent) == ["message.status"]
    assert kinds(sent, sent) == []
    assert events.of_message(queued, sent, []).outbound == {}, "and nothing is sent a second time"


def test_a_released_claim_is_no_new_command() -> None:
    """The send step's queue delivers its record again itself."""
    assert events.of_message(outbound(status="sending"), outbound(), []).outbound == {}
