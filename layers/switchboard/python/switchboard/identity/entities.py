"""Identity's config entities: OAuth clients, roles, divisions."""

from urllib.parse import urlsplit

from switchboard.identity.permissions import DEFAULT_ROLES, check_role
from switchboard.kit.entities import HOME_DIVISION, Body, Entity, check_range
from switchboard.kit.errors import BadRequestError, InvalidValueError

LONGEST_VALIDITY_SECONDS = 172_800
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def _check_client(body: Body, old: Body | None) -> None:
    check_range(body, "accessTokenValiditySeconds", 300, LONGEST_VALIDITY_SECONDS)
    addresses = body.get("registeredRedirectUri") or []
    if body["authorizedGrantType"] in ("CODE", "TOKEN") and not addresses:
        raise BadRequestError("A client of people needs a redirect address.", field="registeredRedirectUri")
    for address in addresses:
        parts = urlsplit(address)
        secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
        if not secure or not parts.hostname or parts.fragment:
            message = f"'{address[:200]}' must be an https address (http on this machine only) without a fragment."
            raise InvalidValueError(message, field="registeredRedirectUri")


CLIENT = Entity(
    kind="OAuth client",
    path="/api/v2/oauth/clients",
    permission="oauth:client",
    operations={
        "list": "OAuthApi.get_oauth_clients",
        "get": "OAuthApi.get_oauth_client",
        "delete": "OAuthApi.delete_oauth_client",
    },
    required=("name", "authorizedGrantType"),
    defaults={"state": "active", "accessTokenValiditySeconds": 86_400},
    unique_name=False,
    divisioned=False,
    hidden=("secretHash", "userId"),
    check=_check_client,
)

ROLE = Entity(
    kind="role",
    path="/api/v2/authorization/roles",
    permission="authorization:role",
    operations={
        "list": "AuthorizationApi.get_authorization_roles",
        "get": "AuthorizationApi.get_authorization_role",
        "create": "AuthorizationApi.post_authorization_roles",
        "delete": "AuthorizationApi.delete_authorization_role",
    },
    divisioned=False,
    read_only=("default", "base", "userCount", "roleNeedsUpdate", "unusedPermissions"),
    check=check_role,
    present=lambda body: {"default": False, **body},
    built_in=DEFAULT_ROLES,
)

DIVISION = Entity(
    kind="division",
    path="/api/v2/authorization/divisions",
    permission="authorization:division",
    operations={
        "list": "AuthorizationApi.get_authorization_divisions",
        "get": "AuthorizationApi.get_authorization_division",
        "create": "AuthorizationApi.post_authorization_divisions",
        "update": "AuthorizationApi.put_authorization_division",
        "delete": "AuthorizationApi.delete_authorization_division",
    },
    divisioned=False,
    read_only=("homeDivision", "objectCounts"),
    present=lambda body: {"homeDivision": False, **body},
    built_in=(
        {
            "id": HOME_DIVISION,
            "name": "Home",
            "description": "Where everything is that was put nowhere else.",
            "homeDivision": True,
            "version": 1,
        },
    ),
)
