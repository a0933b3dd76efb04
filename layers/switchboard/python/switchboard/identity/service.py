"""The token endpoint: client credentials, authorization code with PKCE, refresh token (RFC 6749, RFC 7636)."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from switchboard.identity import secret_hash, tokens
from switchboard.identity.clients import Clients
from switchboard.identity.errors import (
    InvalidClientError,
    InvalidGrantError,
    InvalidRequestError,
    UnauthorizedClientError,
    UnsupportedGrantTypeError,
)
from switchboard.identity.models import AuthorizationCode, Failures, TokenRequest
from switchboard.identity.repository import Repository, ReusedError, SigningKey
from switchboard.kit import clock, ids
from switchboard.kit.entities import Body
from switchboard.kit.errors import TooManyRequestsError
from switchboard.kit.logs import logger, metric

log = logger(__name__)

AUDIENCE = "switchboard"
FREE_FAILURES = 5
LONGEST_WAIT_SECONDS = 60
PUBLIC_GRANTS = ("authorization_code", "refresh_token")
PEOPLE_CLIENTS = ("CODE", "TOKEN")


@dataclass(frozen=True)
class Issuer:
    """Who signs: the `iss` of the tokens, the organization they belong to, the key."""

    url: str
    organization_id: str
    key: SigningKey

    def access_token(self, client: Mapping[str, Any], user_id: str) -> dict[str, Any]:
        """The answer's `access_token`, `token_type` and `expires_in` (seconds)."""
        now = clock.now_ms() // 1000
        lifetime = client["accessTokenValiditySeconds"]
        claims = {
            "iss": self.url,
            "aud": AUDIENCE,
            "sub": user_id or client["id"],
            "client_id": client["id"],
            **({"user_id": user_id} if user_id else {}),
            "org": self.organization_id,
            "iat": now,
            "exp": now + lifetime,
            "jti": ids.new(),
        }
        token = tokens.signed(claims, self.key.key_id, self.key.sign)
        return {"access_token": token, "token_type": "bearer", "expires_in": lifetime}


class TokenService:
    def __init__(self, repository: Repository, clients: Clients, issuer: Issuer) -> None:
        self._repository = repository
        self._clients = clients
        self._issuer = issuer

    def tokens(self, request: TokenRequest) -> dict[str, Any]:
        """The answer of POST /oauth/token. Raises OAuthError, TooManyRequestsError."""
        grants = {
            "client_credentials": self._client_credentials,
            "authorization_code": self._authorization_code,
            "refresh_token": self._refresh_token,
        }
        if request.grant_type not in grants:
            raise UnsupportedGrantTypeError(f"grant_type must be one of {', '.join(grants)}.")
        return grants[request.grant_type](self._authenticated(request), request)

    # -- the client

    def _authenticated(self, request: TokenRequest) -> Body:
        if not request.client_id:
            raise InvalidClientError
        failures = self._repository.failures(request.client_id)
        self._hold_back(failures)
        client = self._clients.find_usable(request.client_id)
        if client is None or not self._proven(client, request):
            self._repository.count_failure(request.client_id, failures)
            metric("TokenRefused")
            raise InvalidClientError
        if failures.count:
            self._repository.forget_failures(request.client_id)
        return client

    def _proven(self, client: Body, request: TokenRequest) -> bool:
        if request.client_secret:
            return secret_hash.matches(request.client_secret, client["secretHash"])
        # A browser or a mobile app cannot keep a secret: what it holds, code or refresh token, has to prove itself.
        return request.grant_type in PUBLIC_GRANTS and client["authorizedGrantType"] in PEOPLE_CLIENTS

    @staticmethod
    def _hold_back(failures: Failures) -> None:
        """After five wrong secrets each further one doubles the time in which none is looked at, up to a minute."""
        if failures.count < FREE_FAILURES:
            return
        wait_seconds = min(2 ** (failures.count - FREE_FAILURES), LONGEST_WAIT_SECONDS)
        left_ms = failures.last + wait_seconds * 1000 - clock.now_ms()
        if left_ms > 0:
            raise TooManyRequestsError("Too many wrong credentials were sent for this client.", -(-left_ms // 1000))

    # -- the grants

    def _client_credentials(self, client: Body, request: TokenRequest) -> dict[str, Any]:
        if client["authorizedGrantType"] != "CLIENT-CREDENTIALS":
            raise UnauthorizedClientError("The client is not registered for client credentials.")
        user_id = client.get("userId", "")
        if user_id and self._repository.blocked(user_id):
            raise InvalidGrantError("The client's user is not active.")
        return self._issuer.access_token(client, user_id)

    def _authorization_code(self, client: Body, request: TokenRequest) -> dict[str, Any]:
        if not request.code:
            raise InvalidRequestError("code is required.")
        meaning = self._repository.find_code(request.code)
        if meaning is None or not self._may_redeem(meaning, client, request):
            raise InvalidGrantError("The code is not valid for this client, redirect address and verifier.")
        self._check_user(meaning.user_id)
        # Signed before the code is taken: a crash between the two leaves a code that still works.
        answer = self._issuer.access_token(client, meaning.user_id)
        if not self._repository.take_code(request.code):
            raise InvalidGrantError("The code was already used.")
        family, token = ids.new(), secrets.token_urlsafe(32)
        self._repository.start_family(family, token, client["id"], meaning.user_id)
        return answer | {"refresh_token": f"{family}.{token}"}

    @staticmethod
    def _may_redeem(meaning: AuthorizationCode, client: Body, request: TokenRequest) -> bool:
        if meaning.client_id != client["id"] or meaning.redirect_uri != request.redirect_uri:
            return False
        if meaning.challenge:
            return tokens.proves(request.code_verifier, meaning.challenge)
        return bool(request.client_secret) and not request.code_verifier

    def _refresh_token(self, client: Body, request: TokenRequest) -> dict[str, Any]:
        family, _, token = request.refresh_token.partition(".")
        user_id = self._repository.family_user(family, client["id"])
        if not user_id:
            raise InvalidGrantError("The refresh token is not valid for this client.")
        self._check_user(user_id)
        answer = self._issuer.access_token(client, user_id)
        following = secrets.token_urlsafe(32)
        try:
            self._repository.rotate(family, token, following)
        except ReusedError:
            log.warning("refresh token reused", extra={"clientId": client["id"], "userId": user_id})
            raise InvalidGrantError("The refresh token was already used; sign in again.") from None
        return answer | {"refresh_token": f"{family}.{following}"}

    def _check_user(self, user_id: str) -> None:
        if self._repository.blocked(user_id):
            raise InvalidGrantError("The user is not active.")
