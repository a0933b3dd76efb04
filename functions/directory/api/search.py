"""POST /api/v2/users/search."""

from typing import Any

from switchboard.directory import api as directory
from switchboard.kit import paging
from switchboard.kit.entities import Body
from switchboard.kit.http import Api, Request

from functions.directory.api.expansions import expand
from functions.directory.api.users import SERVING


def register(api: Api) -> None:
    api.operation("UsersApi.post_users_search", "directory:user:view")(search)


def search(request: Request) -> Any:
    body = request.body
    bounds = {name: body[name] for name in ("pageSize", "pageNumber") if body.get(name) is not None}
    query = body.get("query") or []
    found = [user for user in SERVING.visible(request) if directory.matches(user, query)]
    if not any("state" in (criterion.get("fields") or []) for criterion in query):
        found = [user for user in found if user["state"] != "deleted"]
    page = paging.numbered(_sorted([SERVING.shown(user) for user in found], body), directory.USER.path, bounds)
    return {
        "results": expand(page["entities"], body.get("expand") or []),
        "types": ["users"],
        **{name: page[name] for name in ("total", "pageCount", "pageSize", "pageNumber")},
    }


def _sorted(users: list[Body], body: Body) -> list[Body]:
    """In the order asked for: `sort`, or `sortBy` and `sortOrder`; by name otherwise (as they come)."""
    orders = body.get("sort") or (
        [{"sortBy": body["sortBy"], "sortOrder": body.get("sortOrder")}] if body.get("sortBy") else []
    )
    for order in reversed(orders):
        field, descending = order.get("sortBy") or "name", order.get("sortOrder") == "DESC"
        users = sorted(users, key=lambda user: str(user.get(field, "")).lower(), reverse=descending)  # noqa: B023
    return users
