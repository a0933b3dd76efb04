"""All messaging integrations, whatever their messenger type, and what the routers of one type share."""

from typing import Any

from switchboard.channels import console as channels
from switchboard.kit import paging
from switchboard.kit.entities import Body
from switchboard.kit.http import Api, Request

PATH = "/api/v2/conversations/messaging/integrations"


def register(api: Api) -> None:
    api.operation("ConversationsApi.get_conversations_messaging_integrations", "messaging:integration:view")(list_all)


def list_all(request: Request) -> Body:
    entities = [generic(body) for body in channels.administration().all()]
    return paging.numbered(entities, PATH, request.query)


def generic(body: Body) -> Body:
    """MessagingIntegration: what all messenger types have in common."""
    return shown(body) | {"messengerType": body["messengerType"]}


def shown(body: Body) -> Body:
    """The integration of its messenger type, with its address in this API."""
    path = f"{PATH}/{body['messengerType']}/{body['id']}"
    return channels.administration().present(body) | {"selfUri": path}


def page(messenger_type: str, query: dict[str, Any] | Any) -> Body:
    """One page of the integrations of a messenger type."""
    entities = [shown(body) for body in channels.administration().all(messenger_type)]
    return paging.numbered(entities, f"{PATH}/{messenger_type}", query)
