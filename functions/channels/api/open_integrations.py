"""Open Messaging integrations: a middleware of the owner's, reached over a signed webhook (CE34)."""

from switchboard.channels import console as channels
from switchboard.kit.entities import Body, actor_of
from switchboard.kit.http import Api, Request

from functions.channels.api.integrations import page, shown

_TYPE = "open"
_PREFIX = "ConversationsApi.{}_conversations_messaging_integrations_open"


def register(api: Api) -> None:
    one = _PREFIX + "_integration_id"
    api.operation(_PREFIX.format("get"), "messaging:integration:view")(list_all)
    api.operation(_PREFIX.format("post"), "messaging:integration:add", idempotent=channels.table)(create)
    api.operation(one.format("get"), "messaging:integration:view")(get)
    api.operation(one.format("patch"), "messaging:integration:edit")(update)
    api.operation(one.format("delete"), "messaging:integration:delete")(delete)


def list_all(request: Request) -> Body:
    return page(_TYPE, request.query)


def create(request: Request) -> Body:
    return shown(channels.administration().create(_TYPE, request.body, actor_of(request.caller)))


def get(request: Request) -> Body:
    return shown(channels.administration().get(request.path["integrationId"], _TYPE))


def update(request: Request) -> Body:
    identifier = request.path["integrationId"]
    return shown(channels.administration().update(_TYPE, identifier, request.body, actor_of(request.caller)))


def delete(request: Request) -> None:
    channels.administration().delete(_TYPE, request.path["integrationId"], actor_of(request.caller))
