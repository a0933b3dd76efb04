"""Identity, as other domains and the functions see it."""

from collections.abc import Iterable, Mapping
from typing import Any

from switchboard.identity import bootstrap, tokens
from switchboard.identity.clients import Clients
from switchboard.identity.entities import CLIENT as CLIENT
from switchboard.identity.entities import DIVISION as DIVISION
from switchboard.identity.entities import ROLE as ROLE
from switchboard.identity.errors import OAuthError as OAuthError
from switchboard.identity.errors import SignInRefusedError as SignInRefusedError
from switchboard.identity.models import Grant
from switchboard.identity.models import TokenRequest as TokenRequest
from switchboard.identity.permissions import ADMIN as ADMIN
from switchboard.identity.permissions import AGENT as AGENT
from switchboard.identity.permissions import DEFAULT_ROLES as DEFAULT_ROLES
from switchboard.identity.permissions import EMPLOYEE as EMPLOYEE
from switchboard.identity.permissions import SUPERVISOR as SUPERVISOR
from switchboard.identity.permissions import patterns as patterns
from switchboard.kit import settings
from switchboard.kit.callers import Caller
from switchboard.kit.entities import Body, Store


def caller(claims: Mapping[str, Any]) -> Caller:
    """Who sends a request, from its verified token's claims, with grants at most 60 s old. Raises BadCredentialsError."""
    return bootstrap.callers().caller(claims)


def user(user_id: str) -> Caller:
    """What a user who does not call may do, as it stands."""
    return bootstrap.authorization().user(user_id)


def tokens_for(request: TokenRequest) -> dict[str, Any]:
    """The answer of POST /oauth/token. Raises OAuthError, TooManyRequestsError."""
    return bootstrap.token_service().tokens(request)


def begin_sign_in(query: Mapping[str, str]) -> str:
    """Where GET /oauth/authorize redirects to. Raises SignInRefusedError."""
    return bootstrap.sign_in_service().begin(query)


def finish_sign_in(query: Mapping[str, str]) -> str:
    """Where GET /oauth/callback redirects to. Raises SignInRefusedError, ServiceUnavailableError."""
    return bootstrap.sign_in_service().finish(query)


def key_set() -> dict[str, Any]:
    """The JSON web key set by which our tokens are verified (RFC 7517)."""
    key = bootstrap.signing_key()
    return {"keys": [tokens.web_key(key.public_key(), key.key_id)]}


def discovery() -> dict[str, Any]:
    """The issuer's metadata (OpenID Connect Discovery section 3)."""
    issuer = settings.required("TOKEN_ISSUER")
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/oauth/authorize",
        "token_endpoint": f"{issuer}/oauth/token",
        "jwks_uri": f"{issuer}/.well-known/jwks.json",
        "response_types_supported": ["code"],
        "grant_types_supported": ["client_credentials", "authorization_code", "refresh_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "code_challenge_methods_supported": ["S256"],
    }


def clients() -> Clients:
    return bootstrap.clients()


def roles() -> Store:
    return bootstrap.roles()


def divisions() -> Store:
    return bootstrap.divisions()


def grant(subject_ids: Iterable[str], division_ids: Iterable[str], role_id: str) -> None:
    """Grant a role to users or clients in divisions (`*`: every one). Raises NotFoundError."""
    bootstrap.authorization().grant(subject_ids, division_ids, role_id)


def revoke(subject_id: str, division_id: str, role_id: str) -> None:
    bootstrap.authorization().revoke(subject_id, division_id, role_id)


def grants_of(subject_id: str) -> list[tuple[Grant, Body, Body]]:
    """The subject's grants, each with its role and division."""
    return bootstrap.authorization().grants(subject_id)


def authorization_of(subject_id: str) -> dict[str, Any]:
    """`{roles, permissions}` of a user, as the platform's `authorization` expansion has them."""
    held = {role["id"]: role for _, role, _ in grants_of(subject_id)}
    permissions = sorted({pattern for role in held.values() for pattern in patterns(role)})
    return {
        "roles": [{"id": role["id"], "name": role["name"]} for role in held.values()],
        "permissions": permissions,
    }


def block(user_id: str) -> None:
    """From now on the user gets no token, and what they hold is refused within 60 s."""
    bootstrap.repository().block(user_id)


def unblock(user_id: str) -> None:
    bootstrap.repository().unblock(user_id)
