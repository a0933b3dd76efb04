"""Stands in for Cognito's hosted sign-in page and token endpoint; the users, passwords and tokens are moto's Cognito.

Source: Amazon Cognito developer guide, "User pool endpoints reference" (authorize, token, logout).
"""

from __future__ import annotations

import base64
import hashlib
import html
import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from anyio import to_thread
from botocore.exceptions import ClientError
from starlette.datastructures import FormData, QueryParams
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

if TYPE_CHECKING:
    from local.cloud import LocalCloud

_CODE_LIFETIME = 300.0
_PAGE = """<!doctype html><meta charset="utf-8"><title>Sign in</title>
<style>
body{{font-family:system-ui;max-width:20rem;margin:15vh auto}}
input,button{{display:block;width:100%;margin:.5rem 0;padding:.5rem;box-sizing:border-box}}
</style>
<h1>Sign in</h1><p role="alert">{alert}</p>
<form method="post" action="?{query}">
<label>E-mail or user name<input name="username" autocomplete="username" autofocus required></label>
<label>Password<input name="password" type="password" autocomplete="current-password" required></label>
<button>Sign in</button></form>"""


@dataclass(frozen=True)
class _Grant:
    client_id: str
    redirect_uri: str
    challenge: str | None
    tokens: dict[str, Any]
    expires_at: float


class HostedUi:
    def __init__(self, cloud: LocalCloud) -> None:
        self._cloud = cloud
        self._grants: dict[str, _Grant] = {}

    async def authorize(self, request: Request) -> Response:
        query = request.query_params
        problem = await to_thread.run_sync(self._problem, query)
        if problem is not None:
            return HTMLResponse(html.escape(problem), 400)
        if request.method == "GET":
            return _page(query, "")
        form = await request.form()
        tokens = await to_thread.run_sync(self._sign_in, query["client_id"], form)
        if tokens is None:
            return _page(query, "Incorrect username or password.")
        code = secrets.token_urlsafe(24)
        self._grants[code] = _Grant(
            client_id=query["client_id"],
            redirect_uri=query["redirect_uri"],
            challenge=query.get("code_challenge"),
            tokens=tokens,
            expires_at=time.monotonic() + _CODE_LIFETIME,
        )
        answer = {"code": code, **({"state": query["state"]} if "state" in query else {})}
        return RedirectResponse(f"{query['redirect_uri']}?{urlencode(answer)}", 302)

    async def token(self, request: Request) -> Response:
        form = await request.form()
        if form.get("grant_type") != "authorization_code":
            return JSONResponse({"error": "unsupported_grant_type"}, 400)
        grant = self._grants.pop(str(form.get("code")), None)  # a code is good for one try
        if grant is None or not _redeems(grant, form):
            return JSONResponse({"error": "invalid_grant"}, 400)
        names = {"IdToken": "id_token", "AccessToken": "access_token", "RefreshToken": "refresh_token"}
        tokens = {names[name]: value for name, value in grant.tokens.items() if name in names}
        return JSONResponse({**tokens, "token_type": "Bearer", "expires_in": grant.tokens.get("ExpiresIn", 3600)})

    async def logout(self, request: Request) -> Response:
        """There is no session to end: every sign-in asks for the password."""
        known = await to_thread.run_sync(self._client, request.query_params.get("client_id", ""))
        target = request.query_params.get("logout_uri", "")
        if known is None or target not in known.get("LogoutURLs", []):
            return HTMLResponse("Unknown client or logout address.", 400)
        return RedirectResponse(target, 302)

    async def keys(self, _request: Request) -> Response:
        from moto.cognitoidp.responses import CognitoIdpJsonWebKeyResponse

        return Response(CognitoIdpJsonWebKeyResponse.json_web_key, media_type="application/json")

    def _pools(self) -> list[str]:
        resources = self._cloud.resources
        if resources is None:
            return []
        return [resources.ref(pool) for pool in resources.template.of_type("AWS::Cognito::UserPool")]

    def _client(self, client_id: str) -> dict[str, Any] | None:
        cognito = self._cloud.client("cognito-idp")
        for pool in self._pools():
            try:
                return dict(cognito.describe_user_pool_client(UserPoolId=pool, ClientId=client_id)["UserPoolClient"])
            except ClientError:
                continue
        return None

    def _problem(self, query: QueryParams) -> str | None:
        """What Cognito refuses before it shows the page; it never redirects to an address it does not know."""
        client = self._client(query.get("client_id", ""))
        if client is None:
            return "Client does not exist."
        if query.get("redirect_uri") not in client.get("CallbackURLs", []):
            return "redirect_mismatch"
        if query.get("response_type") != "code" or query.get("code_challenge_method", "S256") != "S256":
            return "invalid_request"
        return None

    def _sign_in(self, client_id: str, form: FormData) -> dict[str, Any] | None:
        cognito = self._cloud.client("cognito-idp")
        credentials = {"USERNAME": str(form.get("username", "")), "PASSWORD": str(form.get("password", ""))}
        for pool in self._pools():
            try:
                answer = cognito.admin_initiate_auth(
                    UserPoolId=pool, ClientId=client_id, AuthFlow="ADMIN_USER_PASSWORD_AUTH", AuthParameters=credentials
                )
            except ClientError:
                continue
            return dict(answer["AuthenticationResult"]) if "AuthenticationResult" in answer else None
        return None


def routes(cloud: LocalCloud) -> list[BaseRoute]:
    ui = HostedUi(cloud)
    return [
        Route("/oauth2/authorize", ui.authorize, methods=["GET", "POST"]),
        Route("/oauth2/token", ui.token, methods=["POST"]),
        Route("/logout", ui.logout),
        Route("/.well-known/jwks.json", ui.keys),
    ]


def _page(query: QueryParams, alert: str) -> HTMLResponse:
    return HTMLResponse(_PAGE.format(alert=html.escape(alert), query=html.escape(str(query))))


def _redeems(grant: _Grant, form: FormData) -> bool:
    """The code's client, address, age and PKCE proof (RFC 7636, S256)."""
    same = (form.get("client_id"), form.get("redirect_uri")) == (grant.client_id, grant.redirect_uri)
    if not same or time.monotonic() > grant.expires_at:
        return False
    if grant.challenge is None:
        return True
    digest = hashlib.sha256(str(form.get("code_verifier", "")).encode()).digest()
    return secrets.compare_digest(base64.urlsafe_b64encode(digest).rstrip(b"=").decode(), grant.challenge)
