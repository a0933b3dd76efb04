"""A person signs in: authorization code with PKCE through the hosted page."""

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.e2e.contact_centre import ContactCentre, platform

PASSWORD = "Demo-secret-1234"
REDIRECT = "http://localhost:5173/signed-in"
VERIFIER = "a-verifier-of-at-least-forty-three-characters-1"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")


@pytest.fixture(scope="module")
def client_id(centre: ContactCentre) -> str:
    body = {"name": "Desktop", "authorizedGrantType": "CODE", "registeredRedirectUri": [REDIRECT]}
    return str(platform.OAuthApi(centre.sdk()).post_oauth_clients(body).id)


def sign_in(centre: ContactCentre, client_id: str, /, password: str = PASSWORD, **changed: str) -> httpx.Response:
    """What the browser gets in the end: the redirect to the desktop, or a page."""
    query = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": REDIRECT,
        "state": "kept",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    with httpx.Client(base_url=centre.url, follow_redirects=False) as browser:
        started = browser.get("/oauth/authorize", params=query | changed)
        if started.status_code != 302:
            return started
        page = started.headers["location"]
        answered = browser.post(page, data={"username": "ana@demo.example", "password": password})
        return browser.get(answered.headers["location"]) if answered.status_code in (302, 303) else answered


def redeem(centre: ContactCentre, client_id: str, code: str, verifier: str = VERIFIER) -> httpx.Response:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT, "client_id": client_id}
    return centre.http.post("/oauth/token", data=form | {"code_verifier": verifier})


def code_of(answer: httpx.Response) -> str:
    assert answer.status_code == 302, answer.text
    target = urlsplit(answer.headers["location"])
    assert answer.headers["location"].startswith(REDIRECT)
    assert parse_qs(target.query)["state"] == ["kept"]
    return parse_qs(target.query)["code"][0]


def test_the_token_is_the_persons(centre: ContactCentre, client_id: str) -> None:
    token: Any = redeem(centre, client_id, code_of(sign_in(centre, client_id))).json()
    me = platform.UsersApi(centre.sdk_with(token["access_token"])).get_users_me()
    assert (me.id, me.name) == (centre.user("ana"), "ana")


def test_a_code_is_good_for_one_token(centre: ContactCentre, client_id: str) -> None:
    code = code_of(sign_in(centre, client_id))
    assert redeem(centre, client_id, code).status_code == 200
    assert redeem(centre, client_id, code).status_code == 400


def test_a_stolen_code_is_worth_nothing_without_the_verifier(centre: ContactCentre, client_id: str) -> None:
    code = code_of(sign_in(centre, client_id))
    assert redeem(centre, client_id, code, "another-verifier-of-at-least-forty-three-chars").status_code == 400


def test_what_is_refused(centre: ContactCentre, client_id: str) -> None:
    assert "location" not in sign_in(centre, client_id, "wrong").headers
    for changed in ({"redirect_uri": "https://evil.example/"}, {"client_id": "nobody"}):
        refused = sign_in(centre, client_id, **changed)
        assert refused.status_code == 400
        assert "location" not in refused.headers
