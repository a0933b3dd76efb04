"""Utilization labels: kinds of interactions, bounded and interrupting one another across media. One permission covers them all."""

from switchboard.flows import api as flows
from switchboard.kit.entities import Body, actor_of, check_unused
from switchboard.kit.entity_routes import Serving
from switchboard.kit.http import Api, Request
from switchboard.routing import api as routing

from functions.routing.api.utilization import MANAGE, VIEW, label_bound


def register(api: Api) -> None:
    serving = _serving()
    api.operation("RoutingApi.get_routing_utilization_labels", VIEW)(serving.list_all)
    api.operation("RoutingApi.get_routing_utilization_label", VIEW)(serving.get)
    api.operation("RoutingApi.post_routing_utilization_labels", MANAGE, idempotent=routing.table)(create)
    api.operation("RoutingApi.put_routing_utilization_label", MANAGE)(rename)
    api.operation("RoutingApi.delete_routing_utilization_label", MANAGE)(delete)


def create(request: Request) -> Body:
    """With `utilization`, its bound in the organization's; without, it bounds nothing until a utilization says so."""
    bound = request.body.get("utilization")
    capacity = None if bound is None else label_bound(bound, "utilization")
    return _serving().shown(
        routing.bounding().create_label(request.body.get("name"), capacity, actor_of(request.caller))
    )


def rename(request: Request) -> Body:
    changes = {"name": request.body.get("name")}
    return _serving().shown(
        routing.utilization_labels().update(request.path["labelId"], changes, actor_of(request.caller))
    )


def delete(request: Request) -> None:
    """409 while another label, an agent's own utilization or a flow names it, `forceDelete` or not."""
    label_id = request.path["labelId"]
    check_unused("utilizationlabel", label_id, flows.naming(label_id))
    routing.bounding().delete_label(label_id, actor_of(request.caller))


def _serving() -> Serving:
    return Serving(routing.UTILIZATION_LABEL, routing.utilization_labels)
