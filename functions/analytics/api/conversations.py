"""Conversations: details of one, as it is now, and queries of many, as they were recorded."""

from typing import Any

from switchboard.analytics import api as analytics
from switchboard.conversations import api as conversations
from switchboard.kit.callers import reach
from switchboard.kit.errors import InvalidValueError, NotAuthorizedError
from switchboard.kit.http import Api, Request

DETAIL = "analytics:conversationDetail:view"
AGGREGATE = "analytics:conversationAggregate:view"
AT_ONCE = 50


def register(api: Api) -> None:
    api.operation("ConversationsApi.get_analytics_conversation_details", DETAIL)(details)
    api.operation("ConversationsApi.get_analytics_conversations_details", DETAIL)(details_of_several)
    api.operation("ConversationsApi.post_analytics_conversations_details_query", DETAIL)(query_details)
    api.operation("ConversationsApi.post_analytics_conversations_aggregates_query", AGGREGATE)(aggregate)


def details(request: Request) -> dict[str, Any]:
    conversation = conversations.get(request.path["conversationId"])
    if not request.caller.may(DETAIL, *conversation.division_ids):
        raise NotAuthorizedError(f"You lack {DETAIL} in the conversation's divisions.")
    return analytics.details(conversation)


def details_of_several(request: Request) -> dict[str, Any]:
    """Of those that exist and that the caller may see."""
    wanted = request.query.get("id") or []
    if not 1 <= len(wanted) <= AT_ONCE:
        raise InvalidValueError(f"id names 1 to {AT_ONCE} conversations.", field="id")
    found = conversations.find_all(wanted)
    may_see = [each for each in found.values() if request.caller.may(DETAIL, *each.division_ids)]
    return {"conversations": [analytics.details(each) for each in may_see]}


def query_details(request: Request) -> dict[str, Any]:
    return analytics.query_details(request.body, visible(request, DETAIL))


def aggregate(request: Request) -> dict[str, Any]:
    return analytics.aggregate_conversations(request.body, visible(request, AGGREGATE))


def visible(request: Request, permission: str) -> analytics.Visible:
    """Whether the caller may see what belongs to some divisions."""
    granted = request.caller.divisions(permission)
    return lambda divisions: reach(granted, divisions)
