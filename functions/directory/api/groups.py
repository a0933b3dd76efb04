"""Groups: list, read, create, change, delete; one that a queue names stays."""

from typing import Any

from switchboard.directory import api as directory
from switchboard.kit import paging
from switchboard.kit.callers import Caller
from switchboard.kit.dynamo import Table
from switchboard.kit.entities import Body, Store, actor_of, check_unused
from switchboard.kit.entity_routes import Serving
from switchboard.kit.errors import NotFoundError
from switchboard.kit.http import Api, Request
from switchboard.routing import api as routing

VIEW, ADD, EDIT, DELETE = (f"{directory.GROUP.permission}:{action}" for action in ("view", "add", "edit", "delete"))


def store() -> Store:
    return directory.groups().store


def table() -> Table:
    """For the idempotency of what may be resent."""
    return store().table


SERVING = Serving(directory.GROUP, store)


def register(api: Api) -> None:
    api.operation("GroupsApi.get_groups", VIEW)(list_groups)
    api.operation("GroupsApi.post_groups", ADD, idempotent=table)(SERVING.create)
    api.operation("GroupsApi.get_group", VIEW)(get)
    api.operation("GroupsApi.put_group", EDIT)(change)
    api.operation("GroupsApi.delete_group", DELETE)(delete)


def list_groups(request: Request) -> Any:
    return paging.numbered([SERVING.shown(group) for group in visible(request)], directory.GROUP.path, request.query)


def get(request: Request) -> Any:
    return SERVING.shown(reachable(request))


def change(request: Request) -> Any:
    """A group stays of the type that it was made with."""
    group = store().get(request.path["groupId"])
    body = request.body | {"type": group["type"]}
    return SERVING.shown(store().update(group["id"], body, actor_of(request.caller), replace=True))


def delete(request: Request) -> None:
    """409 while a queue names it."""
    group = store().get(request.path["groupId"])
    queues = (f"the queue {queue['name']}" for queue in routing.queues_of_group(group["id"]))
    check_unused(directory.GROUP.kind, group["id"], queues)
    with routing.following(group["id"], directory.groups().members(group["id"])):
        directory.groups().delete(group["id"], actor_of(request.caller))


def visible(request: Request) -> list[Body]:
    """The groups that the caller may see and the query asks for, in its order."""
    return [group for group in SERVING.visible(request) if _sees(request.caller, group)]


def reachable(request: Request) -> Body:
    """The group that the path names. Raises NotFoundError, also for who may not know of it."""
    group = store().get(request.path["groupId"])
    if not _sees(request.caller, group):
        raise NotFoundError(directory.GROUP.kind, group["id"])
    return group


def _sees(caller: Caller, group: Body) -> bool:
    """By the group's `visibility`: everybody, its members, or its owners; who may change groups sees all."""
    if group["visibility"] == "public" or caller.may(EDIT) or caller.user_id in (group.get("ownerIds") or []):
        return True
    return group["visibility"] == "members" and caller.user_id in directory.groups().members(group["id"])
