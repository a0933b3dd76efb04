"""Messages: read a conversation's, send one as its agent."""

from collections.abc import Mapping
from typing import Any

from switchboard.channels.message import Template
from switchboard.conversations import api as conversations
from switchboard.conversations import console
from switchboard.conversations.api import Draft
from switchboard.kit import paging
from switchboard.kit.errors import InvalidValueError, NotFoundError
from switchboard.kit.http import Api, Request
from switchboard.responses import api as responses

from functions.conversations.api import access
from functions.conversations.api.media import attachments

LARGEST_BULK = 1000
VIEW = "conversation:message:view"


def register(api: Api) -> None:
    api.route("GET", "/api/v2/conversations/messages", response="MessageConversationEntityListing")(list_own)
    api.operation("ConversationsApi.get_conversations_message")(get)
    api.operation("ConversationsApi.get_conversations_message_message")(get_message)
    api.operation("ConversationsApi.get_conversations_message_details")(get_details)
    api.operation("ConversationsApi.post_conversations_message_messages_bulk")(get_bulk)
    api.operation(
        "ConversationsApi.post_conversations_message_communication_messages",
        access.WRITE,
        idempotent=conversations.table,
    )(send)


def list_own(request: Request) -> dict[str, Any]:
    """The message conversations that the calling agent is on now."""
    own = [each for each in access.held(request.caller) if each.thread]
    return paging.whole([console.message_view(each) for each in own])


def get(request: Request) -> dict[str, Any]:
    """The conversation with the references of all its messages: the history that the agent reads on arrival."""
    conversation = access.readable(request.caller, request.path["conversationId"])
    return console.message_view(conversation, console.history(conversation))


def get_message(request: Request) -> dict[str, Any]:
    conversation = access.readable(request.caller, request.path["conversationId"])
    message = console.message(request.path["messageId"])
    if message.thread != conversation.thread:
        raise NotFoundError("message", message.id)
    return console.message_data(message)


def get_details(request: Request) -> dict[str, Any]:
    """One message by its id alone: of one's own conversations, of others by permission."""
    message = console.message(request.path["messageId"])
    conversation = conversations.get(message.conversation_id)
    if not access.takes_part(request.caller, conversation):
        access.in_division(request.caller, conversation, VIEW)
    return console.message_data(message)


def get_bulk(request: Request) -> dict[str, Any]:
    """Messages of the conversation's thread by id, or the whole thread where no ids are sent."""
    conversation = access.readable(request.caller, request.path["conversationId"])
    wanted = set(request.body or ())
    if len(wanted) > LARGEST_BULK:
        raise InvalidValueError(f"At most {LARGEST_BULK} ids are taken.", field="body")
    history = console.history(conversation)
    return {"entities": [console.message_data(each) for each in history if not wanted or each.id in wanted]}


def send(request: Request) -> dict[str, Any]:
    """Text, media or an approved template from the calling agent."""
    conversation = access.writable(request.caller, request.path["conversationId"])
    body = request.body
    template, text = template_of(body, body.get("textBody") or "")
    draft = Draft(
        text=text,
        attachments=attachments(conversation.id, body.get("mediaIds") or []),
        template=template,
        sender_user_id=request.caller.user_id,
    )
    sent = conversations.send(conversation.id, request.path["communicationId"], draft, request.attempt)
    return console.message_data(sent)


def template_of(body: Mapping[str, Any], text: str) -> tuple[Template | None, str]:
    """The template that a body asks for, with the text the customer will read; else the body's own text."""
    wanted = body.get("messagingTemplate")
    if not wanted:
        return None, text
    return responses.template(
        wanted.get("responseId") or "",
        {
            "header": _values(wanted.get("headerParameters")),
            "body": _values(wanted.get("bodyParameters") or wanted.get("parameters")),
            "buttons": _values(wanted.get("buttonUrlParameters")),
        },
    )


def _values(parameters: list[dict[str, str]] | None) -> list[str]:
    ordered = sorted(parameters or [], key=lambda each: each.get("id", "").zfill(8))
    return [each.get("value") or "" for each in ordered]
