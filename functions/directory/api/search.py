"""POST /api/v2/users/search, POST /api/v2/groups/search."""

from collections.abc import Callable
from typing import Any

from switchboard.directory import api as directory
from switchboard.kit import paging
from switchboard.kit.entities import Body
from switchboard.kit.http import Api, Request

from functions.directory.api import groups
from functions.directory.api.expansions import expand
from functions.directory.api.users import SERVING


def register(api: Api) -> None:
    api.operation("UsersApi.post_users_search", "directory:user:view")(search_users)
    api.operation("GroupsApi.post_groups_search", groups.VIEW)(search_groups)


def search_users(request: Request) -> Any:
    query = request.body.get("query") or []
    found = [user for user in SERVING.visible(request) if directory.matches(user, query)]
    if not any("state" in (criterion.get("fields") or []) for criterion in query):
        found = [user for user in found if user["state"] != "deleted"]
    answer = _page(found, SERVING.shown, directory.USER.path, request.body)
    return answer | {
        "results": expand(request.caller, answer["results"], request.body.get("expand") or []),
        "types": ["users"],
    }


def search_groups(request: Request) -> Any:
    query = request.body.get("query") or []
    found = [group for group in groups.visible(request) if directory.matches(group, query)]
    return _page(found, groups.SERVING.shown, directory.GROUP.path, request.body) | {"types": ["groups"]}


def _page(found: list[Body], shown: Callable[[Body], Body], path: str, body: Body) -> Body:
    bounds = {name: body[name] for name in ("pageSize", "pageNumber") if body.get(name) is not None}
    page = paging.numbered(_sorted([shown(each) for each in found], body), path, bounds)
    return {"results": page["entities"]} | {
        name: page[name] for name in ("total", "pageCount", "pageSize", "pageNumber")
    }


def _sorted(found: list[Body], body: Body) -> list[Body]:
    """In the order asked for: `sort`, or `sortBy` and `sortOrder`; by name otherwise (as they come)."""
    orders = body.get("sort") or (
        [{"sortBy": body["sortBy"], "sortOrder": body.get("sortOrder")}] if body.get("sortBy") else []
    )
    for order in reversed(orders):
        field, descending = order.get("sortBy") or "name", order.get("sortOrder") == "DESC"
        found = sorted(found, key=lambda each: str(each.get(field, "")).lower(), reverse=descending)  # noqa: B023
    return found
