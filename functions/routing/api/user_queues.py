"""The queues of an agent, who may join and leave them."""

from typing import Any

from switchboard.kit import checks, paging
from switchboard.kit.errors import NotFoundError
from switchboard.kit.http import Api, Request
from switchboard.routing import api as routing

from functions.routing.api import queues
from functions.routing.api.user_status import person

PATH = "/api/v2/users/{userId}/queues"
VIEW, JOIN = "routing:queue:view", "routing:queueMember:manage"
QUERY = {"pageSize": "int", "pageNumber": "int", "joined": "bool", "divisionId": "list[str]"}


def register(api: Api) -> None:
    api.route("GET", PATH, query=QUERY)(list_all)
    api.operation("RoutingApi.patch_user_queue")(alter)


def list_all(request: Request) -> dict[str, Any]:
    user_id = person(request, VIEW)
    memberships, query = routing.memberships_of(user_id), request.query
    wanted = [key for key, each in memberships.items() if "joined" not in query or each.joined == query["joined"]]
    found = list(routing.queues().find_all(wanted).values())
    shown = [queue | {"joined": memberships[queue["id"]].joined} for queue in queues.shown_all(found)]
    shown = [each for each in shown if "divisionId" not in query or each["division"]["id"] in query["divisionId"]]
    shown.sort(key=lambda queue: (str(queue["name"]).lower(), queue["id"]))
    return paging.numbered(shown, PATH.format(userId=user_id), query)


def alter(request: Request) -> dict[str, Any]:
    """Join or leave a queue one is a member of."""
    user_id, queue_id = person(request, JOIN), request.path["queueId"]
    checks.require(request.body, "joined")
    queue = routing.find_queue(queue_id)
    if queue is None:
        raise NotFoundError("queue", queue_id)
    agent = routing.members().alter(queue_id, user_id, joined=request.body["joined"])
    return queues.shown(queue) | {"joined": agent.joined(queue_id)}
