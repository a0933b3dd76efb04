"""GET /oauth/authorize and /oauth/callback: a person's browser on its way to the hosted sign-in page and back."""

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from switchboard.identity import api as identity
from switchboard.kit.errors import ServiceUnavailableError
from switchboard.kit.http import Answer, Api, Request

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}
PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Sign-in</title>
<body style="font: 1.1rem system-ui; max-width: 36rem; margin: 4rem auto; padding: 0 1rem">
<h1>You are not signed in</h1><p role="alert">{message}</p></body></html>
"""


def register(api: Api) -> None:
    api.route("GET", "/oauth/authorize", open=True)(authorize)
    api.route("GET", "/oauth/callback", open=True)(callback)


def authorize(request: Request) -> Any:
    return _redirect(identity.begin_sign_in, request.query)


def callback(request: Request) -> Any:
    return _redirect(identity.finish_sign_in, request.query)


def _redirect(find_way: Callable[[Mapping[str, str]], str], query: Mapping[str, str]) -> Answer:
    try:
        return Answer(status=302, headers={**HEADERS, "Location": find_way(query)})
    except identity.SignInRefusedError as refused:
        return _page(refused.message, refused.status)
    except ServiceUnavailableError as error:
        return _page(f"{error.message} Please try again.", error.status)


def _page(message: str, status: int) -> Answer:
    text = PAGE.format(message=escape(message))
    return Answer(status=status, headers=HEADERS, text=text, content_type="text/html; charset=utf-8")
