"""GET /.well-known: by these two documents anybody, API Gateway first, verifies our tokens without asking us."""

from typing import Any

from switchboard.identity import api as identity
from switchboard.kit.http import Answer, Api, Request

CACHED = {"Cache-Control": "public, max-age=3600"}


def register(api: Api) -> None:
    api.route("GET", "/.well-known/openid-configuration", open=True)(discovery)
    api.route("GET", "/.well-known/jwks.json", open=True)(key_set)


def discovery(request: Request) -> Any:
    return Answer(identity.discovery(), headers=CACHED)


def key_set(request: Request) -> Any:
    return Answer(identity.key_set(), headers=CACHED)
