"""POST /oauth/token: a form in, a bearer token out (genesys-api section 1, RFC 6749 section 4)."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, unquote_plus

from switchboard.identity import api as identity
from switchboard.kit.http import Answer, Api, Request

UNCACHED = {"Cache-Control": "no-store"}
_FIELDS = ("grant_type", "client_id", "client_secret", "code", "redirect_uri", "code_verifier", "refresh_token")
_LONGEST_FIELD = 4096


def register(api: Api) -> None:
    api.route("POST", "/oauth/token", open=True)(token)


def token(request: Request) -> Any:
    try:
        answer = identity.tokens_for(token_request(request.headers, request.raw_body))
    except identity.OAuthError as error:
        challenge = {"WWW-Authenticate": "Basic"} if error.status == 401 else {}
        body = {"error": error.code, "description": error.description, "error_description": error.description}
        return Answer(body, error.status, {**UNCACHED, **challenge})
    return Answer(answer, headers=UNCACHED)


def token_request(headers: Mapping[str, str], body: bytes) -> identity.TokenRequest:
    """The request's fields; Basic credentials win over those in the body. What cannot be read counts as not sent."""
    form = parse_qs(body.decode("utf-8", "replace"), max_num_fields=50)
    fields = {name: form[name][0][:_LONGEST_FIELD] for name in _FIELDS if name in form}
    fields |= _basic(headers.get("authorization", ""))
    return identity.TokenRequest(**{"grant_type": "", "client_id": "", **fields})


def _basic(header: str) -> dict[str, str]:
    """Client id and secret of a Basic header. Both may be percent-encoded (RFC 6749 section 2.3.1)."""
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return {}
    try:
        client_id, colon, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return {}
    return {"client_id": unquote_plus(client_id), "client_secret": unquote_plus(secret)} if colon else {}
