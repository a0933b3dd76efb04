"""What a WhatsApp message says, by its type: the text an agent reads and the structured parts."""

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import Any

from switchboard.channels.message import Attachment, Content, MediaType
from switchboard.channels.reading import decode, identifier, integer, items, mapping, string

Said = tuple[str, list[Content]]

_MEDIA: dict[str, MediaType] = {
    "image": "Image",
    "video": "Video",
    "audio": "Audio",
    "voice": "Audio",
    "document": "File",
    "sticker": "Image",
}


def said_by(message: Mapping[str, Any]) -> Said:
    """Text and parts; a type we do not know is one part `unsupported`."""
    kind = string(message.get("type"))
    read = _READERS.get(kind)
    text, content = read(message, kind) if read else _unsupported(message, kind)
    return text, [*content, *_beside(message)]


def _text(message: Mapping[str, Any], kind: str) -> Said:
    return string(mapping(message.get("text")).get("body")), []


def _media(message: Mapping[str, Any], kind: str) -> Said:
    media = mapping(message.get(kind))
    attachment = Attachment(
        media_type=_MEDIA[kind],
        media_id=identifier(media.get("id")),
        url=string(media.get("url")),
        mime=identifier(media.get("mime_type")),
        filename=identifier(media.get("filename")),
        sha256=hex_digest(string(media.get("sha256"))),
    )
    marks = {"sticker": kind == "sticker", "animated": media.get("animated"), "voice": media.get("voice")}
    data = {name: True for name, value in marks.items() if value is True}
    return string(media.get("caption")), [Content(kind="attachment", attachment=attachment, data=data)]


def hex_digest(digest: str) -> str:
    """A SHA-256 in hexadecimal: Meta writes it in base64 in webhooks. Empty where it is no SHA-256."""
    try:
        octets = bytes.fromhex(digest) if len(digest) == 64 else base64.b64decode(digest, validate=True)
    except (ValueError, binascii.Error):
        return ""
    return octets.hex() if len(octets) == 32 else ""


def _location(message: Mapping[str, Any], kind: str) -> Said:
    place = mapping(message.get("location"))
    names = ("latitude", "longitude", "name", "address", "url")
    return "", [Content(kind="location", data={name: place[name] for name in names if place.get(name) is not None})]


def _contacts(message: Mapping[str, Any], kind: str) -> Said:
    return "", [Content(kind="contacts", data={"contacts": items(message.get("contacts"))})]


def _button(message: Mapping[str, Any], kind: str) -> Said:
    """A quick reply of a template."""
    button = mapping(message.get("button"))
    text = string(button.get("text"))
    data = {"type": "Button", "text": text, "payload": string(button.get("payload"))}
    return text, [Content(kind="buttonResponse", data=data)]


def _interactive(message: Mapping[str, Any], kind: str) -> Said:
    interactive = mapping(message.get("interactive"))
    reply_kind = string(interactive.get("type"))
    reply = mapping(interactive.get(reply_kind))
    text = string(reply.get("title"))
    chosen = {"text": text, "payload": string(reply.get("id"))}
    match reply_kind:
        case "button_reply":
            return text, [Content(kind="buttonResponse", data={"type": "QuickReply", **chosen})]
        case "list_reply":
            described = {"description": reply["description"]} if "description" in reply else {}
            return text, [Content(kind="listResponse", data={**chosen, **described})]
        case "nfm_reply":
            form = {"name": string(reply.get("name")), "response": _form(reply.get("response_json"))}
            return string(reply.get("body")), [Content(kind="formResponse", data=form)]
        case "call_permission_reply":
            return "", [Content(kind="callPermission", data=reply)]
    return _unsupported(message, f"interactive.{reply_kind}")


def _form(answers: Any) -> Any:
    """The answers of a form; the text as it is where it is not JSON."""
    try:
        return decode(string(answers))
    except ValueError:
        return string(answers)


def _reaction(message: Mapping[str, Any], kind: str) -> Said:
    """An empty or absent emoji takes the reaction back."""
    reaction = mapping(message.get("reaction"))
    emoji = string(reaction.get("emoji"))
    data: dict[str, Any] = {"messageId": identifier(reaction.get("message_id")), "emoji": emoji}
    return "", [Content(kind="reaction", data=data if emoji else {**data, "removed": True})]


def _order(message: Mapping[str, Any], kind: str) -> Said:
    order = mapping(message.get("order"))
    products = [
        {
            "id": identifier(item.get("product_retailer_id")),
            "quantity": integer(item.get("quantity")),
            "price": string(item.get("item_price")),
            "currency": identifier(item.get("currency")),
        }
        for item in map(mapping, items(order.get("product_items")))
    ]
    data = {"catalogId": identifier(order.get("catalog_id")), "products": products}
    return string(order.get("text")), [Content(kind="order", data=data)]


def _edit(message: Mapping[str, Any], kind: str) -> Said:
    edit = mapping(message.get("edit"))
    edited = Content(kind="edit", data={"messageId": identifier(edit.get("original_message_id"))})
    inner = mapping(edit.get("message"))
    if string(inner.get("type")) == "edit":
        return "", [edited]  # nothing sends an edit of an edit; following one would let a payload nest us to death
    text, content = said_by(inner)
    return text, [edited, *content]


def _revoke(message: Mapping[str, Any], kind: str) -> Said:
    original = identifier(mapping(message.get("revoke")).get("original_message_id"))
    return "", [Content(kind="revoke", data={"messageId": original})]


def _unsupported(message: Mapping[str, Any], kind: str) -> Said:
    """What WhatsApp cannot show through the API, or we do not know: its type and the provider's error codes."""
    codes = [string(mapping(error).get("code")) for error in items(message.get("errors"))]
    data: dict[str, Any] = {"type": string(mapping(message.get("unsupported")).get("type")) or kind}
    return "", [Content(kind="unsupported", data={**data, "errors": codes} if codes else data)]


def _beside(message: Mapping[str, Any]) -> list[Content]:
    """What may come with any type: the advertisement that was clicked, the product that was asked about."""
    found = []
    referral = mapping(message.get("referral"))
    if referral:
        found.append(Content(kind="referral", data=referral))
    product = mapping(mapping(message.get("context")).get("referred_product"))
    if product:
        data = {
            "catalogId": identifier(product.get("catalog_id")),
            "id": identifier(product.get("product_retailer_id")),
        }
        found.append(Content(kind="product", data=data))
    return found


_READERS: dict[str, Callable[[Mapping[str, Any], str], Said]] = {
    "text": _text,
    **dict.fromkeys(_MEDIA, _media),
    "location": _location,
    "contacts": _contacts,
    "button": _button,
    "interactive": _interactive,
    "reaction": _reaction,
    "order": _order,
    "edit": _edit,
    "revoke": _revoke,
}
