"""An agent's routing status: their own word, or a supervisor's."""

from typing import Any

from switchboard.directory import api as directory
from switchboard.kit import checks
from switchboard.kit.http import Api, Request
from switchboard.routing import api as routing

VIEW, EDIT = "routing:status:view", "routing:status:edit"


def register(api: Api) -> None:
    api.operation("UsersApi.get_user_routingstatus")(get)
    api.operation("UsersApi.put_user_routingstatus")(put)


def get(request: Request) -> dict[str, Any]:
    return routing.shown_status(routing.agent(person(request, VIEW)))


def put(request: Request) -> dict[str, Any]:
    user_id = person(request, EDIT)
    checks.require(request.body, "status")
    return routing.set_status(user_id, request.body["status"])


def person(request: Request, permission: str) -> str:
    """The user that the path names: the caller, or anybody for who holds the permission. Raises NotFoundError."""
    user_id = request.path["userId"]
    if user_id != request.caller.user_id:
        request.caller.require(permission)
    directory.present_user(user_id)
    return user_id
