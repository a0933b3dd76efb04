"""Flows: created, given versions, published (CE07 step 3, CE34 step 2)."""

from switchboard.flows import api as flows
from switchboard.kit import ids, paging
from switchboard.kit.entities import Body, actor_of
from switchboard.kit.entity_routes import Serving
from switchboard.kit.errors import BadRequestError, InvalidValueError
from switchboard.kit.http import Api, Request

_serving = Serving(flows.FLOW, flows.store)


def register(api: Api) -> None:
    api.operation("ArchitectApi.get_flows", "architect:flow:view")(list_all)
    api.operation("ArchitectApi.get_flow", "architect:flow:view")(_serving.get)
    api.operation("ArchitectApi.post_flows", "architect:flow:add", idempotent=lambda: flows.store().table)(create)
    api.operation("ArchitectApi.delete_flow", "architect:flow:delete")(delete)
    api.operation("ArchitectApi.post_flow_versions", "architect:flow:edit")(save)
    api.operation("ArchitectApi.post_flows_actions_publish", "architect:flow:publish")(publish)


def list_all(request: Request) -> Body:
    query = request.query
    kinds = {kind.upper() for kind in query.get("type", [])}
    wanted = str(query.get("nameOrDescription", "")).strip("*").lower()
    bodies = [
        body
        for body in _serving.visible(request)
        if (not kinds or body["type"] in kinds)
        and wanted in f"{body['name']}\n{body.get('description', '')}".lower()
        and query.get("description", "").strip("*").lower() in body.get("description", "").lower()
    ]
    return paging.numbered([_serving.shown(body) for body in bodies], flows.FLOW.path, query)


def create(request: Request) -> Body:
    _serving.check_division(request.caller, "add", request.body)
    return _serving.shown(flows.create(request.body, actor_of(request.caller)))


def delete(request: Request) -> None:
    """409 while an integration, a queue or an emergency group leads to it."""
    flows.delete(_serving.reachable(request, "delete")["id"], actor_of(request.caller))


def save(request: Request) -> Body:
    flow = _serving.reachable(request, "edit")
    return flows.save(flow["id"], request.body, actor_of(request.caller))


def publish(request: Request) -> Body:
    """The operation is done when it answers, so it is `complete` at once."""
    flow_id = request.query.get("flow", "")
    if not flow_id:
        raise BadRequestError("flow is required.", field="flow")
    flow = flows.store().get(flow_id)
    request.caller.require("architect:flow:publish", flow["division"]["id"])
    flows.publish(flow_id, _version(request.query.get("version", "")), actor_of(request.caller))
    answer: Body = {"id": ids.new(), "complete": True, "actionName": "PUBLISH", "actionStatus": "SUCCESS"}
    by = {"user": request.caller.user_id} if request.caller.user_id else {"client": request.caller.client_id}
    return answer | by


def _version(text: str) -> int | None:
    """Platform clients write 3 or 3.0."""
    if not text:
        return None
    whole = text.removesuffix(".0")
    if not whole.isdecimal() or len(whole) > 9:
        raise InvalidValueError("version must be the id of a saved version.", field="version")
    return int(whole)
