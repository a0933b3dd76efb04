"""WhatsApp integrations: the platform's embedded signup, and a route of ours for a number of the owner's own Meta app.

Ours takes `{name, phoneNumberId, phoneNumber, accessToken, appSecret, verifyToken}` and answers WhatsAppIntegration with
`phoneNumberId` and `webhookUrl`, which the owner enters in the app. Embedded signup tells only an access token, so its
integration is Incomplete until PATCH brings the rest.
"""

from switchboard.channels import console as channels
from switchboard.kit.entities import Body, actor_of
from switchboard.kit.errors import BadRequestError
from switchboard.kit.http import Api, Request

from functions.channels.api.integrations import PATH, page, shown

_TYPE = "whatsapp"
_ALL = f"{PATH}/whatsapp"
_ONE = f"{_ALL}/{{integrationId}}"


def register(api: Api) -> None:
    signup = "ConversationsApi.post_conversations_messaging_integrations_whatsapp_embeddedsignup"
    api.operation(signup, "messaging:integration:add", idempotent=channels.table)(create)
    paged = {"pageSize": "int", "pageNumber": "int"}
    api.route("GET", _ALL, "messaging:integration:view", query=paged)(list_all)
    api.route("POST", _ALL, "messaging:integration:add", request="object", body_required=True)(create)
    api.route("GET", _ONE, "messaging:integration:view")(get)
    api.route("PATCH", _ONE, "messaging:integration:edit", request="object", body_required=True)(update)
    api.route("DELETE", _ONE, "messaging:integration:delete")(delete)


def list_all(request: Request) -> Body:
    return page(_TYPE, request.query)


def create(request: Request) -> Body:
    return _whole(channels.administration().create(_TYPE, _object(request), actor_of(request.caller)))


def get(request: Request) -> Body:
    return _whole(channels.administration().get(request.path["integrationId"], _TYPE))


def update(request: Request) -> Body:
    identifier = request.path["integrationId"]
    return _whole(channels.administration().update(_TYPE, identifier, _object(request), actor_of(request.caller)))


def delete(request: Request) -> None:
    channels.administration().delete(_TYPE, request.path["integrationId"], actor_of(request.caller))


def _object(request: Request) -> Body:
    if not isinstance(request.body, dict):
        raise BadRequestError("The body must be a JSON object.", field="body")
    return request.body


def _whole(body: Body) -> Body:
    return {name: value for name, value in shown(body).items() if value is not None}
