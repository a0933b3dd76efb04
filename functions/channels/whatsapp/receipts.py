"""Statuses of messages we sent."""

from collections.abc import Mapping
from typing import Any

from switchboard.channels.message import Receipt, ReceiptStatus
from switchboard.channels.reading import identifier, items, mapping, seconds_to_ms, string
from switchboard.kit import ids

from functions.channels.whatsapp.errors import problem_of
from functions.channels.whatsapp.senders import recipient_of

_STATUSES: dict[str, ReceiptStatus] = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "played": "read",  # a voice message that was listened to
    "deleted": "removed",
    "failed": "failed",
}


def receipt_of(status: Mapping[str, Any]) -> Receipt | None:
    """The receipt, None for a status that we do not know or that names no message."""
    known = _STATUSES.get(string(status.get("status")))
    provider_id = identifier(status.get("id"))
    if known is None or not provider_id:
        return None
    ours = identifier(status.get("biz_opaque_callback_data"))
    errors = items(status.get("errors"))
    problem = problem_of(mapping(errors[0])) if errors else None
    return Receipt(
        provider_id=provider_id,
        time=seconds_to_ms(status.get("timestamp")),
        status=known,
        message_id=ours if ids.is_uuid(ours) else "",  # other tools may send over the same number
        recipient=recipient_of(status),
        problem=problem if known == "failed" else None,
        final=known in ("read", "failed", "removed"),
    )
