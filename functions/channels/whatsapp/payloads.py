"""A WhatsApp webhook payload as canonical events (Graph API v25.0). Never raises: an item that cannot be read is kept as
`unsupported` beside its siblings."""

from collections.abc import Iterator, Mapping
from typing import Any

from switchboard.channels.adapter import Connection
from switchboard.channels.message import Event, Inbound, InboundMessage, Party, Reply, Signal, inbound
from switchboard.channels.reading import identifier, items, mapping, seconds_to_ms, string
from switchboard.kit import ids, model
from switchboard.kit.logs import metric

from functions.channels.whatsapp.contents import said_by
from functions.channels.whatsapp.errors import problem_of
from functions.channels.whatsapp.receipts import receipt_of
from functions.channels.whatsapp.senders import Contacts, sender
from functions.channels.whatsapp.signals import field_signals, system_signal

CHANNEL = "whatsapp"
OBJECT = "whatsapp_business_account"


def inbound_events(payload: Mapping[str, Any], connection: Connection) -> list[Inbound]:
    """The events of every change that is about this connection's number, or about the account as a whole."""
    if payload.get("object") != OBJECT:
        metric("WebhookForeignObject", channel=CHANNEL)
        return []
    return [
        inbound(CHANNEL, connection.integration_id, event)
        for entry, change, value in _changes(payload)
        if _number(value) in ("", connection.address.get("phoneNumberId"))
        for event in _events(string(change.get("field")), value, entry)
    ]


def phone_numbers(payload: Mapping[str, Any]) -> set[str]:
    """The ids of the numbers that the payload is about: an app has one webhook for all its numbers."""
    return {number for _, _, value in _changes(payload) if (number := _number(value))}


def _changes(payload: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any], Mapping[str, Any]]]:
    """Each entry, its change, and the change's value."""
    for entry in map(mapping, items(payload.get("entry"))):
        for change in map(mapping, items(entry.get("changes"))):
            yield entry, change, mapping(change.get("value"))


def _number(value: Mapping[str, Any]) -> str:
    return identifier(mapping(value.get("metadata")).get("phone_number_id"))


def _events(field: str, value: Mapping[str, Any], entry: Mapping[str, Any]) -> Iterator[Event]:
    time = seconds_to_ms(entry.get("time"))
    if field != "messages":
        yield from field_signals(field, value, time)
        return
    contacts = Contacts(value)
    for message in items(value.get("messages")):
        yield _message(message, contacts)
    for status in items(value.get("statuses")):
        yield receipt_of(mapping(status)) or _unreadable("status", status)
    for error in items(value.get("errors")):
        problem = problem_of(mapping(error))
        yield Signal(kind="error", time=time, data=model.wire(problem))


def _message(item: Any, contacts: Contacts) -> InboundMessage | Signal:
    message = mapping(item)
    if message.get("type") == "system":
        return system_signal(message, contacts)
    party = sender(message, contacts)
    if party is None:
        return _unreadable("message", item)
    return _said(message, party)


def _said(message: Mapping[str, Any], party: Party) -> InboundMessage:
    text, content = said_by(message)
    unknown = any(part.kind == "unsupported" for part in content)
    return InboundMessage(
        provider_id=identifier(message.get("id")) or ids.digest(repr(message)).hex(),
        time=seconds_to_ms(message.get("timestamp")),
        sender=party,
        text=text,
        content=content,
        reply=_reply(mapping(message.get("context"))),
        metadata=_metadata(message),
        raw=dict(message) if unknown else None,
    )


def _reply(context: Mapping[str, Any]) -> Reply | None:
    forwarded = context.get("forwarded") is True or context.get("frequently_forwarded") is True
    provider_id = identifier(context.get("id"))
    return Reply(provider_id=provider_id, forwarded=forwarded) if forwarded or provider_id else None


def _metadata(message: Mapping[str, Any]) -> dict[str, str]:
    context = mapping(message.get("context"))
    marks = {
        "groupId": identifier(message.get("group_id")),
        "frequentlyForwarded": "true" if context.get("frequently_forwarded") is True else "",
    }
    return {name: value for name, value in marks.items() if value}


def _unreadable(what: str, item: Any) -> Signal:
    """An item that names neither a person nor a message we know: nobody's conversation, but nothing is thrown away."""
    metric("WebhookUnreadable", channel=CHANNEL, what=what)
    return Signal(
        kind="unsupported", time=seconds_to_ms(mapping(item).get("timestamp")), data={"field": what, "value": item}
    )
