"""Roles and divisions."""

from typing import Any

from switchboard.identity import api as identity
from switchboard.kit.entities import HOME_DIVISION, actor_of, serve
from switchboard.kit.entity_routes import Serving
from switchboard.kit.http import Api, Request

from functions.identity.api import powers


def register(api: Api) -> None:
    # Before `divisions/{divisionId}`, which would take the word for an id.
    api.operation("AuthorizationApi.get_authorization_divisions_home")(home)
    serve(api, identity.ROLE, identity.roles)
    serve(api, identity.DIVISION, identity.divisions)
    api.operation("AuthorizationApi.patch_authorization_role", powers.EDIT)(change_role)
    api.operation("AuthorizationApi.put_authorization_role", powers.EDIT)(replace_role)


def home(request: Request) -> Any:
    return Serving(identity.DIVISION, identity.divisions).shown(identity.divisions().get(HOME_DIVISION))


def change_role(request: Request) -> Any:
    return _update(request, replace=False)


def replace_role(request: Request) -> Any:
    return _update(request, replace=True)


def _update(request: Request, *, replace: bool) -> Any:
    old = identity.roles().get(request.path["roleId"])
    powers.check_role(request.caller, request.body, old)
    role = identity.roles().update(old["id"], request.body, actor_of(request.caller), replace=replace)
    return Serving(identity.ROLE, identity.roles).shown(role)
