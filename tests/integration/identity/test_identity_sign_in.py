"""A person signs in through the hosted page: authorize, callback, code, refresh; and every way in which that must fail."""

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import pytest
from switchboard.directory import api as directory
from switchboard.identity import tokens
from switchboard.kit import ids

from local.cloud import LocalCloud
from tests.integration.identity.console import Answer, Console, Json

PASSWORD = "Long-enough-1234"
REDIRECT = "https://console.example/signed-in?tab=1"
VERIFIER = "a-verifier-of-more-than-forty-three-characters-1"


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


OPENER = build_opener(_NoRedirect)


@dataclass(frozen=True)
class Page:
    status: int
    location: str
    text: str


def browse(url: str, **form: str) -> Page:
    """What a browser gets, redirects not followed."""
    request = Request(url, data=urlencode(form).encode() if form else None)  # noqa: S310 - our own server
    try:
        with OPENER.open(request, timeout=10) as answer:
            return Page(answer.status, "", answer.read().decode())
    except HTTPError as answer:
        return Page(answer.code, answer.headers.get("location", ""), answer.read().decode())


@pytest.fixture(scope="module")
def served() -> Iterator[LocalCloud]:
    with LocalCloud(port=0, deterministic=True) as cloud:
        yield cloud


@pytest.fixture
def console(served: LocalCloud) -> Console:
    return Console(served)


@pytest.fixture
def user(served: LocalCloud) -> Json:
    with served.as_function("directory-api"):
        name = ids.new()
        return directory.users().create({"name": name, "email": f"{name}@demo.example"}, password=PASSWORD)


@pytest.fixture
def application(admin: Console) -> Json:
    """A client of people: a web application with a secret, which may also do without."""
    body = {"name": "console", "authorizedGrantType": "CODE", "registeredRedirectUri": [REDIRECT]}
    made: Json = admin.call("POST", "/api/v2/oauth/clients", body).body
    return made


def authorize(console: Console, application: Json, **changes: str) -> Page:
    query = {
        "response_type": "code",
        "client_id": application["id"],
        "redirect_uri": REDIRECT,
        "state": "the-client-s-state",
        "code_challenge": tokens.challenge_of(VERIFIER),
        "code_challenge_method": "S256",
        **changes,
    }
    kept = {name: value for name, value in query.items() if value}
    return browse(f"{console.cloud.url}/oauth/authorize?{urlencode(kept)}")


def sign_in(console: Console, application: Json, user: Json, **changes: str) -> Page:
    """Through the hosted page and our callback; where the callback leads."""
    hosted = authorize(console, application, **changes)
    assert hosted.status == 302, hosted.text
    signed_in = browse(hosted.location, username=user["email"], password=PASSWORD)
    assert signed_in.status == 302, signed_in.text
    return browse(signed_in.location)


def code_of(page: Page) -> str:
    assert page.status == 302, page.text
    assert page.location.startswith(REDIRECT + "&")
    query = parse_qs(urlsplit(page.location).query)
    assert query["state"] == ["the-client-s-state"]
    return query["code"][0]


def redeem(console: Console, application: Json, code: str, **changes: str) -> Answer:
    """As a public client: without a secret."""
    form = {
        "grant_type": "authorization_code",
        "client_id": application["id"],
        "redirect_uri": REDIRECT,
        "code": code,
        "code_verifier": VERIFIER,
        **changes,
    }
    return console.ask_token(**{name: value for name, value in form.items() if value})


def refresh(console: Console, application: Json, token: str) -> Answer:
    return console.ask_token(grant_type="refresh_token", client_id=application["id"], refresh_token=token)


def test_a_person_signs_in_and_stays_so(console: Console, application: Json, user: Json) -> None:
    answer = redeem(console, application, code_of(sign_in(console, application, user)))
    assert answer.status == 200, answer.body
    me = Console(console.cloud, answer.body["access_token"]).call("GET", "/api/v2/users/me")
    assert me.body["id"] == user["id"]
    again = refresh(console, application, answer.body["refresh_token"])
    assert again.status == 200
    assert tokens.claims_of(again.body["access_token"])["sub"] == user["id"]
    assert again.body["refresh_token"] != answer.body["refresh_token"]


def test_a_code_works_once(console: Console, application: Json, user: Json) -> None:
    code = code_of(sign_in(console, application, user))
    assert redeem(console, application, code).status == 200
    second = redeem(console, application, code)
    assert (second.status, second.body["error"]) == (400, "invalid_grant")


def test_of_many_who_use_a_code_at_once_one_gets_in(console: Console, application: Json, user: Json) -> None:
    code = code_of(sign_in(console, application, user))
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: redeem(console, application, code).status, range(6)))
    assert sorted(answers) == [200] + [400] * 5


@pytest.mark.parametrize("call", range(1, 7))
def test_a_code_outlives_a_crash_until_it_is_taken(console: Console, application: Json, user: Json, call: int) -> None:
    """Reading, checking and signing come first: whatever dies there, the client may simply ask again."""
    code = code_of(sign_in(console, application, user))
    console.cloud.faults.fail(function="identity-api", call=call)
    assert redeem(console, application, code).status == 500
    assert redeem(console, application, code).status == 200


def test_a_code_ends_after_ten_minutes(console: Console, application: Json, user: Json) -> None:
    code = code_of(sign_in(console, application, user))
    console.cloud.advance(timedelta(minutes=10))
    assert redeem(console, application, code).body["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "changes",
    [
        {"code_verifier": VERIFIER + "x"},
        {"code_verifier": ""},
        {"redirect_uri": "https://console.example/signed-in"},
        {"redirect_uri": ""},
    ],
)
def test_a_code_is_nothing_without_its_proofs_and_survives_the_attempt(
    console: Console, application: Json, user: Json, changes: dict[str, str]
) -> None:
    code = code_of(sign_in(console, application, user))
    assert redeem(console, application, code, **changes).body["error"] == "invalid_grant"
    assert redeem(console, application, code).status == 200


def test_another_client_cannot_use_the_code(console: Console, admin: Console, application: Json, user: Json) -> None:
    body = {"name": "other", "authorizedGrantType": "CODE", "registeredRedirectUri": [REDIRECT]}
    other = admin.call("POST", "/api/v2/oauth/clients", body).body
    code = code_of(sign_in(console, application, user))
    assert redeem(console, other, code).body["error"] == "invalid_grant"


def test_without_pkce_the_secret_is_demanded(console: Console, application: Json, user: Json) -> None:
    code = code_of(sign_in(console, application, user, code_challenge="", code_challenge_method=""))
    assert redeem(console, application, code, code_verifier="").body["error"] == "invalid_grant"
    with_secret = redeem(console, application, code, code_verifier="", client_secret=application["secret"])
    assert with_secret.status == 200


def test_a_refresh_token_that_comes_again_ends_the_family(console: Console, application: Json, user: Json) -> None:
    first = redeem(console, application, code_of(sign_in(console, application, user))).body["refresh_token"]
    second = refresh(console, application, first).body["refresh_token"]
    assert refresh(console, application, first).body["error"] == "invalid_grant"
    assert refresh(console, application, second).body["error"] == "invalid_grant"


def test_who_was_deactivated_is_out(console: Console, admin: Console, application: Json, user: Json) -> None:
    code, spare = (code_of(sign_in(console, application, user)) for _ in range(2))
    token = redeem(console, application, code).body["refresh_token"]
    path = f"/api/v2/users/{user['id']}"
    assert admin.call("PATCH", path, {"state": "inactive", "version": user["version"]}).status == 200
    assert refresh(console, application, token).body["error"] == "invalid_grant"
    assert redeem(console, application, spare).body["error"] == "invalid_grant"
    hosted = authorize(console, application)
    assert "Incorrect" in browse(hosted.location, username=user["email"], password=PASSWORD).text


def test_who_is_no_user_here_is_told_so(console: Console, application: Json) -> None:
    """An account in the pool whose user was never stored (a crash between the two): no redirect, a page that says it."""
    email = f"{ids.new()}@demo.example"
    cognito = console.cloud.client("cognito-idp")
    pool = cognito.list_user_pools(MaxResults=1)["UserPools"][0]["Id"]
    attributes = [{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}]
    cognito.admin_create_user(UserPoolId=pool, Username=email, UserAttributes=attributes)
    cognito.admin_set_user_password(UserPoolId=pool, Username=email, Password=PASSWORD, Permanent=True)
    page = sign_in(console, application, {"email": email})
    assert (page.status, page.location) == (403, "")
    assert "no active user" in page.text


def test_a_changed_address_does_not_make_one_somebody_else(
    console: Console, application: Json, user: Json, admin: Console
) -> None:
    """Mallory gives the own account Ana's address, after Ana's account has got another one."""
    mallory = admin.call(
        "POST", "/api/v2/users", {"name": "M", "email": f"{ids.new()}@demo.example", "password": PASSWORD}
    )
    cognito = console.cloud.client("cognito-idp")
    pool = cognito.list_user_pools(MaxResults=1)["UserPools"][0]["Id"]
    for account, address in ((user["email"], f"{ids.new()}@demo.example"), (mallory.body["email"], user["email"])):
        attributes = [{"Name": "email", "Value": address}]
        cognito.admin_update_user_attributes(UserPoolId=pool, Username=account, UserAttributes=attributes)
    page = sign_in(console, application, user)
    assert (page.status, page.location) == (403, "")


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "https://evil.example/"},
        {"redirect_uri": REDIRECT + "&more=1"},
        {"redirect_uri": ""},
        {"client_id": "nobody"},
        {"client_id": ""},
    ],
)
def test_nobody_is_sent_to_an_address_that_is_not_registered(
    console: Console, application: Json, changes: dict[str, str]
) -> None:
    page = authorize(console, application, **changes)
    assert (page.status, page.location) == (400, "")
    assert "evil" not in page.text


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
    ],
)
def test_a_registered_client_is_told_what_was_wrong(
    console: Console, application: Json, changes: dict[str, str], error: str
) -> None:
    page = authorize(console, application, **changes)
    assert page.location.startswith(REDIRECT)
    assert parse_qs(urlsplit(page.location).query)["error"] == [error]


def test_a_way_back_works_once_and_only_with_our_state(console: Console, application: Json, user: Json) -> None:
    hosted = authorize(console, application)
    signed_in = browse(hosted.location, username=user["email"], password=PASSWORD)
    assert browse(signed_in.location).status == 302
    assert browse(signed_in.location).status == 400
    assert browse(f"{console.cloud.url}/oauth/callback?code=x&state=made-up").status == 400


def test_a_code_that_the_pool_does_not_know_leads_nowhere(console: Console, application: Json) -> None:
    state = re.search(r"[?&]state=([^&]+)", authorize(console, application).location)
    assert state is not None
    page = browse(f"{console.cloud.url}/oauth/callback?code=made-up&state={state[1]}")
    assert (page.status, page.location) == (400, "")


def test_neither_code_nor_refresh_token_is_stored(console: Console, application: Json, user: Json) -> None:
    code = code_of(sign_in(console, application, user))
    token = redeem(console, application, code_of(sign_in(console, application, user))).body["refresh_token"]
    stored = json.dumps(console.cloud.client("dynamodb").scan(TableName="dev-identity")["Items"])
    assert tokens.decode(code)
    assert code not in stored
    assert token.partition(".")[2] not in stored
