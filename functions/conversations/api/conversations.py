"""Conversations as a whole: look, join, disconnect."""

from typing import Any

from switchboard.conversations import api as conversations
from switchboard.conversations import console
from switchboard.conversations.models import Conversation
from switchboard.directory import api as directory
from switchboard.kit import paging
from switchboard.kit.http import Answer, Api, Request

from functions.conversations.api import access


def register(api: Api) -> None:
    api.operation("ConversationsApi.get_conversations")(list_own)
    api.operation("ConversationsApi.get_conversation")(get)
    api.operation("ConversationsApi.post_conversation_barge", status=202)(barge)
    api.operation("ConversationsApi.post_conversation_disconnect")(disconnect)


def list_own(request: Request) -> dict[str, Any]:
    """The conversations the calling agent is on now, those that still owe a wrap-up and those in which they advise or have joined
    another included."""
    beside = console.beside(request.caller.person())
    known = {each.id: each for each in (*beside, *access.held(request.caller))}
    medium = request.query.get("communicationType", "").lower()
    own = sorted((each for each in known.values() if medium in ("", each.media)), key=lambda each: each.start)
    entities = [console.view(each, conversations.messages(each)) for each in own]
    return paging.whole(entities)


def get(request: Request) -> dict[str, Any]:
    conversation = access.readable(request.caller, request.path["conversationId"])
    return console.view(conversation, conversations.messages(conversation))


def barge(request: Request) -> Answer:
    """The caller joins the agent in talking with the customer: who may do so with any conversation, or whom the agent has asked."""
    person = request.caller.person()
    name = (directory.find_users([person]).get(person) or {}).get("name") or ""
    console.join(request.path["conversationId"], person, name, lambda each: access.may_join(request.caller, each))
    return Answer(status=202)


def disconnect(request: Request) -> str:
    conversation = access.readable(request.caller, request.path["conversationId"])
    if not request.caller.user_id or request.caller.user_id not in _in_charge(conversation):
        access.in_division(request.caller, conversation, access.DISCONNECT)
    console.disconnect(conversation.id)
    return "disconnected"


def _in_charge(conversation: Conversation) -> set[str]:
    """The agents who are on it; once they have left, who joined them."""
    active = [each for each in conversation.participants if each.active and not each.consulted]
    taken = any(each.purpose == "agent" and each.state != "alerting" for each in active)
    return {each.user_id for each in active if each.purpose == "agent" or not taken}
