"""The platform's normalized message format, inbound: message, receipt, event, structured response.

A body is one event as a whole, so a field that is missing is refused by name: the middleware can mend and send it again.
"""

from collections.abc import Mapping
from typing import Any

from switchboard.channels.message import (
    Attachment,
    Content,
    ErrorClass,
    Event,
    Identity,
    IdentityKind,
    InboundMessage,
    MediaType,
    Party,
    Problem,
    Receipt,
    ReceiptStatus,
    Reply,
    Signal,
)
from switchboard.channels.reading import identifier, integer, iso_to_ms, items, mapping, string
from switchboard.kit import clock, ids
from switchboard.kit.checks import require
from switchboard.kit.errors import BadRequestError, InvalidValueError
from switchboard.kit.logs import metric

CHANNEL = "open"
LONGEST_NAME = 200

_MEDIA_TYPES: dict[str, MediaType] = {
    "image": "Image",
    "video": "Video",
    "audio": "Audio",
    "file": "File",
    "link": "Link",
}
_KINDS: dict[str, IdentityKind] = {"email": "Email", "phone": "Phone", "opaque": "Opaque"}
_STATUSES: dict[str, ReceiptStatus] = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "failed": "failed",
    "published": "published",
    "removed": "removed",
}
_CLASS_OF_REASON: dict[str, ErrorClass] = {
    "ratelimited": "rate",
    "servererror": "retry",
    "generalerror": "retry",
    "invaliddestination": "recipient",
    "recipientoptedout": "recipient",
    "messagenotallowed": "window",
}


def events_of(body: Mapping[str, Any]) -> list[Event]:
    """What a body says, by its fields. Raises BadRequestError, InvalidValueError naming the field."""
    if "status" in body:
        return [receipt_of(body)]
    if string(body.get("direction")).lower() == "outbound":
        metric("WebhookEcho", channel=CHANNEL)  # our own notification comes back: answering it would be a loop
        return []
    if "buttonResponse" in body:
        return [structured_of(body)]
    if "events" in body:
        return [*signals_of(body)]
    return [message_of(body)]


def normalized(body: Mapping[str, Any], kind: str, integration_id: str, identifier: str) -> dict[str, Any]:
    """The body as the platform answers it: with the message's id, and the integration as the other end of the channel."""
    channel = {
        "to": {"id": integration_id, "idType": "Opaque"},
        **mapping(body.get("channel")),
        "id": integration_id,
        "platform": "Open",
        "type": "Private",
    }
    own = identifier or string(body.get("id")) or ids.new()
    return {**body, "id": own, "channel": channel, "type": kind, "direction": "Inbound"}


def message_of(body: Mapping[str, Any]) -> InboundMessage:
    """OpenInboundNormalizedMessage. A text, a content or both."""
    channel = _checked(body, "channel.from.id", "channel.time", "channel.messageId")
    content = [_content(mapping(part)) for part in items(body.get("content"))]
    text = string(body.get("text"))
    if not text.strip() and not content:
        raise BadRequestError("The message has neither text nor content.", field="text")
    unknown = any(part.kind == "unsupported" for part in content)
    return InboundMessage(
        provider_id=identifier(channel.get("messageId")),
        time=iso_to_ms(channel.get("time")),
        sender=party_of(channel),
        text=text,
        content=content,
        metadata=_metadata(body, channel),
        raw=dict(body) if unknown else None,
    )


def structured_of(body: Mapping[str, Any]) -> InboundMessage:
    """What a customer chose: `buttonResponse` with the message that offered it as `originatingMessageId`."""
    channel = _checked(body, "channel.from.id", "channel.time", "channel.messageId", "buttonResponse.text")
    chosen = mapping(body.get("buttonResponse"))
    text = string(chosen.get("text"))
    original = identifier(body.get("originatingMessageId"))
    return InboundMessage(
        provider_id=identifier(channel.get("messageId")),
        time=iso_to_ms(channel.get("time")),
        sender=party_of(channel),
        text=text,
        content=[_chosen(chosen)],
        reply=Reply(provider_id=original) if original else None,
        metadata=_metadata(body, channel),
    )


def receipt_of(body: Mapping[str, Any]) -> Receipt:
    """OpenInboundNormalizedReceipt: `id` is that of our message."""
    channel = _checked(body, "id", "status", "channel.time")
    status = _STATUSES.get(string(body.get("status")).lower())
    if status is None:
        raise InvalidValueError(f"status: one of {', '.join(each.title() for each in _STATUSES)}.", field="status")
    identity = identifier(body.get("id"))
    reasons = [mapping(reason) for reason in items(body.get("reasons"))]
    return Receipt(
        provider_id=identity,
        time=iso_to_ms(channel.get("time")),
        status=status,
        message_id=identity if ids.is_uuid(identity) else "",
        recipient=identifier(mapping(channel.get("to")).get("id")),
        problem=_problem(reasons[0] if reasons else {}) if status == "failed" else None,
        final=body.get("isFinalReceipt") is True,
    )


def signals_of(body: Mapping[str, Any]) -> list[Signal]:
    """OpenInboundNormalizedEvent: the customer is typing."""
    channel = _checked(body, "channel.from.id", "channel.time")
    events = [mapping(event) for event in items(body.get("events"))]
    if not events or not all(string(event.get("eventType")) for event in events):
        raise BadRequestError("events needs an event with an eventType.", field="events")
    time, sender = iso_to_ms(channel.get("time")), party_of(channel)
    return [_signal(event, time, sender) for event in events]


def _signal(event: Mapping[str, Any], time: int, sender: Party) -> Signal:
    if string(event.get("eventType")).lower() != "typing":
        return Signal(kind="unsupported", time=time, sender=sender, data=dict(event))
    return Signal(kind="typing", time=time, sender=sender, data={"type": "On", **mapping(event.get("typing"))})


def party_of(channel: Mapping[str, Any]) -> Party:
    """The customer of a channel block."""
    sender = mapping(channel.get("from"))
    email = identifier(sender.get("email")).lower()
    return Party(
        identity=_identity(sender),
        aliases=[Identity(kind="Email", value=email)] if email else [],
        name=string(sender.get("nickname"))[:LONGEST_NAME],
        first_name=string(sender.get("firstName"))[:LONGEST_NAME],
        last_name=string(sender.get("lastName"))[:LONGEST_NAME],
        image=string(sender.get("image"))[:2000],
    )


def _identity(sender: Mapping[str, Any]) -> Identity:
    value = identifier(sender.get("id"))
    kind = _KINDS.get(string(sender.get("idType")).lower(), "Opaque")
    if kind == "Email":
        return Identity(kind=kind, value=value.lower())
    if kind == "Phone":
        digits = "".join(character for character in value if character in "0123456789")
        return Identity(kind=kind, value=f"+{digits}") if digits else Identity(kind="Opaque", value=value)
    return Identity(kind=kind, value=value)


def _content(part: Mapping[str, Any]) -> Content:
    """One part, by the field that holds it; of an unknown kind it is kept as it came."""
    if mapping(part.get("attachment")):
        return _attachment(mapping(part.get("attachment")))
    if mapping(part.get("buttonResponse")):
        return _chosen(mapping(part.get("buttonResponse")))
    if mapping(part.get("location")):
        return Content(kind="location", data=mapping(part.get("location")))
    return Content(kind="unsupported", data=dict(part))


def _chosen(response: Mapping[str, Any]) -> Content:
    text = string(response.get("text"))
    kind = string(response.get("type")) or "Button"
    return Content(
        kind="buttonResponse", data={"type": kind, "text": text, "payload": string(response.get("payload")) or text}
    )


def _attachment(attachment: Mapping[str, Any]) -> Content:
    media_type = _MEDIA_TYPES.get(string(attachment.get("mediaType")).lower(), "File")
    return Content(
        kind="attachment",
        attachment=Attachment(
            media_type=media_type,
            url=string(attachment.get("url"))[:2000],
            mime=identifier(attachment.get("mime")),
            filename=identifier(attachment.get("filename")),
            sha256=identifier(attachment.get("sha256")).lower(),
            size=max(0, integer(attachment.get("contentSizeBytes"))),
            caption=string(attachment.get("text")),
        ),
    )


def _metadata(body: Mapping[str, Any], channel: Mapping[str, Any]) -> dict[str, str]:
    custom = mapping(mapping(channel.get("metadata")).get("customAttributes"))
    return {name: string(value) for name, value in {**custom, **mapping(body.get("metadata"))}.items()}


def _problem(reason: Mapping[str, Any]) -> Problem:
    code = identifier(reason.get("code")) or "GeneralError"
    known = _CLASS_OF_REASON.get(code.lower(), "content")
    return Problem(error_class=known, code=code, message=string(reason.get("message"))[:1000])


def _checked(body: Mapping[str, Any], *names: str) -> Mapping[str, Any]:
    """The channel block. Raises BadRequestError naming the first field that is missing."""
    require(body, *names)
    channel = mapping(body.get("channel"))
    _check_time(channel)
    for name in names:
        _check_text(body, name)
    return channel


def _check_time(channel: Mapping[str, Any]) -> None:
    try:
        clock.parse(string(channel.get("time")))
    except ValueError as error:
        raise InvalidValueError("channel.time is not an ISO 8601 time.", field="channel.time") from error


def _check_text(body: Mapping[str, Any], name: str) -> None:
    value: Any = body
    for part in name.split("."):
        value = mapping(value).get(part)
    if not string(value).strip() or len(string(value)) > 256 and name != "buttonResponse.text":
        raise InvalidValueError(f"{name} must be a text of at most 256 characters.", field=name)
