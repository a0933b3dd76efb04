"""The queues of an agent, who may join and leave them."""

from typing import Any

from switchboard.directory import api as directory
from switchboard.kit import checks, paging
from switchboard.kit.callers import reach
from switchboard.kit.entities import Body
from switchboard.kit.errors import MissingPermissionError, NotFoundError
from switchboard.kit.http import Api, Request
from switchboard.routing import api as routing

from functions.routing.api import queues

PATH = "/api/v2/users/{userId}/queues"
VIEW, JOIN = "routing:queue:view", "routing:queueMember:manage"
QUERY = {"pageSize": "int", "pageNumber": "int", "joined": "bool", "divisionId": "list[str]"}


def register(api: Api) -> None:
    api.route("GET", PATH, query=QUERY)(list_all)
    api.operation("RoutingApi.patch_user_queue")(alter)


def list_all(request: Request) -> dict[str, Any]:
    """One's own, of somebody else those in divisions whose queues one may view."""
    user_id = _user_id(request, VIEW)
    memberships, query = routing.memberships_of(user_id), request.query
    wanted = [key for key, each in memberships.items() if "joined" not in query or each.joined == query["joined"]]
    found = [queue for queue in routing.queues().find_all(wanted).values() if _reaches(request, VIEW, queue)]
    shown = [queue | {"joined": memberships[queue["id"]].joined} for queue in queues.shown_all(found)]
    shown = [each for each in shown if "divisionId" not in query or each["division"]["id"] in query["divisionId"]]
    shown.sort(key=lambda queue: (str(queue["name"]).lower(), queue["id"]))
    return paging.numbered(shown, PATH.format(userId=user_id), query)


def alter(request: Request) -> dict[str, Any]:
    """Join or leave a queue one is a member of; for others, who manages the members of the queue."""
    user_id, queue_id = _user_id(request, JOIN), request.path["queueId"]
    checks.require(request.body, "joined")
    queue = routing.find_queue(queue_id)
    if queue is None:
        raise NotFoundError("queue", queue_id)
    if not _reaches(request, JOIN, queue):
        raise MissingPermissionError(JOIN)
    agent = routing.members().alter(queue_id, user_id, joined=request.body["joined"])
    return queues.shown(queue) | {"joined": agent.joined(queue_id)}


def _user_id(request: Request, permission: str) -> str:
    """The user that the path names: the caller, or anybody for who holds the permission over some queues. Raises NotFoundError,
    MissingPermissionError."""
    if request.path["userId"] != request.caller.user_id:
        request.caller.require(permission)
    return str(directory.present_user(request.path["userId"])["id"])


def _reaches(request: Request, permission: str, queue: Body) -> bool:
    """Whether the path names the caller, or the caller holds the permission over the queue."""
    own = request.path["userId"] == request.caller.user_id
    return own or reach(request.caller.divisions(permission), [queue["division"]["id"]])
