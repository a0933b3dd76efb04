"""WhatsApp Cloud API, Graph v25.0. Source: Meta's webhook and message references."""

from __future__ import annotations

import base64
from typing import Any

from switchboard.channels.adapter import Connection
from switchboard.channels.message import Attachment, Content, Identity, Template
from switchboard.channels.signatures import signed

from functions.channels.whatsapp.adapter import WhatsApp
from tests.contract.channels.kit import (
    INTEGRATION,
    MESSAGE,
    Heard,
    Refused,
    Sent,
    Suite,
    Unsendable,
    answered,
    outbound,
)

NUMBER_ID = "777000111222333"
PHONE = "5521988887777"
USER = "BR.900000000000000017"
SECRET = "whatsapp-app-secret"
TIME = 1_790_000_000
DIGEST = bytes(range(32))

CUSTOMER = Identity(kind="Phone", value=f"+{PHONE}")
CONNECTION = Connection(
    integration_id=INTEGRATION,
    channel="whatsapp",
    address={"phoneNumberId": NUMBER_ID, "phoneNumber": "+552130000000"},
    secrets={"appSecret": SECRET, "accessToken": "token-1", "verifyToken": "verify-1"},
)


def change(value: Any, field: str = "messages", number_id: str = NUMBER_ID) -> dict[str, Any]:
    if isinstance(value, dict) and field == "messages":
        metadata = {"display_phone_number": "552130000000", "phone_number_id": number_id}
        value = {"messaging_product": "whatsapp", "metadata": metadata, **value}
    entry = {"id": "wa-account", "time": TIME, "changes": [{"field": field, "value": value}]}
    return {"object": "whatsapp_business_account", "entry": [entry]}


def message(kind: str, content: Any = None, **extras: Any) -> dict[str, Any]:
    """A webhook with one message of a customer who is known by both number and user id."""
    said = {"from": PHONE, "id": "wamid.A", "timestamp": str(TIME), "type": kind, kind: content, **extras}
    contact = {"wa_id": PHONE, "user_id": USER, "profile": {"name": "Rui Costa", "username": "@rui"}}
    return change(
        {"contacts": [contact], "messages": [{name: value for name, value in said.items() if value is not None}]}
    )


SENDER = {
    "identity": {"kind": "Opaque", "value": USER},
    "aliases": [{"kind": "Phone", "value": f"+{PHONE}"}, {"kind": "Username", "value": "rui"}],
    "name": "Rui Costa",
}


def said(**facts: Any) -> list[dict[str, Any]]:
    return [{"message": {"providerId": "wamid.A", "time": TIME * 1000, "sender": SENDER, **facts}}]


def part(kind: str, **data: Any) -> dict[str, Any]:
    return {"kind": kind, "data": data} if data else {"kind": kind}


def media(kind: str, media_type: str, mark: str = "", **facts: Any) -> Heard:
    content = {"id": 4242, "mime_type": "a/b", "sha256": base64.b64encode(DIGEST).decode(), **facts}
    attachment = {"mediaType": media_type, "mediaId": "4242", "mime": "a/b", "sha256": DIGEST.hex()}
    attachment |= {"filename": facts["filename"]} if "filename" in facts else {}
    attachment |= {"url": facts["url"]} if "url" in facts else {}
    expected: dict[str, Any] = {"kind": "attachment", "attachment": attachment}
    if mark:
        expected["data"] = {mark: True}
    text = {"text": facts["caption"]} if "caption" in facts else {}
    return Heard(f"{kind} {mark}", message(kind, content), said(**text, content=[expected]))


def interactive(kind: str, **reply: Any) -> dict[str, Any]:
    return message("interactive", {"type": kind, kind: reply})


def unsupported(name: str, payload: dict[str, Any], **data: Any) -> Heard:
    raw = payload["entry"][0]["changes"][0]["value"]["messages"][0]
    return Heard(name, payload, said(content=[part("unsupported", **data)], raw=raw))


MESSAGES = [
    Heard("text", message("text", {"body": "Bom dia"}), said(text="Bom dia")),
    media("image", "Image", caption="a receipt"),
    media("video", "Video", url="https://lookaside.fbsbx.com/v"),
    media("audio", "Audio"),
    media("audio", "Audio", "voice", voice=True),
    media("document", "File", filename="contract.pdf"),
    media("sticker", "Image", "sticker"),
    Heard(
        "location",
        message("location", {"latitude": -22.9, "longitude": -43.2, "name": "Praia"}),
        said(content=[part("location", latitude=-22.9, longitude=-43.2, name="Praia")]),
    ),
    Heard(
        "contacts",
        message("contacts", [{"name": {"formatted_name": "Ana"}, "phones": [{"phone": "+55 21"}]}]),
        said(
            content=[part("contacts", contacts=[{"name": {"formatted_name": "Ana"}, "phones": [{"phone": "+55 21"}]}])]
        ),
    ),
    Heard(
        "template button",
        message("button", {"text": "Yes", "payload": "YES-1"}),
        said(text="Yes", content=[part("buttonResponse", type="Button", text="Yes", payload="YES-1")]),
    ),
    Heard(
        "button reply",
        interactive("button_reply", id="b1", title="Sales"),
        said(text="Sales", content=[part("buttonResponse", type="QuickReply", text="Sales", payload="b1")]),
    ),
    Heard(
        "list reply",
        interactive("list_reply", id="r1", title="Monday", description="morning"),
        said(text="Monday", content=[part("listResponse", text="Monday", payload="r1", description="morning")]),
    ),
    Heard(
        "form",
        interactive("nfm_reply", name="flow", body="Sent", response_json='{"size": 42, "note": "x"}'),
        said(text="Sent", content=[part("formResponse", name="flow", response={"size": 42, "note": "x"})]),
    ),
    Heard(
        "form that is not JSON",
        interactive("nfm_reply", name="flow", response_json="{broken"),
        said(content=[part("formResponse", name="flow", response="{broken")]),
    ),
    Heard(
        "call permission",
        interactive("call_permission_reply", response="accept"),
        said(content=[part("callPermission", response="accept")]),
    ),
    Heard(
        "reaction",
        message("reaction", {"message_id": "wamid.Z", "emoji": "👍"}),
        said(content=[part("reaction", messageId="wamid.Z", emoji="👍")]),
    ),
    Heard(
        "reaction taken back",
        message("reaction", {"message_id": "wamid.Z"}),
        said(content=[part("reaction", messageId="wamid.Z", emoji="", removed=True)]),
    ),
    Heard(
        "order",
        message(
            "order",
            {
                "catalog_id": "c1",
                "text": "by Friday",
                "product_items": [{"product_retailer_id": "p1", "quantity": "2", "item_price": 9.5, "currency": "BRL"}],
            },
        ),
        said(
            text="by Friday",
            content=[
                part("order", catalogId="c1", products=[{"id": "p1", "quantity": 2, "price": "9.5", "currency": "BRL"}])
            ],
        ),
    ),
    Heard(
        "edit",
        message("edit", {"original_message_id": "wamid.O", "message": {"type": "text", "text": {"body": "fixed"}}}),
        said(text="fixed", content=[part("edit", messageId="wamid.O")]),
    ),
    Heard(
        "edit of an edit is followed once",
        message("edit", {"original_message_id": "wamid.O", "message": {"type": "edit", "edit": {}}}),
        said(content=[part("edit", messageId="wamid.O")]),
    ),
    Heard(
        "revoke",
        message("revoke", {"original_message_id": "wamid.O"}),
        said(content=[part("revoke", messageId="wamid.O")]),
    ),
    Heard(
        "reply",
        message("text", {"body": "that one"}, context={"from": "552130000000", "id": "wamid.Q"}),
        said(text="that one", reply={"providerId": "wamid.Q"}),
    ),
    Heard(
        "forwarded often",
        message("text", {"body": "joke"}, context={"frequently_forwarded": True}),
        said(text="joke", reply={"forwarded": True}, metadata={"frequentlyForwarded": "true"}),
    ),
    Heard(
        "question about a product",
        message(
            "text", {"body": "in red?"}, context={"referred_product": {"catalog_id": "c", "product_retailer_id": 7}}
        ),
        said(text="in red?", content=[part("product", catalogId="c", id="7")]),
    ),
    Heard(
        "click on an advertisement",
        message("text", {"body": "Hi"}, referral={"source_type": "ad", "source_id": "ad-1", "ctwa_clid": "x"}),
        said(text="Hi", content=[part("referral", source_type="ad", source_id="ad-1", ctwa_clid="x")]),
    ),
    Heard(
        "group", message("text", {"body": "all"}, group_id="g@g.us"), said(text="all", metadata={"groupId": "g@g.us"})
    ),
    unsupported("type nobody knows", message("hologram", {"depth": 3}), type="hologram"),
    unsupported("interactive nobody knows", interactive("poll_reply", id="1"), type="interactive.poll_reply"),
    unsupported(
        "unsupported with its type",
        message("unsupported", {"type": "poll"}, errors=[{"code": 131051, "title": "Unknown"}]),
        type="poll",
        errors=["131051"],
    ),
]


def bare(**facts: Any) -> dict[str, Any]:
    return change({"messages": [{"id": "wamid.A", "timestamp": TIME, "type": "text", "text": {"body": "Hi"}, **facts}]})


def by(identity: dict[str, Any], **facts: Any) -> list[dict[str, Any]]:
    return [{"message": {"providerId": "wamid.A", "time": TIME * 1000, "sender": identity, "text": "Hi", **facts}}]


SENDERS = [
    Heard(
        "number alone, written as a number",
        bare(**{"from": int(PHONE)}),
        by({"identity": {"kind": "Phone", "value": f"+{PHONE}"}}),
    ),
    Heard("user id alone", bare(from_user_id=USER), by({"identity": {"kind": "Opaque", "value": USER}})),
    Heard(
        "nobody in the message, one contact",
        change(
            {
                "contacts": [{"user_id": USER, "profile": {"name": "Rui"}}],
                "messages": [{"id": "wamid.A", "timestamp": str(TIME), "type": "text", "text": {"body": "Hi"}}],
            }
        ),
        by({"identity": {"kind": "Opaque", "value": USER}, "name": "Rui"}),
    ),
    Heard(
        "the contact of somebody else lends no id",
        change(
            {
                "contacts": [{"user_id": USER, "wa_id": "1"}],
                "messages": [
                    {"from": PHONE, "id": "wamid.A", "timestamp": str(TIME), "type": "text", "text": {"body": "Hi"}}
                ],
            }
        ),
        by({"identity": {"kind": "Phone", "value": f"+{PHONE}"}}),
    ),
    Heard(
        "one nobody sent beside one somebody sent",
        change(
            {
                "messages": [
                    {"type": "text", "timestamp": str(TIME)},
                    {"from": PHONE, "id": "wamid.A", "timestamp": str(TIME), "type": "text", "text": {"body": "Hi"}},
                ]
            }
        ),
        [
            {
                "signal": {
                    "kind": "unsupported",
                    "time": TIME * 1000,
                    "data": {"field": "message", "value": {"type": "text", "timestamp": str(TIME)}},
                }
            },
            *by({"identity": {"kind": "Phone", "value": f"+{PHONE}"}}),
        ],
    ),
]


def status(name: str, **facts: Any) -> dict[str, Any]:
    return change(
        {"statuses": [{"id": "wamid.S", "status": name, "timestamp": str(TIME), "recipient_id": PHONE, **facts}]}
    )


def receipt(name: str, **facts: Any) -> list[dict[str, Any]]:
    whole = {"providerId": "wamid.S", "time": TIME * 1000, "status": name, "recipient": f"+{PHONE}", **facts}
    return [{"receipt": {key: value for key, value in whole.items() if value is not None}}]


RECEIPTS = [
    Heard("sent", status("sent", biz_opaque_callback_data=MESSAGE), receipt("sent", messageId=MESSAGE)),
    Heard("sent by another tool", status("sent", biz_opaque_callback_data="campaign-9"), receipt("sent")),
    Heard("delivered", status("delivered"), receipt("delivered")),
    Heard("read", status("read"), receipt("read", final=True)),
    Heard("played", status("played"), receipt("read", final=True)),
    Heard("deleted", status("deleted"), receipt("removed", final=True)),
    Heard(
        "failed",
        status("failed", errors=[{"code": 131047, "title": "Re-engagement", "error_data": {"details": "24 hours"}}]),
        receipt(
            "failed",
            problem={"errorClass": "window", "code": "131047", "message": "Re-engagement: 24 hours"},
            final=True,
        ),
    ),
    Heard(
        "read in a group",
        status("read", recipient_type="group", recipient_participant_user_id=USER, recipient_participant_id=PHONE),
        receipt("read", recipient=USER, final=True),
    ),
    Heard(
        "status nobody knows",
        status("levitated"),
        [
            {
                "signal": {
                    "kind": "unsupported",
                    "time": TIME * 1000,
                    "data": {
                        "field": "status",
                        "value": {
                            "id": "wamid.S",
                            "status": "levitated",
                            "timestamp": str(TIME),
                            "recipient_id": PHONE,
                        },
                    },
                }
            }
        ],
    ),
]


def signal(kind: str, data: dict[str, Any], sender: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    found: dict[str, Any] = {"kind": kind, "time": TIME * 1000, "data": data}
    return [{"signal": found | ({"sender": sender} if sender else {})}]


def of_field(field: str, kind: str, value: dict[str, Any]) -> Heard:
    return Heard(field, change(value, field), signal(kind, {"field": field, "value": value}))


PHONE_ONLY = {"identity": {"kind": "Phone", "value": f"+{PHONE}"}}
SIGNALS = [
    of_field("message_template_status_update", "templateStatus", {"event": "PAUSED", "message_template_id": 99}),
    of_field("message_template_quality_update", "templateQuality", {"new_quality_score": "RED"}),
    of_field("message_template_components_update", "templateComponents", {"message_template_name": "t"}),
    of_field("template_category_update", "templateCategory", {"new_category": "MARKETING"}),
    of_field("account_update", "account", {"event": "DISABLED_UPDATE"}),
    of_field("phone_number_quality_update", "phoneNumber", {"current_limit": "TIER_10K"}),
    of_field("business_username_update", "account", {"username": "shop", "status": "approved"}),
    of_field("user_id_update", "identityChanged", {"user_id_update": [{"wa_id": PHONE}]}),
    of_field("a_field_of_next_year", "unsupported", {"anything": [1, {"k": None}]}),
    Heard(
        "user_preferences",
        change({"user_preferences": [{"wa_id": PHONE, "value": "stop", "timestamp": TIME}]}, "user_preferences"),
        signal("preference", {"wa_id": PHONE, "value": "stop", "timestamp": TIME}, PHONE_ONLY),
    ),
    Heard(
        "calls",
        change({"calls": [{"id": "wacid.1", "from": PHONE, "event": "connect", "timestamp": str(TIME)}]}, "calls"),
        signal("call", {"id": "wacid.1", "from": PHONE, "event": "connect", "timestamp": str(TIME)}, PHONE_ONLY),
    ),
    Heard(
        "echo of the phone app",
        change(
            {
                "message_echoes": [
                    {
                        "from": "552130000000",
                        "to": PHONE,
                        "id": "wamid.E",
                        "timestamp": str(TIME),
                        "type": "text",
                        "text": {"body": "from my phone"},
                    }
                ]
            },
            "smb_message_echoes",
        ),
        signal("echo", {"providerId": "wamid.E", "text": "from my phone", "content": [], "type": "text"}, PHONE_ONLY),
    ),
    Heard(
        "system: the number changed",
        message("system", {"type": "user_changed_number", "wa_id": "5521900000000"}),
        signal("identityChanged", {"id": "wamid.A", "type": "user_changed_number", "wa_id": "5521900000000"}, SENDER),
    ),
    Heard(
        "errors of the account",
        change({"errors": [{"code": 130429, "title": "Too fast"}]}),
        signal("error", {"errorClass": "rate", "code": "130429", "message": "Too fast"}),
    ),
    Heard("another number's message", change({"messages": [{"from": PHONE}]}, number_id="1"), []),
    Heard("another product's webhook", {"object": "page", "entry": []}, []),
]


def request(said_as: dict[str, Any], **facts: Any) -> dict[str, Any]:
    return {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": PHONE,
        **facts,
        **said_as,
        "biz_opaque_callback_data": MESSAGE,
    }


def sends(name: str, said_as: dict[str, Any], text: str = "", *content: Content, **facts: Any) -> Sent:
    extra = {"context": {"message_id": facts["reply_to"]}} if "reply_to" in facts else {}
    return Sent(
        name,
        outbound(text, *content, to=CUSTOMER, **facts),
        f"https://graph.example/v25.0/{NUMBER_ID}/messages",
        request(said_as, **extra),
        {"authorization": "Bearer token-1", "content-type": "application/json"},
    )


def attached(media_type: Any, **facts: Any) -> Content:
    return Content(kind="attachment", attachment=Attachment(media_type=media_type, **facts))


def choices(count: int, text: str = "Choice") -> list[Content]:
    return [Content(kind="quickReply", data={"text": f"{text} {n}", "payload": f"c{n}"}) for n in range(count)]


def options(count: int) -> list[dict[str, str]]:
    return [{"id": f"c{n}", "title": f"Choice {n}"} for n in range(count)]


TEMPLATE = Template(name="order_ready", language="pt_BR", header=["42"], body=["Rui", "Friday"], buttons=["", "t/42"])
SENDS = [
    sends("text", {"type": "text", "text": {"body": "Olá 👋", "preview_url": False}}, "Olá 👋"),
    sends(
        "a link gets a preview", {"type": "text", "text": {"body": "https://a.b", "preview_url": True}}, "https://a.b"
    ),
    sends("reply", {"type": "text", "text": {"body": "Yes", "preview_url": False}}, "Yes", reply_to="wamid.Q"),
    sends(
        "image by link",
        {"type": "image", "image": {"link": "https://a.b/i.png", "caption": "Look"}},
        "Look",
        attached("Image", url="https://a.b/i.png"),
    ),
    sends("audio by id", {"type": "audio", "audio": {"id": "55"}}, "", attached("Audio", media_id="55")),
    sends(
        "document",
        {"type": "document", "document": {"link": "https://a.b/c", "filename": "c.pdf"}},
        "",
        attached("File", url="https://a.b/c", filename="c.pdf"),
    ),
    sends(
        "three choices are buttons",
        {
            "type": "interactive",
            "interactive": {
                "type": "button",
                "body": {"text": "Which?"},
                "action": {"buttons": [{"type": "reply", "reply": option} for option in options(3)]},
            },
        },
        "Which?",
        *choices(3),
    ),
    sends(
        "four are a list",
        {
            "type": "interactive",
            "interactive": {
                "type": "list",
                "body": {"text": "Which?"},
                "action": {"button": "☰", "sections": [{"rows": options(4)}]},
            },
        },
        "Which?",
        *choices(4),
    ),
    sends(
        "reaction",
        {"type": "reaction", "reaction": {"message_id": "wamid.A", "emoji": "🙏"}},
        "",
        Content(kind="reaction", data={"messageId": "wamid.A", "emoji": "🙏"}),
    ),
    sends(
        "template",
        {
            "type": "template",
            "template": {
                "name": "order_ready",
                "language": {"code": "pt_BR"},
                "components": [
                    {"type": "header", "parameters": [{"type": "text", "text": "42"}]},
                    {
                        "type": "body",
                        "parameters": [{"type": "text", "text": "Rui"}, {"type": "text", "text": "Friday"}],
                    },
                    {
                        "type": "button",
                        "sub_type": "url",
                        "index": "1",
                        "parameters": [{"type": "text", "text": "t/42"}],
                    },
                ],
            },
        },
        template=TEMPLATE,
    ),
    Sent(
        "to a user id without a number",
        outbound("Hi", to=Identity(kind="Opaque", value=USER)),
        f"https://graph.example/v25.0/{NUMBER_ID}/messages",
        {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "recipient": USER,
            "type": "text",
            "text": {"body": "Hi", "preview_url": False},
            "biz_opaque_callback_data": MESSAGE,
        },
    ),
]

UNSENDABLE = [
    Unsendable("nothing", outbound("  ", to=CUSTOMER), "textBody"),
    Unsendable("too long a text", outbound("x" * 4097, to=CUSTOMER), "textBody"),
    Unsendable("text on audio", outbound("x", attached("Audio", media_id="1"), to=CUSTOMER), "textBody"),
    Unsendable("too long a caption", outbound("x" * 1025, attached("Image", url="https://a"), to=CUSTOMER), "caption"),
    Unsendable("media from nowhere", outbound("", attached("Image"), to=CUSTOMER), "content.attachment"),
    Unsendable(
        "two media", outbound("", attached("Image", url="u"), attached("Image", url="u"), to=CUSTOMER), "content"
    ),
    Unsendable("eleven choices", outbound("?", *choices(11), to=CUSTOMER), "content"),
    Unsendable("choices without a question", outbound("", *choices(2), to=CUSTOMER), "textBody"),
    Unsendable("a long button", outbound("?", *choices(1, "x" * 20), to=CUSTOMER), "content.quickReply.text"),
    Unsendable("a kind it lacks", outbound("", Content(kind="order"), to=CUSTOMER), "content"),
    Unsendable("nobody", outbound("Hi", to=Identity(kind="Email", value="a@b.example")), "recipient"),
]


def error(code: int, status_code: int = 400, error_class: str = "", scope: str = "account", **facts: Any) -> Refused:
    response = answered(status_code, {"error": {"code": code, "message": "why", **facts}})
    return Refused(f"{code} {facts or ''}", response, error_class, str(code), scope=scope)


CLASSES = {
    "retry": (1, 2, 131000, 131016, 131057, 133016),
    "rate": (4, 80007, 130429, 131048, 131064),
    "window": (131047,),
    "recipient": (131026, 131050),
    "content": (100, 130472, 131008, 131009, 131049, 131051, 131053, 131062, 132000, 132005, 132007, 132008, 132012),
    "auth": (0, 3, 10, 190, 200, 299, 131005),
    "config": (368, 130497, 131021, 131030, 131031, 131037, 131042, 131045, 132001, 132015, 132016),
}
REFUSED = [
    *(error(code, error_class=name) for name, codes in CLASSES.items() for code in codes),
    error(131056, error_class="rate", scope="recipient"),
    error(100, error_class="retry", is_transient=True),
    error(999_999, error_class="content"),
    error(999_999, 500, error_class="retry"),
    Refused("429 with a time", answered(429, {"error": {"code": 2}}, retry_after="17"), "rate", "2", 17),
    Refused("503 without JSON", answered(503, "down"), "retry", "http.503"),
    Refused("401 without JSON", answered(401, None), "auth", "http.401"),
    Refused("a redirect", answered(302, {}), "config", "http.302"),
]

SUITE = Suite(
    adapter=WhatsApp(),
    connection=CONNECTION,
    wrap=lambda items: (
        change({"messages": items, "statuses": items, "contacts": items, "errors": items}) | {"extra": items}
    ),
    sign=lambda body: {"x-hub-signature-256": signed(SECRET, body)},
    says=lambda text: message("text", {"body": text}),
    heard=[*MESSAGES, *SENDERS, *RECEIPTS, *SIGNALS],
    sent=SENDS,
    unsendable=UNSENDABLE,
    refused=REFUSED,
)
