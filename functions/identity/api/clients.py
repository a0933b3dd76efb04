"""OAuth clients. The secret is in the answer of the POST and nowhere else, so that answer is not kept for a resend."""

from typing import Any

from switchboard.identity import api as identity
from switchboard.identity.clients import grants_of
from switchboard.kit.callers import Caller
from switchboard.kit.entities import Body, Store, actor_of, serve
from switchboard.kit.entity_routes import Serving
from switchboard.kit.http import Api, Request

from functions.identity.api import powers


def register(api: Api) -> None:
    serve(api, identity.CLIENT, _store)
    api.operation("OAuthApi.post_oauth_clients", "oauth:client:add")(create)
    api.operation("OAuthApi.put_oauth_client", "oauth:client:edit")(replace)


def create(request: Request) -> Any:
    _check_grants(request.caller, request.body)
    client, secret = identity.clients().create(request.body, actor_of(request.caller))
    return _shown(client) | {"secret": secret}


def replace(request: Request) -> Any:
    _check_grants(request.caller, request.body)
    return _shown(identity.clients().replace(request.path["clientId"], request.body, actor_of(request.caller)))


def _check_grants(caller: Caller, body: Body) -> None:
    """Who gives a client roles grants them: otherwise a client would be the way to more than one's own permissions."""
    for grant in grants_of(body):
        powers.check_grant(caller, grant.role_id, [grant.division_id])


def _shown(client: Body) -> Body:
    return Serving(identity.CLIENT, _store).shown(client)


def _store() -> Store:
    return identity.clients().store
