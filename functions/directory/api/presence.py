"""A user's presence. On Queue offers them work, anything else takes them off the queues (routing)."""

from typing import Any

from switchboard.directory import api as directory
from switchboard.kit.errors import NotFoundError
from switchboard.kit.http import Api, Request
from switchboard.routing import api as routing


def register(api: Api) -> None:
    # One's own presence needs no permission, so none is declared; others' is checked with the user at hand.
    api.operation("PresenceApi.get_user_presence")(get)
    api.operation("PresenceApi.patch_user_presence")(change)


def get(request: Request) -> Any:
    user_id = _user(request, "presence:userPresence:view")
    return directory.shown_presence(directory.presences_of([user_id])[user_id])


def change(request: Request) -> Any:
    user_id = _user(request, "presence:userPresence:edit")
    wanted = request.body.get("presenceDefinition") or {}
    presence = directory.change_presence(
        user_id,
        definition_id=wanted.get("id") or "",
        system_presence=wanted.get("systemPresence") or "",
        message=request.body.get("message") or "",
    )
    routing.on_presence(user_id, presence.system_presence)
    return directory.shown_presence(presence)


def _user(request: Request, permission: str) -> str:
    source = request.path["sourceId"]
    if source.lower() != "purecloud":
        raise NotFoundError("presence source", source)
    user = directory.present_user(request.path["userId"])
    if user["id"] != request.caller.user_id:
        request.caller.require(permission, user["division"]["id"])
    return str(user["id"])
