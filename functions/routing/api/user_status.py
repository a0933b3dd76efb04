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
    """The user that the path names: the caller, or whoever lies in a division where the caller holds the permission.

    Raises NotFoundError, MissingPermissionError.
    """
    user_id, caller = request.path["userId"], request.caller
    if user_id != caller.user_id:
        caller.require(permission)  # first: who holds it nowhere is not told whom there is
    user = directory.present_user(user_id)
    if user_id != caller.user_id:
        caller.require(permission, user["division"]["id"])
    return user_id
