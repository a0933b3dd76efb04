"""What a WhatsApp webhook says that is neither message nor receipt. Nothing is dropped: the value is kept as it came."""

from collections.abc import Mapping
from typing import Any

from switchboard.channels.message import Signal
from switchboard.channels.reading import identifier, items, mapping, seconds_to_ms, string
from switchboard.kit import model

from functions.channels.whatsapp.contents import said_by
from functions.channels.whatsapp.senders import Contacts, party, sender

_KINDS = {
    "message_template_status_update": "templateStatus",
    "message_template_quality_update": "templateQuality",
    "message_template_components_update": "templateComponents",
    "template_category_update": "templateCategory",
    "template_correct_category_detection": "templateCategory",
    "account_update": "account",
    "account_review_update": "account",
    "account_alerts": "account",
    "account_settings_update": "account",
    "business_capability_update": "account",
    "business_username_update": "account",
    "phone_number_name_update": "phoneNumber",
    "phone_number_quality_update": "phoneNumber",
    "security": "account",
    "user_id_update": "identityChanged",
}
_LISTS = {"calls": "call", "user_preferences": "preference"}


def field_signals(field: str, value: Mapping[str, Any], time: int) -> list[Signal]:
    """The signals of a change whose field is not `messages`; `time` is the entry's, for what has none of its own."""
    if field in _LISTS:
        contacts = Contacts(value)
        return [_listed(_LISTS[field], mapping(item), contacts) for item in items(value.get(field))]
    if field == "smb_message_echoes":
        contacts = Contacts(value)
        return [_echo(mapping(item), contacts) for item in items(value.get("message_echoes"))]
    return [Signal(kind=_KINDS.get(field, "unsupported"), time=time, data={"field": field, "value": dict(value)})]


def system_signal(message: Mapping[str, Any], contacts: Contacts) -> Signal:
    """A system message: the customer's number or id changed. They said nothing, so no conversation starts or goes on."""
    return Signal(
        kind="identityChanged",
        time=seconds_to_ms(message.get("timestamp")),
        sender=sender(message, contacts),
        data={"id": identifier(message.get("id")), **mapping(message.get("system"))},
    )


def _listed(kind: str, item: Mapping[str, Any], contacts: Contacts) -> Signal:
    user_id = identifier(item.get("from_user_id") or item.get("user_id"))
    phone = identifier(item.get("wa_id")) if kind == "preference" else identifier(item.get("from"))
    return Signal(
        kind=kind,
        time=seconds_to_ms(item.get("timestamp")),
        sender=party(user_id, phone, contacts),
        data=dict(item),
    )


def _echo(message: Mapping[str, Any], contacts: Contacts) -> Signal:
    """What a person sent in the phone app in our name: `sender` is the customer it went to."""
    text, content = said_by(message)
    return Signal(
        kind="echo",
        time=seconds_to_ms(message.get("timestamp")),
        sender=party(identifier(message.get("to_user_id")), identifier(message.get("to")), contacts),
        data={
            "providerId": identifier(message.get("id")),
            "text": text,
            "content": [model.wire(part) for part in content],
            "type": string(message.get("type")),
        },
    )
