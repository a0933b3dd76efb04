"""Recipients: an integration's address and the inbound message flow that receives its new conversations (CE34 step 2)."""

from collections.abc import Collection

from switchboard.channels import console as channels
from switchboard.channels.api import Entry
from switchboard.flows import api as flows
from switchboard.kit import paging
from switchboard.kit.entities import Body, actor_of
from switchboard.kit.errors import InvalidValueError, NotFoundError
from switchboard.kit.http import Api, Request

PATH = "/api/v2/routing/message/recipients"


def register(api: Api) -> None:
    api.operation("RoutingApi.get_routing_message_recipients", "routing:message:manage")(list_all)
    api.operation("RoutingApi.get_routing_message_recipient", "routing:message:manage")(get)
    api.operation("RoutingApi.put_routing_message_recipient", "routing:message:manage")(put)


def list_all(request: Request) -> Body:
    wanted, pattern = request.query.get("messengerType", ""), request.query.get("name", "")
    bodies = [
        body
        for body in channels.administration().all(wanted)
        if not pattern or paging.matches_name(pattern, body["name"])
    ]
    return paging.numbered(_shown(bodies), PATH, request.query)


def get(request: Request) -> Body:
    return _shown([channels.administration().get(request.path["recipientId"])])[0]


def put(request: Request) -> Body:
    """`{flow: {id}}`; without a flow nothing receives the integration's new conversations. Raises InvalidValueError for a
    flow that does not exist or was never published."""
    recipient = request.path["recipientId"]
    channels.administration().get(recipient)
    flow_id = (request.body.get("flow") or {}).get("id") or ""
    entry = _entry(flow_id)
    bound = channels.administration().bind(recipient, flow_id, entry, actor_of(request.caller))
    # Published again between our reading and our binding, the flow did not know that this integration is one of its own.
    if (latest := _entry(flow_id)) != entry:
        bound = channels.administration().bind(recipient, flow_id, latest, actor_of(request.caller))
    return _shown([bound])[0]


def _entry(flow_id: str) -> Entry | None:
    try:
        return flows.entry_of(flow_id) if flow_id else None
    except NotFoundError as error:
        raise InvalidValueError("flow.id names no published inbound message flow.", field="flow.id") from error


def _shown(bodies: Collection[Body]) -> list[Body]:
    named = flows.find_all({body["flow"]["id"] for body in bodies if body.get("flow")})
    return [_recipient(body, named) for body in bodies]


def _recipient(body: Body, named: dict[str, Body]) -> Body:
    shared = ("id", "name", "messengerType", "dateCreated", "dateModified", "createdBy", "modifiedBy")
    shown = {name: body[name] for name in shared if name in body} | {"selfUri": f"{PATH}/{body['id']}"}
    if flow := body.get("flow"):
        shown["flow"] = flow | {"name": named.get(flow["id"], {}).get("name"), "selfUri": f"/api/v2/flows/{flow['id']}"}
    return shown
