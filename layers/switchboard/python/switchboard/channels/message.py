"""The canonical message: what every channel's payloads are turned into, and what every channel's sends are made from.

Times are milliseconds since the epoch by the provider's clock; provider ids are strings always.
"""

from typing import Any, Literal

from switchboard.kit.model import Record

IdentityKind = Literal["Opaque", "Phone", "Email", "Username"]
MediaType = Literal["Image", "Video", "Audio", "File", "Link"]
MediaState = Literal["pending", "stored", "refused"]
ReceiptStatus = Literal["sent", "delivered", "read", "failed", "removed", "published"]
ErrorClass = Literal["retry", "rate", "window", "recipient", "content", "auth", "config"]


class Identity(Record):
    """An identifier of a person on a channel: `kind` and the value in its canonical form (a phone is E.164)."""

    kind: IdentityKind
    value: str


def identity_at(address: str) -> Identity:
    """Whom somebody means who writes down an address: E.164 is a phone, anything else an id of the channel's own."""
    return Identity(kind="Phone" if address.startswith("+") else "Opaque", value=address)


class Party(Record):
    """The customer as the channel tells it. `identity` is the stable key; `aliases` also lead to the same person."""

    identity: Identity
    aliases: list[Identity] = []
    name: str = ""
    first_name: str = ""
    last_name: str = ""
    image: str = ""


class Attachment(Record):
    """A media item. Inbound it is first `pending` (where to fetch it: `media_id` or `url`), then `stored` under `key` in
    the media bucket, or `refused` with a `reason`. `size` is in bytes."""

    media_type: MediaType
    media_id: str = ""
    url: str = ""
    mime: str = ""
    filename: str = ""
    sha256: str = ""
    size: int = 0
    caption: str = ""
    state: MediaState = "pending"
    key: str = ""
    reason: str = ""


class Content(Record):
    """One structured part. `kind` says which: attachment (with `attachment`), or location, contacts, reaction, buttonResponse,
    listResponse, formResponse, quickReply, order, product, referral, callPermission, system, edit, revoke, template, unsupported:
    with the canonical fields in `data`."""

    kind: str
    attachment: Attachment | None = None
    data: dict[str, Any] = {}


class Reply(Record):
    """What a message answers or quotes: the provider's message id, and whether it was forwarded instead."""

    provider_id: str = ""
    forwarded: bool = False


class InboundMessage(Record):
    """A message from a customer. `raw` keeps the provider's payload of what we do not understand (kind `unsupported`)."""

    provider_id: str
    time: int
    sender: Party
    text: str = ""
    content: list[Content] = []
    reply: Reply | None = None
    metadata: dict[str, str] = {}
    raw: dict[str, Any] | None = None


class Problem(Record):
    """Why a provider refused a message: its own code and text, and the class that tells what to do (providers.md 1)."""

    error_class: ErrorClass
    code: str = ""
    message: str = ""


class Receipt(Record):
    """A provider's word on a message we sent. `message_id` is ours where the provider gives our reference back."""

    provider_id: str
    time: int
    status: ReceiptStatus
    message_id: str = ""
    recipient: str = ""
    problem: Problem | None = None
    final: bool = False


class Signal(Record):
    """Something a channel says that is neither message nor receipt: `kind` typing, identityChanged, templateStatus, account."""

    kind: str
    time: int
    sender: Party | None = None
    data: dict[str, Any] = {}


class Inbound(Record):
    """One canonical event on the inbound queue: exactly one of message, receipt, signal."""

    channel: str
    integration_id: str
    message: InboundMessage | None = None
    receipt: Receipt | None = None
    signal: Signal | None = None


Event = InboundMessage | Receipt | Signal


def inbound(channel: str, integration_id: str, event: Event) -> Inbound:
    """What came to an integration, as it goes onto the inbound queue."""
    match event:
        case InboundMessage():
            return Inbound(channel=channel, integration_id=integration_id, message=event)
        case Receipt():
            return Inbound(channel=channel, integration_id=integration_id, receipt=event)
        case Signal():
            return Inbound(channel=channel, integration_id=integration_id, signal=event)


class Template(Record):
    """An approved template to send: the provider's name and language, values for header, body and buttons in order."""

    name: str
    language: str
    header: list[str] = []
    body: list[str] = []
    buttons: list[str] = []
    namespace: str = ""


class OutboundMessage(Record):
    """A message to a customer as a channel's send step gets it.

    `message_id` is ours and is given to the provider as the reference of its receipts. `free_form_until` is the end of the
    customer service window (milliseconds; 0 = the channel has none).
    """

    message_id: str
    conversation_id: str
    integration_id: str
    recipient: Party
    text: str = ""
    content: list[Content] = []
    template: Template | None = None
    reply_to: str = ""
    time: int = 0
    free_form_until: int = 0
    bot: bool = False
