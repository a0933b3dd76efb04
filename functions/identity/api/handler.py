"""Tokens, sign-in, OAuth clients, roles, divisions and grants."""

from typing import Any

from switchboard.identity import api as identity
from switchboard.kit.http import Api

from functions.identity.api import clients, grants, keys, roles, sign_in, token

api = Api(identity.caller)
for router in (token, keys, sign_in, clients, roles, grants):
    router.register(api)


def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return api.handle(event, context)
