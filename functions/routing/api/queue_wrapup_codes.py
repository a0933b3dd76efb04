"""Which wrap-up codes a queue offers."""

from typing import Any

from switchboard.kit import paging
from switchboard.kit.entity_routes import Serving
from switchboard.kit.errors import InvalidValueError, NotFoundError
from switchboard.kit.http import Api, Request
from switchboard.routing import api as routing

from functions.routing.api import queues


def register(api: Api) -> None:
    api.operation("RoutingApi.get_routing_queue_wrapupcodes", "routing:queue:view")(list_all)
    api.operation("RoutingApi.post_routing_queue_wrapupcodes", "routing:queue:edit")(add)
    api.operation("RoutingApi.delete_routing_queue_wrapupcode", "routing:queue:edit")(remove)


def list_all(request: Request) -> dict[str, Any]:
    queue = queues.reachable(request, "view")
    pattern = request.query.get("name", "")
    codes = [code for code in _shown(queue["id"]) if paging.matches_name(pattern, code["name"])]
    return paging.numbered(codes, f"/api/v2/routing/queues/{queue['id']}/wrapupcodes", request.query)


def add(request: Request) -> list[dict[str, Any]]:
    """Harmless for codes that the queue has; raises InvalidValueError naming one that does not exist."""
    queue = queues.reachable(request, "edit")
    wanted = routing.ids_of(request.body)
    known = routing.wrapup_codes().find_all(wanted)
    for index, code_id in enumerate(wanted):
        if code_id not in known:
            raise InvalidValueError(f"The wrap-up code '{code_id}' does not exist.", field=f"{index}.id")
    routing.add_wrapup_codes(queue["id"], dict.fromkeys(wanted))
    return _shown(queue["id"])


def remove(request: Request) -> None:
    queue = queues.reachable(request, "edit")
    if not routing.remove_wrapup_code(queue["id"], request.path["codeId"]):
        raise NotFoundError("wrap-up code of the queue", request.path["codeId"])


def _shown(queue_id: str) -> list[dict[str, Any]]:
    store = routing.wrapup_codes()
    serving = Serving(store.entity, routing.wrapup_codes)
    return [serving.shown(code) for code in routing.wrapup_codes_of(queue_id)]
