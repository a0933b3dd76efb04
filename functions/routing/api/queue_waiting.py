"""What a queue says about waiting beyond the platform's Queue: ageing of priority, overflow, alert, language."""

from typing import Any

from switchboard.kit.entities import actor_of
from switchboard.kit.http import Api, Request
from switchboard.routing import api as routing

from functions.routing.api import queues

PATH = "/api/v2/routing/queues/{queueId}/waitingsettings"


def register(api: Api) -> None:
    api.route("GET", PATH, "routing:queue:view")(get)
    api.route("PUT", PATH, "routing:queue:edit", request="dict(str, object)", body_required=True)(put)


def get(request: Request) -> dict[str, Any]:
    return routing.waiting_settings(queues.reachable(request, "view"))


def put(request: Request) -> dict[str, Any]:
    """What the body leaves out goes back to what is assumed. Raises InvalidValueError naming the field."""
    queue = queues.reachable(request, "edit")
    said = {name: value for name, value in request.body.items() if value is not None}
    return routing.set_waiting_settings(queue["id"], said, actor_of(request.caller))
