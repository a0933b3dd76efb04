"""The HTTP API's JWT authorizer.

As in the cloud: RS256 signature by the keys that the issuer publishes, issuer, audience and expiry, the latter by the
wall clock: API Gateway has a clock of its own, so moving the local one does not sign anybody out. Only "not yet valid"
goes by the movable clock, because tokens issued after it was moved carry its time.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from switchboard.kit.errors import AuthenticationRequiredError, BadCredentialsError


class ExpiredError(BadCredentialsError):
    """The token was good once."""

    code = "credentials.expired"


class Authorizer:
    def __init__(
        self,
        *,
        issuer: str,
        audience: list[str],
        fetch: Callable[[str], dict[str, Any]],
        now: Callable[[], float],
    ) -> None:
        """`fetch` gets a JSON document by its URL; `now` is the movable clock's epoch seconds."""
        self._issuer = issuer
        self._audience = set(audience)
        self._fetch = fetch
        self._now = now
        self._keys: KeySet | None = None

    def claims(self, authorization: str | None) -> dict[str, Any]:
        """The claims of the bearer token. Raises AuthenticationRequiredError, BadCredentialsError."""
        if not authorization:
            raise AuthenticationRequiredError("No authentication bearer token specified in authorization header.")
        token = authorization.removeprefix("Bearer ").removeprefix("bearer ").strip()
        claims = self._verified(token)
        audience = claims.get("aud", claims.get("client_id"))
        named = set(audience if isinstance(audience, list) else [audience])
        if claims.get("iss") != self._issuer or not named & self._audience:
            raise BadCredentialsError("Invalid login credentials.")
        if not isinstance(claims.get("exp"), int | float) or claims["exp"] <= time.time():
            raise ExpiredError("The bearer token has expired.")
        if any(claims.get(name, 0) > self._now() + 1 for name in ("nbf", "iat")):
            raise BadCredentialsError("The bearer token is not valid yet.")
        return claims

    def _verified(self, token: str) -> dict[str, Any]:
        for refresh in (False, True):  # an unknown key may be a new one
            try:
                signature = jws.deserialize_compact(
                    token.encode(), self._key_set(refresh=refresh), algorithms=["RS256"]
                )
                claims = json.loads(signature.payload)
                if isinstance(claims, dict):
                    return claims
                break
            except (JoseError, ValueError, KeyError):
                continue
        raise BadCredentialsError("Invalid login credentials.")

    def _key_set(self, *, refresh: bool) -> KeySet:
        if self._keys is None or refresh:
            discovery = self._fetch(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
            self._keys = KeySet.import_key_set(self._fetch(discovery["jwks_uri"]))  # type: ignore[arg-type]
        return self._keys
