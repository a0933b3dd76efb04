"""Cognito's hosted pages, where people prove who they are: the code flow with PKCE, seen as its client.

Source: Amazon Cognito developer guide, "Authorize endpoint" and "Token endpoint".
"""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from urllib.parse import urlencode

from switchboard.identity import tokens
from switchboard.identity.errors import SignInRefusedError
from switchboard.kit.errors import ServiceUnavailableError
from switchboard.kit.logs import logger

log = logger(__name__)

TIMEOUT_SECONDS = 10


@dataclass(frozen=True)
class Account:
    """Who signed in: the pool's name for them, which never changes, and the address they gave."""

    username: str
    email: str


@dataclass(frozen=True)
class HostedUi:
    """`url`: the pool's domain; `callback`: the address registered for us with the pool's client."""

    url: str
    client_id: str
    callback: str

    def authorize_url(self, state: str, nonce: str, verifier: str) -> str:
        """Where to send a person to sign in."""
        query = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.callback,
            "scope": "openid email",
            "state": state,
            "nonce": nonce,
            "code_challenge": tokens.challenge_of(verifier),
            "code_challenge_method": "S256",
        }
        return f"{self.url}/oauth2/authorize?{urlencode(query)}"

    def account(self, code: str, nonce: str, verifier: str) -> Account:
        """The account of the person who brought the code.

        The id token comes from its issuer over TLS, so its claims are checked and not its signature (OpenID Connect Core
        3.1.3.7). Raises SignInRefusedError, ServiceUnavailableError.
        """
        answer = self._exchange(code, verifier)
        try:
            claims = tokens.claims_of(str(answer["id_token"]))
            account = Account(username=str(claims["cognito:username"]), email=str(claims["email"]))
        except (KeyError, ValueError) as error:
            raise ServiceUnavailableError("The sign-in service's answer cannot be understood.") from error
        if claims.get("aud") != self.client_id or claims.get("nonce", nonce) != nonce:
            raise SignInRefusedError("Your sign-in could not be verified. Please sign in again.", 403)
        return account

    def _exchange(self, code: str, verifier: str) -> dict[str, object]:
        form = {
            "grant_type": "authorization_code",
            "client_id": self.client_id,
            "redirect_uri": self.callback,
            "code": code,
            "code_verifier": verifier,
        }
        request = urllib.request.Request(  # noqa: S310 - the address is the deployment's own setting
            f"{self.url}/oauth2/token",
            data=urlencode(form).encode(),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:  # noqa: S310 - as above
                answer = json.load(response)
        except urllib.error.HTTPError as error:
            log.warning("sign-in code refused", extra={"status": error.code})
            raise SignInRefusedError("The sign-in has expired or was already used. Please sign in again.") from None
        except (OSError, ValueError) as error:
            raise ServiceUnavailableError("The sign-in service does not answer.") from error
        return answer if isinstance(answer, dict) else {}
