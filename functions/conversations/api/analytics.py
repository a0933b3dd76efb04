"""Analytics details of one conversation."""

from typing import Any

from switchboard.conversations import console
from switchboard.kit.http import Api, Request

from functions.conversations.api import access


def register(api: Api) -> None:
    api.operation("ConversationsApi.get_analytics_conversation_details", "analytics:conversationDetail:view")(details)


def details(request: Request) -> dict[str, Any]:
    return console.details(access.readable(request.caller, request.path["conversationId"]))
