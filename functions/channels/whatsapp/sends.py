"""A message as the Graph API takes it: `POST /{phone_number_id}/messages` (Meta, Cloud API, messages).

Every limit is checked here, so that a message that Meta would refuse is refused before the call, naming the part.
"""

from typing import Any

from switchboard.channels.message import Attachment, Content, MediaType, OutboundMessage, Party, Template
from switchboard.kit.errors import InvalidValueError

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
LONGEST_INTERACTIVE_TEXT = 1024
LONGEST_BUTTON = 20
LONGEST_ROW = 24
LONGEST_PAYLOAD = 200  # rows; buttons take 256
MOST_BUTTONS = 3
MOST_ROWS = 10
_TYPES: dict[MediaType, str] = {"Image": "image", "Video": "video", "Audio": "audio", "File": "document"}


def body_of(message: OutboundMessage) -> dict[str, Any]:
    """The request body. Raises InvalidValueError where WhatsApp has no form for the message."""
    context = {"context": {"message_id": message.reply_to}} if message.reply_to else {}
    return {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        **_addressed(message.recipient),
        **context,
        **_said(message),
        "biz_opaque_callback_data": message.message_id,
    }


def _addressed(recipient: Party) -> dict[str, str]:
    """`to` is a phone number, `recipient` a business-scoped user id; where both are known Meta goes by the number."""
    identities = [recipient.identity, *recipient.aliases]
    phone = next((each.value.removeprefix("+") for each in identities if each.kind == "Phone"), "")
    user_id = next((each.value for each in identities if each.kind == "Opaque"), "")
    if not phone and not user_id:
        raise InvalidValueError("The recipient has neither a phone number nor a WhatsApp user id.", field="recipient")
    return {name: value for name, value in (("to", phone), ("recipient", user_id)) if value}


def _said(message: OutboundMessage) -> dict[str, Any]:
    attachments = [part.attachment for part in message.content if part.attachment is not None]
    choices = [part for part in message.content if part.kind == "quickReply"]
    others = [part for part in message.content if part.attachment is None and part.kind != "quickReply"]
    if len(attachments) > 1 or len(others) > 1 or (choices and (attachments or others)):
        raise InvalidValueError("A WhatsApp message has one attachment or one structured part.", field="content")
    if message.template is not None:
        return _template(message.template, attachments)
    if choices:
        return _interactive(message.text, choices)
    if others:
        return _structured(others[0])
    return _media(attachments[0], message.text) if attachments else _text(message.text)


def _text(text: str) -> dict[str, Any]:
    _limit("textBody", text, LONGEST_TEXT)
    if not text.strip():
        raise InvalidValueError("The message is empty.", field="textBody")
    return {"type": "text", "text": {"body": text, "preview_url": "https://" in text or "http://" in text}}


def _media(attachment: Attachment, text: str) -> dict[str, Any]:
    kind = _TYPES.get(attachment.media_type)
    if kind is None:
        return _text("\n".join(part for part in (text, attachment.url) if part))
    caption = text or attachment.caption
    media = _source(attachment)
    if caption and kind == "audio":
        raise InvalidValueError("WhatsApp audio carries no text: send it apart.", field="textBody")
    _limit("caption", caption, LONGEST_CAPTION)
    if caption:
        media["caption"] = caption
    if kind == "document" and attachment.filename:
        media["filename"] = attachment.filename
    return {"type": kind, kind: media}


def _source(attachment: Attachment) -> dict[str, str]:
    if attachment.media_id:
        return {"id": attachment.media_id}
    if not attachment.url:
        raise InvalidValueError("The attachment has neither a link nor a media id.", field="content.attachment")
    return {"link": attachment.url}


def _template(template: Template, attachments: list[Attachment]) -> dict[str, Any]:
    components: list[dict[str, Any]] = []
    if attachments:
        components.append({"type": "header", "parameters": [_header_media(attachments[0])]})
    elif template.header:
        components.append({"type": "header", "parameters": _texts(template.header)})
    if template.body:
        components.append({"type": "body", "parameters": _texts(template.body)})
    # Only buttons with a variable link take a value; an empty one stands for a button without.
    components += [
        {"type": "button", "sub_type": "url", "index": str(index), "parameters": _texts([value])}
        for index, value in enumerate(template.buttons)
        if value
    ]
    named: dict[str, Any] = {"name": template.name, "language": {"code": template.language}}
    if template.namespace:
        named["namespace"] = template.namespace
    return {"type": "template", "template": {**named, "components": components} if components else named}


def _header_media(attachment: Attachment) -> dict[str, Any]:
    media = _media(attachment, "")
    if media["type"] not in ("image", "video", "document"):
        raise InvalidValueError("A template's header is an image, a video or a document.", field="content.attachment")
    return media


def _texts(values: list[str]) -> list[dict[str, str]]:
    return [{"type": "text", "text": value} for value in values]


def _interactive(text: str, choices: list[Content]) -> dict[str, Any]:
    """Up to three choices are buttons, up to ten a list."""
    if not text.strip():
        raise InvalidValueError("Quick replies need a text above them.", field="textBody")
    _limit("textBody", text, LONGEST_INTERACTIVE_TEXT)
    if len(choices) > MOST_ROWS:
        raise InvalidValueError(f"WhatsApp takes {MOST_ROWS} quick replies, not {len(choices)}.", field="content")
    as_buttons = len(choices) <= MOST_BUTTONS
    options = [_option(choice, LONGEST_BUTTON if as_buttons else LONGEST_ROW) for choice in choices]
    if as_buttons:
        action: dict[str, Any] = {"buttons": [{"type": "reply", "reply": option} for option in options]}
    else:
        action = {"button": "☰", "sections": [{"rows": options}]}
    kind = "button" if as_buttons else "list"
    return {"type": "interactive", "interactive": {"type": kind, "body": {"text": text}, "action": action}}


def _option(choice: Content, longest: int) -> dict[str, str]:
    title = str(choice.data.get("text", ""))
    payload = str(choice.data.get("payload") or title)
    if not title:
        raise InvalidValueError("A quick reply needs a text.", field="content.quickReply.text")
    _limit("content.quickReply.text", title, longest)
    _limit("content.quickReply.payload", payload, LONGEST_PAYLOAD)
    return {"id": payload, "title": title}


def _structured(part: Content) -> dict[str, Any]:
    if part.kind == "reaction":
        reaction = {"message_id": part.data.get("messageId", ""), "emoji": part.data.get("emoji", "")}
        return {"type": "reaction", "reaction": reaction}
    if part.kind == "location":
        return {"type": "location", "location": part.data}
    raise InvalidValueError(f"WhatsApp cannot send {part.kind}.", field="content")


def _limit(field: str, text: str, longest: int) -> None:
    if len(text) > longest:
        raise InvalidValueError(f"{field} has {len(text)} characters; WhatsApp takes {longest}.", field=field)
