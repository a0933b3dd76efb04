"""Open Messaging: the platform's normalized message format. Source: its messaging and webhook references."""

from __future__ import annotations

from typing import Any

from switchboard.channels.adapter import Connection
from switchboard.channels.message import Attachment, Content, Template
from switchboard.channels.signatures import signed

from functions.channels.open.adapter import OpenMessaging
from tests.contract.channels.kit import (
    INTEGRATION,
    MESSAGE,
    Heard,
    Refused,
    Sent,
    Suite,
    Unreadable,
    Unsendable,
    answered,
    outbound,
)

SECRET = "middleware-secret"
URL = "https://middleware.example/from-the-centre"
TIME = "2026-09-21T14:13:20.000Z"
TIME_MS = 1_790_000_000_000

CONNECTION = Connection(
    integration_id=INTEGRATION,
    channel="open",
    name="Kiosk",
    address={"webhookUrl": URL},
    secrets={"outboundSecret": SECRET, "header:X-Api-Key": "key-1"},
)
FROM = {"id": "kiosk-7", "idType": "Opaque", "nickname": "Kiosk 7"}
SENDER = {"identity": {"kind": "Opaque", "value": "kiosk-7"}, "name": "Kiosk 7"}


def channel(**facts: Any) -> dict[str, Any]:
    return {"messageId": "m-1", "from": FROM, "time": TIME, **facts}


def without(*names: str) -> dict[str, Any]:
    return {name: value for name, value in channel().items() if name not in names}


def message(**facts: Any) -> dict[str, Any]:
    return {"channel": channel(), **facts}


def said(**facts: Any) -> list[dict[str, Any]]:
    return [{"message": {"providerId": "m-1", "time": TIME_MS, "sender": SENDER, **facts}}]


def attachment(media_type: str, **facts: Any) -> dict[str, Any]:
    return {"contentType": "Attachment", "attachment": {"mediaType": media_type, "url": "https://m.example/1", **facts}}


def person(name: str, sender: dict[str, Any], expected: dict[str, Any]) -> Heard:
    payload = {"channel": channel(**{"from": sender}), "text": "Hi"}
    return Heard(name, payload, said(text="Hi", sender=expected))


def receipt(status: str, **facts: Any) -> dict[str, Any]:
    to = {"id": "kiosk-7", "idType": "Opaque"}
    return {"id": MESSAGE, "channel": {"to": to, "time": TIME}, "status": status, **facts}


def told(status: str, **facts: Any) -> list[dict[str, Any]]:
    whole = {"providerId": MESSAGE, "time": TIME_MS, "status": status, "messageId": MESSAGE, "recipient": "kiosk-7"}
    return [{"receipt": {**whole, **facts}}]


MYSTERY = {"contentType": "Hologram", "hologram": {"depth": 3}}
HEARD = [
    Heard("text", message(text="Hello"), said(text="Hello")),
    Heard(
        "attachment",
        message(content=[attachment("Image", mime="image/png", filename="a.png", text="look")]),
        said(
            content=[
                {
                    "kind": "attachment",
                    "attachment": {
                        "mediaType": "Image",
                        "url": "https://m.example/1",
                        "mime": "image/png",
                        "filename": "a.png",
                        "caption": "look",
                    },
                }
            ]
        ),
    ),
    Heard(
        "location",
        message(content=[{"contentType": "Location", "location": {"latitude": 1.5, "longitude": 2}}]),
        said(content=[{"kind": "location", "data": {"latitude": 1.5, "longitude": 2}}]),
    ),
    Heard(
        "content nobody knows",
        message(text="see", content=[MYSTERY]),
        said(
            text="see", content=[{"kind": "unsupported", "data": MYSTERY}], raw=message(text="see", content=[MYSTERY])
        ),
    ),
    Heard(
        "custom attributes",
        {"channel": channel(metadata={"customAttributes": {"plan": "gold", "level": 3}}), "text": "Hi"},
        said(text="Hi", metadata={"plan": "gold", "level": "3"}),
    ),
    Heard(
        "an answer to a question",
        message(buttonResponse={"type": "QuickReply", "text": "Yes", "payload": "y"}, originatingMessageId=MESSAGE),
        said(
            text="Yes",
            content=[{"kind": "buttonResponse", "data": {"type": "QuickReply", "text": "Yes", "payload": "y"}}],
            reply={"providerId": MESSAGE},
        ),
    ),
    person(
        "a person by e-mail",
        {"id": "Ana@Example.org", "idType": "Email", "firstName": "Ana", "lastName": "Lima"},
        {"identity": {"kind": "Email", "value": "ana@example.org"}, "firstName": "Ana", "lastName": "Lima"},
    ),
    person(
        "a person by phone",
        {"id": "+55 (21) 98888-7777", "idType": "phone"},
        {"identity": {"kind": "Phone", "value": "+5521988887777"}},
    ),
    Heard("delivered", receipt("Delivered"), told("delivered")),
    Heard("delivered, for good", receipt("delivered", isFinalReceipt=True), told("delivered", final=True)),
    Heard(
        "failed",
        receipt("Failed", reasons=[{"code": "RecipientOptedOut", "message": "stop"}]),
        told("failed", problem={"errorClass": "recipient", "code": "RecipientOptedOut", "message": "stop"}),
    ),
    Heard(
        "typing",
        {
            "channel": without("messageId"),
            "events": [{"eventType": "Typing", "typing": {"type": "On", "duration": 5000}}],
        },
        [{"signal": {"kind": "typing", "time": TIME_MS, "sender": SENDER, "data": {"type": "On", "duration": 5000}}}],
    ),
    Heard("our own message back", message(text="Hello", type="Text", direction="Outbound"), []),
]

UNREADABLE = [
    Unreadable("no channel", {"text": "Hi"}, "channel.from.id"),
    Unreadable("nobody", {"channel": without("from"), "text": "Hi"}, "channel.from.id"),
    Unreadable("no time", {"channel": without("time"), "text": "Hi"}, "channel.time"),
    Unreadable("no message id", {"channel": without("messageId"), "text": "Hi"}, "channel.messageId"),
    Unreadable("a time that is none", {"channel": channel(time="yesterday"), "text": "Hi"}, "channel.time"),
    Unreadable("an id without end", {"channel": channel(messageId="x" * 257), "text": "Hi"}, "channel.messageId"),
    Unreadable("nothing said", message(), "text"),
    Unreadable("a status nobody knows", receipt("Levitated"), "status"),
    Unreadable("no event", {"channel": channel(), "events": []}, "events"),
]


def notified(kind: str = "Text", **facts: Any) -> dict[str, Any]:
    return {
        "id": MESSAGE,
        "channel": {
            "id": INTEGRATION,
            "platform": "Open",
            "type": "Private",
            "messageId": MESSAGE,
            "to": {"id": "customer-1", "idType": "Opaque", "nickname": "Maria"},
            "from": {"nickname": "Kiosk", "id": INTEGRATION, "idType": "Opaque"},
            "time": TIME,
        },
        "type": kind,
        "direction": "Outbound",
        "originatingEntity": "Human",
        **facts,
    }


PICTURE = Content(
    kind="attachment", attachment=Attachment(media_type="Image", url="https://m.example/2", mime="image/png")
)
SENT = [
    Sent("text", outbound("Olá"), URL, notified(text="Olá"), {"X-Api-Key": "key-1"}),
    Sent("by a bot", outbound("Beep", bot=True), URL, notified(text="Beep", originatingEntity="Bot")),
    Sent(
        "attachment",
        outbound("", PICTURE),
        URL,
        notified(
            content=[
                {
                    "contentType": "Attachment",
                    "attachment": {"mediaType": "Image", "url": "https://m.example/2", "mime": "image/png"},
                }
            ]
        ),
    ),
    Sent(
        "choices",
        outbound("Well?", Content(kind="quickReply", data={"text": "Yes", "payload": "y"})),
        URL,
        notified(
            "Structured",
            text="Well?",
            content=[{"contentType": "QuickReply", "quickReply": {"text": "Yes", "payload": "y", "action": "Message"}}],
        ),
    ),
]

UNSENDABLE = [
    Unsendable("nothing", outbound(" "), "textBody"),
    Unsendable("too long a text", outbound("x" * 10_001), "textBody"),
    Unsendable("a template", outbound("", template=Template(name="t", language="en")), "messagingTemplate"),
    Unsendable("a kind it lacks", outbound("", Content(kind="order")), "content"),
    Unsendable(
        "media from nowhere",
        outbound("", Content(kind="attachment", attachment=Attachment(media_type="Image"))),
        "content.attachment",
    ),
]


def status(code: int, error_class: str, **facts: Any) -> Refused:
    return Refused(str(code), answered(code, {}, **facts), error_class, f"http.{code}")


REFUSED = [
    status(400, "content"),
    status(401, "auth"),
    status(403, "auth"),
    status(404, "config"),
    status(302, "config"),
    status(500, "retry"),
    status(503, "retry"),
    Refused("429 with a time", answered(429, {}, retry_after="9"), "rate", "http.429", 9),
]

SUITE = Suite(
    adapter=OpenMessaging(),
    connection=CONNECTION,
    wrap=lambda items: {"channel": channel(metadata=items), "text": items, "content": items, "metadata": items},
    sign=lambda body: {"x-hub-signature-256": signed(SECRET, body)},
    says=lambda text: message(text=text),
    heard=HEARD,
    sent=SENT,
    unsendable=UNSENDABLE,
    refused=REFUSED,
    unreadable=UNREADABLE,
)
