"""Queues."""

from collections.abc import Mapping, Sequence
from typing import Any

from switchboard.directory import api as directory
from switchboard.flows import api as flows
from switchboard.kit import paging
from switchboard.kit.callers import Caller
from switchboard.kit.checks import dotted
from switchboard.kit.entities import Body, actor_of, check_unused
from switchboard.kit.entity_routes import Serving
from switchboard.kit.errors import InvalidValueError
from switchboard.kit.http import Api, Request
from switchboard.routing import api as routing


def serving() -> Serving:
    return Serving(routing.queues().entity, routing.queues)


def register(api: Api) -> None:
    api.operation("RoutingApi.get_routing_queues", "routing:queue:view")(list_all)
    api.operation("RoutingApi.post_routing_queues", "routing:queue:add", idempotent=routing.table)(create)
    api.operation("RoutingApi.get_routing_queue", "routing:queue:view")(get)
    api.operation("RoutingApi.put_routing_queue", "routing:queue:edit")(update)
    api.operation("RoutingApi.delete_routing_queue", "routing:queue:delete")(delete)


def list_all(request: Request) -> Body:
    wanted = [queue for queue in serving().visible(request) if _wanted(queue, request.query)]
    page = paging.numbered(wanted, "/api/v2/routing/queues", request.query)
    return page | {"entities": shown_all(page["entities"])}


def create(request: Request) -> Body:
    """A new queue, or with `sourceQueueId` a copy of that queue's settings under what the body says."""
    body = request.body
    if body.get("sourceQueueId"):
        source = routing.find_queue(body["sourceQueueId"])
        if source is None:
            raise InvalidValueError("The source queue does not exist.", field="sourceQueueId")
        request.caller.require("routing:queue:view", source["division"]["id"])
        body = {name: value for name, value in source.items() if name != "version"} | body
    serving().check_division(request.caller, "add", body)
    _check_flows(body)
    return shown(routing.queues().create(body, actor_of(request.caller)))


def get(request: Request) -> Body:
    return shown(serving().reachable(request, "view"))


def update(request: Request) -> Body:
    queue = serving().reachable(request, "edit")
    serving().check_division(request.caller, "edit", request.body, old=queue)
    _check_flows(request.body)
    updated = routing.queues().update(queue["id"], request.body, actor_of(request.caller), replace=True)
    routing.queue_changed(updated)
    return shown(updated)


def delete(request: Request) -> None:
    """409 while interactions wait in it, `forceDelete` or not: they would wait for ever. So would what a flow or another queue
    sends there."""
    queue = serving().reachable(request, "delete")
    check_unused("queue", queue["id"], flows.naming(queue["id"]))
    routing.delete_queue(queue["id"], actor_of(request.caller))


def _check_flows(body: Body) -> None:
    """The flows that speak to who waits are published ones of that kind. Raises InvalidValueError naming the field."""
    for media in routing.MEDIA:
        name = f"{media}InQueueFlow"
        flow_id = (body.get(name) or {}).get("id", "")
        if flow_id and (media != "message" or flows.announcements(flow_id) is None):
            raise InvalidValueError(f"{name} names no published in-queue flow of the medium.", field=f"{name}.id")


def _wanted(queue: Body, query: Mapping[str, Any]) -> bool:
    """By the queue of another organization that it stands for, and by a library of responses that it names."""
    peer, library = queue.get("peerId"), query.get("cannedResponseLibraryId")
    return (
        ("hasPeer" not in query or bool(peer) == query["hasPeer"])
        and ("peerId" not in query or peer in query["peerId"])
        and (not library or library in (dotted(queue, "cannedResponseLibraries.libraryIds") or []))
    )


def shown(queue: Body) -> Body:
    return shown_all([queue])[0]


def shown_all(queues: Sequence[Body]) -> list[Body]:
    """The platform's Queue of each: with the settings of every medium, its members counted, its groups named."""
    counts = routing.queue_counts(queues)
    groups = directory.find_groups(each["id"] for queue in queues for each in queue.get("memberGroups") or [])
    return [_shown(queue, counts[queue["id"]], groups) for queue in queues]


def _shown(queue: Body, counts: routing.Counts, groups: Mapping[str, Body]) -> Body:
    computed = {
        "mediaSettings": routing.media_settings(queue),
        "memberCount": counts.all,
        "userMemberCount": counts.users,
        "joinedMemberCount": counts.joined,
    }
    named = [_named(each, groups) for each in queue.get("memberGroups") or []]
    return serving().shown(queue | computed | ({"memberGroups": named} if named else {}))


def _named(reference: Body, groups: Mapping[str, Body]) -> Body:
    """The platform's MemberGroup."""
    group = groups.get(reference["id"], {})
    known = {"name": group["name"], "memberCount": group["members"]} if group else {}
    return {"id": reference["id"], "type": "GROUP", "selfUri": f"/api/v2/groups/{reference['id']}", **known}


def reachable(request: Request, action: str) -> Body:
    """The queue that the path names, for operations below it. Raises NotFoundError, MissingPermissionError."""
    return reachable_by_id(request.caller, request.path["queueId"], action)


def reachable_by_id(caller: Caller, queue_id: str, action: str) -> Body:
    """A queue that the path does not name. Raises NotFoundError, MissingPermissionError."""
    return serving().reachable(Request(caller, path={"queueId": queue_id}, query={}, body=None), action)
