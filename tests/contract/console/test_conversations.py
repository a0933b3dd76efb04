"""Conversations: what an agent and a supervisor do with one, and how it is shown."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.contract.console.agreement import NOBODY, UUID4, assert_agrees, wire
from tests.e2e.contact_centre import ContactCentre, platform
from tests.e2e.desk import Desk, Talk
from tests.e2e.refusals import refusal
from tests.e2e.whatsapp import Customer


def test_a_conversation_is_shown_whole(talk: Talk, ana: Desk, customer: Customer, centre: ContactCentre) -> None:
    conversation = ana.conversations.get_conversation(talk.id)
    assert conversation.self_uri == f"/api/v2/conversations/{talk.id}"
    assert [part.purpose for part in conversation.participants] == ["customer", "acd", "agent"]
    assert all(UUID4.fullmatch(part.id) for part in conversation.participants)
    asking, waiting, agent = conversation.participants
    assert_agrees({"address": customer.address, "name": "Maria"}, asking)
    assert_agrees({"queueId": centre.queue("Support"), "queueName": "Support"}, waiting)
    assert_agrees({"userId": ana.user_id, "wrapupRequired": False, "wrapupPrompt": "optional"}, agent)
    (communication,) = agent.messages
    assert_agrees({"state": "connected", "direction": "inbound", "held": False, "type": "whatsapp"}, communication)
    assert agent.start_time <= communication.start_alerting_time <= communication.connected_time
    held = ana.conversations.get_conversations
    assert [each.id for each in held().entities] == [talk.id]
    assert [each.id for each in held(communication_type="Message").entities] == [talk.id]
    assert held(communication_type="Callback").entities == []
    flat = ana.conversations.get_conversations_message(talk.id)
    assert [each.state for each in flat.participants] == ["connected", "disconnected", "connected"]
    assert flat.participants[2].user.id == ana.user_id


def test_a_message_is_the_same_wherever_it_is_read(talk: Talk, ana: Desk, customer: Customer) -> None:
    api = ana.conversations
    sent = talk.say("Hello Maria")
    ana.held()
    one = api.get_conversations_message_message(talk.id, sent.id)
    assert wire(one) == wire(api.get_conversations_message_details(sent.id))
    assert wire(one) == wire(api.post_conversations_message_messages_bulk(talk.id, body=[sent.id]).entities[0])
    expected = {
        "direction": "outbound",
        "messengerType": "whatsapp",
        "toAddress": customer.address,
        "conversationId": talk.id,
    }
    assert_agrees(
        {**expected, "normalizedMessage": {"text": "Hello Maria", "type": "Text", "direction": "Outbound"}}, one
    )
    assert one.self_uri == f"/api/v2/conversations/messages/{talk.id}/messages/{sent.id}"


def test_attributes_are_merged(talk: Talk, ana: Desk) -> None:
    part = ana.conversations.get_conversation(talk.id).participants[0]
    for attributes in ({"order": "1234", "vip": "yes"}, {"vip": "no"}):
        ana.conversations.patch_conversation_participant_attributes(talk.id, part.id, {"attributes": attributes})
    kept = ana.conversations.get_conversation(talk.id).participants[0].attributes
    assert kept == {"order": "1234", "vip": "no"}


def test_hold_and_wrap_up(talk: Talk, ana: Desk) -> None:
    api = ana.conversations
    api.patch_conversations_message_participant(talk.id, talk.participant_id, body={"held": True})
    assert ana.part(api.get_conversation(talk.id)).messages[0].held
    codes = api.get_conversation_participant_wrapupcodes(talk.id, talk.participant_id)
    wrapup = {"code": codes[0].id, "notes": "Sorted", "tags": ["a", "b"], "durationSeconds": 7}
    talk.wrap_up(**wrapup)
    assert_agrees(wrapup | {"name": codes[0].name}, ana.part(api.get_conversation(talk.id)).wrapup)
    for code in (NOBODY, ""):
        refused = refusal(lambda: talk.wrap_up(code))  # noqa: B023
        assert (refused.status, refused.field) == (400, "code")
    part = api.patch_conversations_message_participant
    refused = refusal(lambda: part(talk.id, talk.participant_id, body={"wrapup": {}}))
    assert (refused.status, refused.field) == (400, "code")


def test_a_wrap_up_is_begun_without_a_code(talk: Talk, ana: Desk) -> None:
    begun = {"notes": "As far as I", "provisional": True}
    talk.wrap_up(**begun)
    part = ana.part(ana.conversations.get_conversation(talk.id))
    assert_agrees(begun, part.wrapup)
    assert part.wrapup.code is None


@pytest.mark.parametrize("state", ["held", "dialing"])
def test_a_state_that_cannot_be_set_is_refused(talk: Talk, ana: Desk, state: str) -> None:
    body = {"state": state}
    refused = refusal(
        lambda: ana.conversations.patch_conversations_message_participant(talk.id, talk.participant_id, body=body)
    )
    assert (refused.status, refused.field) == (400, "state")


def test_a_conversation_in_another_state_is_a_conflict(talk: Talk) -> None:
    talk.disconnect()
    refused = refusal(lambda: talk.say("Too late"))
    assert refused.status in (400, 409)


@pytest.mark.parametrize(
    ("body", "field"),
    [({}, "textBody"), ({"textBody": "x" * 5000}, "textBody"), ({"mediaIds": ["nothing/here.png"]}, "mediaIds")],
)
def test_a_message_that_cannot_be_sent_is_refused(talk: Talk, body: dict[str, Any], field: str) -> None:
    refused = refusal(lambda: talk.say(**body))
    assert (refused.status, refused.field) == (400, field)


def test_only_who_takes_part_reads_it(talk: Talk, centre: ContactCentre) -> None:
    ben = platform.ConversationsApi(centre.sdk("demo-ben"))
    for read in (ben.get_conversation, ben.get_conversations_message, ben.post_conversations_message_messages_bulk):
        assert refusal(lambda: read(talk.id)).status == 403  # noqa: B023


def test_media_are_uploaded_and_sent(talk: Talk, ana: Desk, centre: ContactCentre, customer: Customer) -> None:
    content = b"%PDF-1.7 an invoice"
    upload = ana.conversations.post_conversations_message_communication_messages_media_uploads(
        talk.id, talk.communication_id, {"fileName": "invoice.pdf", "contentLengthBytes": len(content)}
    )
    stored = centre.http.put(upload.upload_url, content=content, headers=dict(upload.upload_headers))
    assert stored.status_code == 200, stored.text
    sent = talk.say(mediaIds=[upload.id])
    attachment = sent.normalized_message.content[0].attachment
    assert (attachment.filename, attachment.mime, attachment.content_size_bytes) == (
        "invoice.pdf",
        "application/pdf",
        len(content),
    )
    assert centre.http.get(attachment.url).content == content
    centre.settle()
    assert [body["type"] for body in customer.received()] == ["document"]


def test_a_supervisor_assigns_and_disconnects(centre: ContactCentre, customer: Customer, ana: Desk, admin: Any) -> None:
    api, ben = platform.ConversationsApi(admin), Desk(centre, "ben")
    customer.write("Hello")
    conversation = ana.alerted(customer.address)
    unknown = refusal(lambda: api.post_conversation_assign(conversation.id, {"id": NOBODY}))
    assert (unknown.status, unknown.field) == (400, "id")
    centre.advance("PT31S")  # Ana does not answer, so that it waits again
    api.post_conversation_assign(conversation.id, {"id": ben.user_id})
    with ben:
        assert ben.alerted(customer.address).id == conversation.id
        api.post_conversation_disconnect(conversation.id)
        assert api.get_conversation(conversation.id).state == "disconnected"
        assert ben.held() == []


def test_after_call_work_is_the_agents_to_ask_for_only_where_the_queue_says_so(talk: Talk, ana: Desk) -> None:
    ask = ana.conversations.patch_conversations_aftercallwork_conversation_id_participant_communication
    refused = refusal(lambda: ask(talk.id, talk.participant_id, talk.communication_id, {"afterCallWorkRequired": True}))
    assert (refused.status, refused.field) == (409, "afterCallWorkRequired")


def test_another_agents_wrap_up_is_refused(talk: Talk, ana: Desk, centre: ContactCentre) -> None:
    codes = ana.conversations.get_conversation_participant_wrapupcodes(talk.id, talk.participant_id)
    ben = platform.ConversationsApi(centre.sdk("demo-ben"))
    wrap_up = ben.post_conversations_message_participant_communication_wrapup
    refused = refusal(lambda: wrap_up(talk.id, talk.participant_id, talk.communication_id, body={"code": codes[0].id}))
    assert refused.status == 403


def test_an_agent_writes_first(centre: ContactCentre, customer: Customer, ana: Desk) -> None:
    body = {
        "queueId": centre.queue("Support"),
        "toAddress": customer.address,
        "toAddressMessengerType": "whatsapp",
    }
    begin = ana.conversations.post_conversations_messages
    begun = begin(dict(body))
    assert begun.self_uri == f"/api/v2/conversations/messages/{begun.id}"
    assert [each.id for each in ana.held()] == [begun.id]
    mine = ana.part(ana.conversations.get_conversation(begun.id))
    assert_agrees({"state": "connected", "direction": "outbound"}, mine.messages[0])
    say = ana.conversations.post_conversations_message_communication_messages
    closed = refusal(lambda: say(begun.id, mine.messages[0].id, {"textBody": "Hello"}))
    assert (closed.status, closed.code) == (400, "messaging.window.closed")
    current = refusal(lambda: begin(body | {"useExistingConversation": False}))
    assert (current.status, current.field) == (409, "useExistingConversation")
    assert begin(body | {"useExistingConversation": True}).id == begun.id


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"queueId": NOBODY}, "queueId"),
        ({"toAddress": ""}, "toAddress"),
        ({"toAddress": "nobody"}, "toAddress"),
        ({"toAddressMessengerType": "sms"}, "toAddressMessengerType"),
        ({"externalContactId": NOBODY}, "externalContactId"),
    ],
)
def test_whom_an_agent_cannot_write_to(centre: ContactCentre, ana: Desk, change: dict[str, str], field: str) -> None:
    body = {"queueId": centre.queue("Support"), "toAddress": "+15551230000", "toAddressMessengerType": "whatsapp"}
    refused = refusal(lambda: ana.conversations.post_conversations_messages(body | change))
    assert (refused.status, refused.field) == (400, field)


def test_an_agentless_message(centre: ContactCentre, admin: Any) -> None:
    """Once, though it was sent twice at once."""
    address = f"{uuid.uuid4().hex}@customer.example"
    body = {
        "fromAddress": centre.integration("open")["id"],
        "toAddress": address,
        "toAddressMessengerType": "open",
        "textBody": "Your parcel is on its way.",
    }
    api = platform.ConversationsApi(admin)
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda _: api.post_conversations_messages_agentless(dict(body)), range(2))
    assert wire(first) == wire(second)
    assert_agrees({"toAddress": address, "messengerType": "open"}, first)
    centre.settle()
    sent = [each["body"] for each in centre.requests("open") if each["body"]["channel"]["to"]["id"] == address]
    assert [each["text"] for each in sent] == ["Your parcel is on its way."]
    unknown = refusal(lambda: api.post_conversations_messages_agentless(body | {"fromAddress": NOBODY}))
    assert (unknown.status, unknown.field) == (400, "fromAddress")
    api.post_conversations_messages_agentless(body | {"toAddress": "+49 (30) 1234 567"})
    centre.settle()
    assert [each for each in centre.requests("open") if each["body"]["channel"]["to"]["id"] == "+49301234567"]
    short = refusal(lambda: api.post_conversations_messages_agentless(body | {"toAddress": "+1"}))
    assert (short.status, short.field) == (400, "toAddress")


def test_analytics_details(talk: Talk, ana: Desk, admin: Any, customer: Customer) -> None:
    talk.disconnect()
    found = platform.ConversationsApi(admin).get_analytics_conversation_details(talk.id)
    assert_agrees({"conversationId": talk.id, "originatingDirection": "inbound"}, found)
    assert [part.purpose for part in found.participants] == ["customer", "acd", "agent"]
    session = found.participants[2].sessions[0]
    assert_agrees({"mediaType": "message", "messageType": "whatsapp", "usedRouting": "Standard"}, session)
    assert [segment.segment_type for segment in session.segments][:2] == ["alert", "interact"]
    assert all(metric.value >= 0 for metric in session.metrics)
