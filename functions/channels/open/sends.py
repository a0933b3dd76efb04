"""A message as the middleware's webhook takes it: the normalized format, outbound."""

from typing import Any

from switchboard.channels import capabilities
from switchboard.channels.adapter import Connection
from switchboard.channels.message import Attachment, Content, OutboundMessage, Party
from switchboard.kit import clock
from switchboard.kit.errors import InvalidValueError

from functions.channels.open.payloads import CHANNEL


def body_of(message: OutboundMessage, connection: Connection) -> dict[str, Any]:
    """The notification. Raises InvalidValueError where the format has no place for the message."""
    longest = capabilities.of(CHANNEL).longest_text
    if len(message.text) > longest:
        raise InvalidValueError(f"The text has {len(message.text)} characters; at most {longest}.", field="textBody")
    if message.template is not None:
        raise InvalidValueError("Open Messaging has no templates.", field="messagingTemplate")
    content = [_part(part) for part in message.content]
    if not message.text.strip() and not content:
        raise InvalidValueError("The message is empty.", field="textBody")
    body: dict[str, Any] = {
        "id": message.message_id,
        "channel": _channel(message, connection),
        # Attachments make a text no structured message; something to choose from does.
        "type": "Structured" if any(part["contentType"] != "Attachment" for part in content) else "Text",
        "direction": "Outbound",
        "originatingEntity": "Bot" if message.bot else "Human",
    }
    optional = {"text": message.text, "content": content}
    return body | {name: value for name, value in optional.items() if value}


def _channel(message: OutboundMessage, connection: Connection) -> dict[str, Any]:
    return {
        "id": connection.integration_id,
        "platform": "Open",
        "type": "Private",
        "messageId": message.message_id,
        "to": _recipient(message.recipient),
        "from": {"nickname": connection.name, "id": connection.integration_id, "idType": "Opaque"},
        "time": clock.iso_ms(message.time),
    }


def _recipient(party: Party) -> dict[str, str]:
    kind = party.identity.kind if party.identity.kind in ("Email", "Phone") else "Opaque"
    named = {"nickname": party.name, "firstName": party.first_name, "lastName": party.last_name}
    return {"id": party.identity.value, "idType": kind, **{name: value for name, value in named.items() if value}}


def _part(part: Content) -> dict[str, Any]:
    if part.attachment is not None:
        return {"contentType": "Attachment", "attachment": _attachment(part.attachment)}
    if part.kind == "quickReply":
        choice = {"text": part.data.get("text", ""), "payload": part.data.get("payload") or part.data.get("text", "")}
        return {"contentType": "QuickReply", "quickReply": {**choice, "action": "Message"}}
    raise InvalidValueError(f"Open Messaging cannot send {part.kind}.", field="content")


def _attachment(attachment: Attachment) -> dict[str, Any]:
    if not attachment.url:
        raise InvalidValueError("The attachment has no link.", field="content.attachment")
    named = {
        "mediaType": attachment.media_type,
        "url": attachment.url,
        "mime": attachment.mime,
        "filename": attachment.filename,
        "text": attachment.caption,
        "sha256": attachment.sha256,
        "contentSizeBytes": attachment.size,
    }
    return {name: value for name, value in named.items() if value}
