"""Members of groups. Routing follows every change, so that queues reach who comes and not who has gone."""

from typing import Any

from switchboard.directory import api as directory
from switchboard.kit import checks, paging
from switchboard.kit.entities import Body, actor_of
from switchboard.kit.http import Api, Request
from switchboard.routing import api as routing

from functions.directory.api import groups
from functions.directory.api.expansions import expand
from functions.directory.api.users import SERVING


def register(api: Api) -> None:
    api.operation("GroupsApi.get_group_members", groups.VIEW)(list_members)
    api.operation("GroupsApi.get_group_individuals", groups.VIEW)(list_individuals)
    api.operation("GroupsApi.post_group_members", groups.EDIT, status=202, idempotent=groups.table)(add)
    api.operation("GroupsApi.delete_group_members", groups.EDIT, status=202)(remove)


def list_members(request: Request) -> Any:
    group, query = groups.reachable(request), request.query
    people = _shown(directory.groups().members(group["id"]))
    if str(query.get("sortOrder", "")).lower().startswith("desc"):
        people.reverse()
    page = paging.numbered(people, f"{directory.GROUP.path}/{group['id']}/members", query)
    return page | {"entities": expand(request.caller, page["entities"], query.get("expand", []))}


def list_individuals(request: Request) -> Any:
    """The members, and the owners where the group counts them in."""
    group = groups.reachable(request)
    owners = group.get("ownerIds") or [] if group.get("includeOwners") else []
    people = _shown(directory.groups().members(group["id"]) | set(owners))
    path = f"{directory.GROUP.path}/{group['id']}/individuals"
    return paging.numbered(people, path, {"pageSize": paging.LARGEST_SIZE})


def add(request: Request) -> Any:
    """409 unless the body has the group's version."""
    checks.require(request.body, "memberIds", "version")
    group, user_ids = groups.store().get(request.path["groupId"]), request.body["memberIds"]
    directory.check_members(user_ids, "memberIds")
    with routing.following(group["id"], user_ids):
        directory.groups().add(group["id"], user_ids, request.body["version"], actor_of(request.caller))
    return {}


def remove(request: Request) -> Any:
    """Who is no member is left alone."""
    group, user_ids = groups.store().get(request.path["groupId"]), request.query.get("ids", [])
    directory.check_members(user_ids, "ids")
    with routing.following(group["id"], user_ids):
        directory.groups().remove(group["id"], user_ids, actor_of(request.caller))
    return {}


def _shown(user_ids: set[str]) -> list[Body]:
    return [SERVING.shown(user) for user in directory.groups().people(user_ids)]
