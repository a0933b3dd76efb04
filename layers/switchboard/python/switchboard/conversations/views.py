"""The platform's shapes of a conversation (genesys-api section 5): Conversation, MessageConversation, MessageData."""

import json
from collections.abc import Sequence
from typing import Any

import msgspec

from switchboard.conversations import callback_views, internal_views
from switchboard.conversations.models import Communication, Conversation, Message, Participant, Segment, WrapUp
from switchboard.kit import clock, storage
from switchboard.kit.entities import HOME_DIVISION

Body = dict[str, Any]

MESSAGES = "/api/v2/conversations/messages"
PLATFORM = {
    "whatsapp": "Whatsapp",
    "open": "Open",
    "facebook": "Facebook",
    "instagram": "Instagram",
    "twitter": "Twitter",
}
STATUS = {
    "queued": "queued",
    "sending": "queued",
    "sent": "sent",
    "delivered": "delivery-success",
    "read": "read",
    "received": "received",
    "removed": "removed",
    "published": "published",
}
RECEIPT = {"sent": "Sent", "delivered": "Delivered", "read": "Read", "failed": "Failed", "removed": "Removed"}
CONTENT_TYPES = {
    "location": ("Location", "location"),
    "buttonResponse": ("ButtonResponse", "buttonResponse"),
    "listResponse": ("ButtonResponse", "buttonResponse"),
    "quickReply": ("QuickReply", "quickReply"),
}
REACTIONS = {"\N{THUMBS UP SIGN}": "Like", "\N{HEAVY BLACK HEART}": "Love", "\N{FACE WITH OPEN MOUTH}": "Wow"}
REACTIONS |= {"\N{FACE WITH TEARS OF JOY}": "Haha", "\N{CRYING FACE}": "Sad", "\N{POUTING FACE}": "Angry"}
WRAPUP_PROMPTS = {"optional", "mandatory", "agentRequested", "timeout", "forcedTimeout"}


def conversation(source: Conversation, messages: Sequence[Message] = ()) -> Body:
    """The platform's Conversation."""
    return {
        "id": source.id,
        "startTime": clock.iso_ms(source.start),
        "endTime": clock.iso_or_none(source.end),
        "address": source.customer.identity.value,
        "participants": [_participant(source, each, messages) for each in source.participants],
        "conversationIds": [],
        "state": "disconnected" if source.end else "connected",
        "divisions": divisions(source),
        "selfUri": f"/api/v2/conversations/{source.id}",
    }


def divisions(source: Conversation) -> list[Body]:
    """ConversationDivisionMembership of each division it belongs to, with the queues through which it does."""
    return [
        {
            "division": {"id": division, "selfUri": f"/api/v2/authorization/divisions/{division}"},
            "entities": [
                {"id": queue, "selfUri": f"/api/v2/routing/queues/{queue}"}
                for queue, of_queue in source.divisions.items()
                if (of_queue or HOME_DIVISION) == division
            ],
        }
        for division in source.division_ids
    ]


def message_conversation(source: Conversation, messages: Sequence[Message] = ()) -> Body:
    """The platform's MessageConversation: each participant flattened with its message communication."""
    return {
        "id": source.id,
        "participants": [_media_participant(source, each, messages) for each in source.participants],
        "divisions": divisions(source),
        "selfUri": f"{MESSAGES}/{source.id}",
    }


def callback_conversation(source: Conversation) -> Body:
    """The platform's CallbackConversation: each participant flattened with its callback communication."""
    flat = [_media_participant(source, each, ()) | callback_views.facts(source) for each in source.participants]
    return {
        "id": source.id,
        "participants": flat,
        "divisions": divisions(source),
        "selfUri": f"{callback_views.CALLBACKS}/{source.id}",
    }


def message_data(message: Message) -> Body:
    """The platform's MessageData, with a signed link for each stored media item."""
    said = msgspec.json.decode(message.doc)
    inbound = message.direction == "inbound"
    customer = said["sender" if inbound else "recipient"]["identity"]["value"]
    return {
        "id": message.id,
        "providerMessageId": message.provider_id or None,
        "timestamp": clock.iso_ms(message.time),
        "fromAddress": customer if inbound else message.integration_id,
        "toAddress": message.integration_id if inbound else customer,
        "direction": message.direction,
        "messengerType": message.channel,
        "status": status_of(message),
        "normalizedMessage": _normalized(message, said),
        "normalizedReceipts": [_receipt(message)] if message.status in RECEIPT and not inbound else [],
        "createdBy": {"id": message.sender_user_id} if message.sender_user_id else None,
        "conversationId": message.conversation_id,
        "selfUri": f"{MESSAGES}/{message.conversation_id}/messages/{message.id}",
    }


def status_of(message: Message) -> str:
    """The platform's message status. What the provider took and lost is `delivery-failed`, what never left `failed`."""
    if message.status == "failed":
        return "delivery-failed" if message.provider_id else "failed"
    return STATUS[message.status]


def _participant(source: Conversation, participant: Participant, messages: Sequence[Message]) -> Body:
    connected = [each.connected for each in participant.communications if each.connected]
    shown = {
        "id": participant.id,
        "name": participant.name or None,
        "startTime": clock.iso_ms(participant.start),
        "endTime": clock.iso_or_none(participant.end),
        "connectedTime": clock.iso_or_none(min(connected)) if connected else None,
        "purpose": participant.purpose,
        "userId": participant.user_id or None,
        "externalContactId": participant.external_contact_id or None,
        "queueId": participant.queue_id or None,
        "queueName": participant.queue_name or None,
        "address": participant.address or None,
        "consultParticipantId": participant.consult_participant_id or None,
        "bargedParticipantId": participant.barged_participant_id or None,
        "attributes": participant.attributes,
        "internalMessages": internal_views.communications(source, participant),
        "conversationRoutingData": _routing(participant),
        "messages": [
            _communication(source, participant, each, messages)
            for each in participant.communications
            if each.media == "message"
        ],
        "callbacks": [
            callback_views.communication(source, _communication(source, participant, each, ()), each)
            for each in participant.communications
            if each.media == "callback"
        ],
    }
    return shown | _wrap_up_fields(participant)


def _wrap_up_fields(participant: Participant) -> Body:
    if participant.purpose != "agent":
        return {}
    return {
        "alertingTimeoutMs": participant.alerting_timeout_ms or None,
        "wrapupRequired": participant.wrapup_required,
        "wrapupPrompt": participant.wrapup_prompt if participant.wrapup_prompt in WRAPUP_PROMPTS else None,
        "wrapupTimeoutMs": participant.wrapup_timeout_ms or None,
        "wrapupSkipped": bool(participant.end_acw and not participant.noted),
        "wrapup": _wrap_up(participant.wrapup),
        "startAcwTime": clock.iso_or_none(participant.start_acw),
        "endAcwTime": clock.iso_or_none(participant.end_acw),
    }


def _communication(
    source: Conversation, participant: Participant, communication: Communication, messages: Sequence[Message]
) -> Body:
    return {
        "id": communication.id,
        "state": communication.state if communication.state != "scheduled" else "parked",
        "initialState": communication.initial_state if communication.initial_state != "scheduled" else "parked",
        "direction": communication.direction,
        "held": communication.held,
        "segments": [_segment(each) for each in communication.segments],
        "startAlertingTime": clock.iso_or_none(communication.start_alerting),
        "connectedTime": clock.iso_or_none(communication.connected),
        "disconnectedTime": clock.iso_or_none(communication.disconnected),
        "disconnectType": communication.disconnect_type or None,
        "provider": "Switchboard",
        "type": source.channel,
        "recipientType": "mobile" if source.channel == "whatsapp" else None,
        "messages": [_details(each) for each in messages if _said_on(source, participant, communication, each)],
        "wrapup": _wrap_up(participant.wrapup),
        **_parking(participant, communication),
        **_after_call_work(participant),
        **_addresses(source, participant),
    }


def _parking(participant: Participant, communication: Communication) -> Body:
    parked = [each.start for each in communication.segments if each.kind == "parked" and not each.end]
    return {
        "parkTime": clock.iso_or_none(parked[-1]) if parked else None,
        "resumeTime": clock.iso_or_none(participant.resume_at),
    }


def _after_call_work(participant: Participant) -> Body:
    if participant.purpose != "agent":
        return {}
    state = "complete" if participant.noted else "skipped"
    if not participant.end_acw:
        state = "pending" if participant.start_acw else "notApplicable"
    work = {
        "startTime": clock.iso_or_none(participant.start_acw),
        "endTime": clock.iso_or_none(participant.end_acw),
        "state": state,
    }
    return {"afterCallWork": work, "afterCallWorkRequired": participant.wrapup_required or participant.acw_requested}


def _media_participant(source: Conversation, participant: Participant, messages: Sequence[Message]) -> Body:
    last = participant.communications[-1]
    flat = _communication(source, participant, last, messages)
    whole = _participant(source, participant, messages)
    kept = {name: value for name, value in whole.items() if name not in ("messages", "userId", "queueId", "queueName")}
    return {
        **flat,
        **kept,
        "id": participant.id,
        "user": _reference(participant.user_id, participant.name, "/api/v2/users"),
        "queue": _reference(participant.queue_id, participant.queue_name, "/api/v2/routing/queues"),
        "externalContact": _reference(participant.external_contact_id, "", "/api/v2/externalcontacts/contacts"),
        "peer": None,
    }


def _addresses(source: Conversation, participant: Participant) -> Body:
    customer = {"name": source.customer.name or None, "addressNormalized": source.customer.identity.value}
    ours = {"addressNormalized": source.integration_id}
    if participant.purpose == "external":
        theirs = {"name": participant.name or None, "addressNormalized": participant.address}
        return {"fromAddress": ours, "toAddress": theirs}
    if participant.purpose == "customer":
        return {"fromAddress": customer, "toAddress": ours}
    return {"fromAddress": ours, "toAddress": customer}


def _said_on(source: Conversation, participant: Participant, communication: Communication, message: Message) -> bool:
    if message.direction == "inbound":
        return participant.purpose == "customer"
    if message.said_by:
        return participant.id == message.said_by
    if message.sender_user_id:
        return source.spoken_on(message.sender_user_id, message.received or message.time) is communication
    return participant.purpose in ("workflow", "botflow")


def _details(message: Message) -> Body:
    return {
        "messageId": message.id,
        "messageURI": f"{MESSAGES}/{message.conversation_id}/messages/{message.id}",
        "messageStatus": status_of(message),
        "messageTime": clock.iso_ms(message.time),
        "errorInfo": _problem(message),
    }


def _problem(message: Message) -> Body | None:
    if not message.problem_code:
        return None
    return {"code": message.problem_code, "message": message.problem_text, "status": 400}


def _normalized(message: Message, said: Body) -> Body:
    contents = [_content(each) for each in said.get("content", [])]
    if template := said.get("template"):
        contents.append(
            {"contentType": "Notification", "template": {"id": template["name"], "language": template["language"]}}
        )
    inbound = message.direction == "inbound"
    party = said["sender" if inbound else "recipient"]
    person = {
        "id": party["identity"]["value"],
        "idType": party["identity"]["kind"] if party["identity"]["kind"] in ("Email", "Phone") else "Opaque",
        "nickname": party.get("name"),
        "firstName": party.get("firstName"),
        "lastName": party.get("lastName"),
    }
    return {
        "id": message.id,
        "channel": {
            "id": message.integration_id,
            "platform": PLATFORM.get(message.channel),
            "type": "Private",
            "messageId": message.provider_id or message.id,
            "time": clock.iso_ms(message.time),
            "from": person if inbound else {"id": message.integration_id, "idType": "Opaque"},
            "to": {"id": message.integration_id, "idType": "Opaque"} if inbound else person,
        },
        "type": "Structured" if contents else "Text",
        "text": said.get("text"),
        "content": contents,
        "direction": message.direction.capitalize(),
        "originatingEntity": "Bot" if said.get("bot") else "Human",
        "metadata": said.get("metadata"),
    }


def _content(content: Body) -> Body:
    kind = content["kind"]
    if attachment := content.get("attachment"):
        key = attachment.get("key")
        link = storage.read_link(key, attachment.get("filename", "")) if key else None
        return {
            "contentType": "Attachment",
            "attachment": {
                "id": attachment.get("mediaId") or key,
                "mediaType": attachment["mediaType"],
                "url": link or (attachment.get("url") if attachment["mediaType"] == "Link" else None),
                "mime": attachment.get("mime"),
                "text": attachment.get("caption") or attachment.get("reason"),
                "sha256": attachment.get("sha256"),
                "filename": attachment.get("filename"),
                "contentSizeBytes": attachment.get("size"),
            },
        }
    data = content.get("data", {})
    if kind in CONTENT_TYPES:
        content_type, field = CONTENT_TYPES[kind]
        return {"contentType": content_type, field: data}
    if kind == "reaction":
        emoji = data.get("emoji", "")
        reaction = {"reactionType": REACTIONS.get(emoji[:1], "None"), "count": 1 if emoji else 0}
        return {"contentType": "Reactions", "reactions": [reaction], "text": {"type": "Text", "body": emoji}}
    return {
        "contentType": "Unknown",
        "text": {"type": "Text", "body": f"{kind} {json.dumps(data, ensure_ascii=False)}"},
    }


def _receipt(message: Message) -> Body:
    return {
        "id": message.id,
        "type": "Receipt",
        "status": RECEIPT[message.status],
        "direction": "Inbound",
        "isFinalReceipt": message.status in ("read", "failed"),
        "reasons": [{"code": "GeneralError", "message": message.problem_text}] if message.problem_code else None,
        "channel": {"id": message.integration_id, "platform": PLATFORM.get(message.channel), "type": "Private"},
    }


def _routing(participant: Participant) -> Body | None:
    routing = participant.routing
    if routing is None:
        return None
    return {
        "queue": _reference(routing.queue_id, participant.queue_name, "/api/v2/routing/queues"),
        "language": _reference(routing.language_id, "", "/api/v2/routing/languages"),
        "priority": routing.priority,
        "skills": [_reference(skill, "", "/api/v2/routing/skills") for skill in routing.skill_ids],
        "scoredAgents": [{"agent": {"id": user}, "score": score} for user, score in routing.preferred_agents.items()],
    }


def _wrap_up(wrap_up: WrapUp | None) -> Body | None:
    if wrap_up is None:
        return None
    return {
        "code": wrap_up.code or None,
        "name": wrap_up.name or None,
        "notes": wrap_up.notes or None,
        "tags": wrap_up.tags,
        "durationSeconds": wrap_up.duration_seconds,
        "endTime": clock.iso_or_none(wrap_up.end_time),
        "provisional": wrap_up.provisional,
    }


def _segment(segment: Segment) -> Body:
    return {
        "type": segment.kind,
        "startTime": clock.iso_ms(segment.start),
        "endTime": clock.iso_or_none(segment.end),
        "disconnectType": segment.disconnect_type or None,
    }


def _reference(identifier: str, name: str, path: str) -> Body | None:
    return {"id": identifier, "name": name or None, "selfUri": f"{path}/{identifier}"} if identifier else None
