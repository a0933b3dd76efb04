"""People's sign-in: GET /oauth/authorize leads to the hosted pages, GET /oauth/callback back to the client with a code."""

import secrets
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from switchboard.identity.clients import Clients
from switchboard.identity.errors import SignInRefusedError
from switchboard.identity.hosted_ui import Account, HostedUi
from switchboard.identity.models import AuthorizationCode, SignIn
from switchboard.identity.repository import Repository
from switchboard.identity.service import PEOPLE_CLIENTS
from switchboard.kit.entities import Body

FindUser = Callable[[str], Mapping[str, Any] | None]


class SignInService:
    """`find_user` finds the directory's user by e-mail address."""

    def __init__(self, repository: Repository, clients: Clients, hosted_ui: HostedUi, find_user: FindUser) -> None:
        self._repository = repository
        self._clients = clients
        self._hosted_ui = hosted_ui
        self._find_user = find_user

    def begin(self, query: Mapping[str, str]) -> str:
        """Where to send the browser. Raises SignInRefusedError where the client or its address is not known: such a
        request must not redirect anywhere."""
        client = self._client(query)
        redirect_uri, state = query["redirect_uri"], query.get("state", "")
        if problem := _problem(client, query):
            return _with(redirect_uri, {"error": problem, "state": state})
        sign_in = SignIn(
            client_id=client["id"],
            redirect_uri=redirect_uri,
            client_state=state,
            challenge=query.get("code_challenge", ""),
            verifier=secrets.token_urlsafe(48),
            nonce=secrets.token_urlsafe(24),
        )
        ours = secrets.token_urlsafe(32)
        self._repository.keep_sign_in(ours, sign_in)
        return self._hosted_ui.authorize_url(ours, sign_in.nonce, sign_in.verifier)

    def finish(self, query: Mapping[str, str]) -> str:
        """The client's address with our code. Raises SignInRefusedError, ServiceUnavailableError."""
        sign_in = self._repository.take_sign_in(query.get("state", ""))
        if sign_in is None:
            raise SignInRefusedError("The sign-in has expired or was already used. Please start again.")
        if "code" not in query:
            return _with(sign_in.redirect_uri, {"error": "access_denied", "state": sign_in.client_state})
        user = self._user(self._hosted_ui.account(query["code"], sign_in.nonce, sign_in.verifier))
        code = secrets.token_urlsafe(32)
        meaning = AuthorizationCode(
            client_id=sign_in.client_id,
            user_id=user["id"],
            redirect_uri=sign_in.redirect_uri,
            challenge=sign_in.challenge,
        )
        self._repository.keep_code(code, meaning)
        return _with(sign_in.redirect_uri, {"code": code, "state": sign_in.client_state})

    def _user(self, account: Account) -> Mapping[str, Any]:
        user = self._find_user(account.email)
        # The address finds the user, the account proves it: an address can be changed to somebody else's.
        if user is None or user["state"] != "active" or user["poolUsername"] != account.username:
            raise SignInRefusedError("You have no active user in this organization. Ask your administrator.", 403)
        return user

    def _client(self, query: Mapping[str, str]) -> Body:
        client = self._clients.find_usable(query.get("client_id", ""))
        if client is None:
            raise SignInRefusedError("The application that sent you here is not known.")
        if query.get("redirect_uri", "") not in (client.get("registeredRedirectUri") or []):
            raise SignInRefusedError(
                "The application that sent you here asked to return to an address it has not registered."
            )
        return client


def _problem(client: Body, query: Mapping[str, str]) -> str:
    """OAuth's error code for what is wrong with the request, empty where nothing is (RFC 6749 section 4.1.2.1)."""
    if query.get("response_type") != "code":
        return "unsupported_response_type"
    if client["authorizedGrantType"] not in PEOPLE_CLIENTS:
        return "unauthorized_client"
    if query.get("code_challenge") and query.get("code_challenge_method") != "S256":
        return "invalid_request"
    return ""


def _with(address: str, fields: Mapping[str, str]) -> str:
    """The address with the fields added to its query; empty ones are left out."""
    added = urlencode({name: value for name, value in fields.items() if value})
    return f"{address}{'&' if urlsplit(address).query else '?'}{added}"
