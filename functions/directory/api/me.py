"""GET /api/v2/users/me: who the token's user is."""

from collections.abc import Callable
from typing import Any

from switchboard.directory import api as directory
from switchboard.identity import api as identity
from switchboard.kit import clock
from switchboard.kit.http import Api, Request

from functions.directory.api.expansions import expand
from functions.directory.api.presence_definitions import all_definitions
from functions.directory.api.users import SERVING


def register(api: Api) -> None:
    api.operation("UsersApi.get_users_me")(me)


def me(request: Request) -> Any:
    user_id = request.caller.person()
    wanted = request.query.get("expand", [])
    (user,) = expand(request.caller, [SERVING.shown(directory.get_user(user_id))], wanted)
    own: dict[str, Callable[[], Any]] = {
        "organization": directory.organization,
        "presenceDefinitions": all_definitions,
        "divisionedPresenceDefinitions": all_definitions,
        "orgAuthorization": lambda: identity.roles().all(),
        "date": lambda: {"currentDate": clock.iso(clock.now())},
    }
    return user | {name: read() for name, read in own.items() if name in wanted}
