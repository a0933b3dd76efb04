"""Users: list, read, create, change, delete. A user who is not active gets no token (identity)."""

from typing import Any

from switchboard.conversations import console as conversations
from switchboard.directory import api as directory
from switchboard.identity import api as identity
from switchboard.kit import paging
from switchboard.kit.entities import Body, actor_of
from switchboard.kit.entity_routes import Serving
from switchboard.kit.http import Api, Request
from switchboard.notifications import api as notifications
from switchboard.routing import api as routing

from functions.directory.api.expansions import expand

SERVING = Serving(directory.USER, directory.user_store)


def register(api: Api) -> None:
    def answers() -> Any:
        return directory.user_store().table

    api.operation("UsersApi.get_users", "directory:user:view")(list_users)
    api.operation("UsersApi.post_users", "directory:user:add", idempotent=answers)(create)
    api.operation("UsersApi.get_user")(get)
    api.operation("UsersApi.patch_user", "directory:user:edit")(change)
    api.operation("UsersApi.delete_user", "directory:user:delete")(delete)


def list_users(request: Request) -> Any:
    state = request.query.get("state", "active")
    users = [user for user in SERVING.visible(request) if state in ("any", user["state"])]
    answer = paging.numbered([SERVING.shown(user) for user in users], directory.USER.path, request.query)
    return answer | {"entities": expand(request.caller, answer["entities"], request.query.get("expand", []))}


def get(request: Request) -> Any:
    if request.path["userId"] == request.caller.user_id:
        user = directory.get_user(request.caller.user_id)
    else:
        user = SERVING.reachable(request, "view")
    return expand(request.caller, [SERVING.shown(user)], request.query.get("expand", []))[0]


def create(request: Request) -> Any:
    body = dict(request.body)
    password = body.pop("password", None) or ""
    body["division"] = {"id": body.pop("divisionId", None)}
    SERVING.check_division(request.caller, "add", body, field="divisionId")
    user = directory.users().create(body, actor_of(request.caller), password=password)
    _admit(user, actor_of(request.caller))
    return SERVING.shown(user)


def change(request: Request) -> Any:
    user = SERVING.reachable(request, "edit")
    user = directory.users().update(user["id"], request.body, actor_of(request.caller))
    _admit(user, actor_of(request.caller))
    return SERVING.shown(user)


def delete(request: Request) -> Any:
    user = SERVING.reachable(request, "delete")
    user = directory.users().delete(user["id"], actor_of(request.caller))
    _admit(user, actor_of(request.caller))
    return {"id": user["id"], "state": user["state"], "version": user["version"]}


def _admit(user: Body, actor: str) -> None:
    """Let an active user in; one who is not gets no token, notification and work, and hands back what they have; who
    is deleted leaves their groups and queues. Done after every change, so that a repeated one repairs a lost call."""
    if user["state"] == "active":
        identity.unblock(user["id"])
        routing.set_auto_answer(user["id"], bool(user.get("acdAutoAnswer")))
        return
    identity.block(user["id"])
    notifications.channels().close_all(user["id"])
    presence = directory.change_presence(user["id"], system_presence="Offline")
    routing.on_presence(user["id"], presence.system_presence)
    beside = {each.id for each in conversations.beside(user["id"])}
    for conversation_id in beside.union(routing.conversations_of(user["id"])):
        conversations.hand_back(conversation_id, user["id"])
    if user["state"] == "deleted":
        for group_id in directory.groups().groups_with(user["id"]):
            with routing.following(group_id, [user["id"]]):
                directory.groups().remove(group_id, [user["id"]], actor)
        routing.members().depart(user["id"])
