"""POST /oauth/token, and what the authorizer makes of what it gives."""

import json
from datetime import timedelta

import pytest
from switchboard.identity import tokens
from switchboard.kit import clock

from tests.integration.identity.console import SECRET, Console


def test_a_client_gets_a_token_that_the_gateway_takes(console: Console, admin: Console) -> None:
    assert admin.call("GET", "/api/v2/authorization/divisions/home").body["homeDivision"] is True
    claims = tokens.claims_of(admin.token)
    assert claims["aud"] == "switchboard"
    assert claims["exp"] - claims["iat"] == 86_400
    assert "user_id" not in claims


def test_without_a_token_or_with_a_changed_one_nothing_is_answered(console: Console, admin: Console) -> None:
    header, _, signature = admin.token.split(".")
    claims = tokens.claims_of(admin.token) | {"client_id": "another"}
    forged = f"{header}.{tokens.encode(json.dumps(claims).encode())}.{signature}"
    for token in ("", "nonsense", forged):
        assert Console(console.cloud, token).call("GET", "/api/v2/authorization/roles").status == 401


def test_a_wrong_secret_and_an_unknown_client_are_refused_alike(console: Console, admin: Console) -> None:
    client_id = tokens.claims_of(admin.token)["client_id"]
    wrong = console.ask_token(basic=f"{client_id}:wrong", grant_type="client_credentials")
    unknown = console.ask_token(basic="nobody:wrong", grant_type="client_credentials")
    assert (wrong.status, wrong.body["error"]) == (401, "invalid_client")
    assert (unknown.status, unknown.body) == (wrong.status, wrong.body)


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({}, 400, "unsupported_grant_type"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": "client_credentials"}, 401, "invalid_client"),
    ],
)
def test_a_request_that_says_too_little_is_refused(
    console: Console, form: dict[str, str], status: int, error: str
) -> None:
    answer = console.ask_token(**form)
    assert (answer.status, answer.body["error"]) == (status, error)
    assert answer.headers["cache-control"] == "no-store"


def test_guessing_is_held_back_and_the_right_secret_works_again_later(console: Console, admin: Console) -> None:
    client_id = tokens.claims_of(admin.token)["client_id"]
    guesses = [console.ask_token(basic=f"{client_id}:guess-{n}", grant_type="client_credentials") for n in range(7)]
    assert [guess.status for guess in guesses] == [401] * 5 + [429] * 2
    assert int(guesses[-1].headers["retry-after"]) >= 1
    held = console.ask_token(basic=f"{client_id}:{SECRET}", grant_type="client_credentials")
    assert held.status == 429
    console.cloud.advance(timedelta(seconds=2))
    assert console.ask_token(basic=f"{client_id}:{SECRET}", grant_type="client_credentials").status == 200
    assert console.ask_token(basic=f"{client_id}:wrong", grant_type="client_credentials").status == 401


def test_a_disabled_client_gets_no_token_and_its_old_one_ends_within_a_minute(console: Console, admin: Console) -> None:
    body = {"name": "short-lived", "authorizedGrantType": "CLIENT-CREDENTIALS"}
    made = admin.call("POST", "/api/v2/oauth/clients", body).body
    client = console.as_client(made["id"], made["secret"])
    assert client.call("GET", "/api/v2/authorization/divisions/home").status == 200
    admin.call("PUT", f"/api/v2/oauth/clients/{made['id']}", body | {"state": "disabled"})
    again = console.ask_token(basic=f"{made['id']}:{made['secret']}", grant_type="client_credentials")
    assert again.status == 401
    console.cloud.advance(timedelta(seconds=61))
    assert client.call("GET", "/api/v2/authorization/divisions/home").status == 401


def test_a_client_with_an_end_ends_then(console: Console, admin: Console) -> None:
    ends = clock.iso(console.cloud.clock.now() + timedelta(hours=1))
    body = {"name": "trial", "authorizedGrantType": "CLIENT-CREDENTIALS", "dateToDelete": ends}
    made = admin.call("POST", "/api/v2/oauth/clients", body).body
    credentials = f"{made['id']}:{made['secret']}"
    assert console.ask_token(basic=credentials, grant_type="client_credentials").status == 200
    console.cloud.advance(timedelta(hours=1))
    assert console.ask_token(basic=credentials, grant_type="client_credentials").status == 401


def test_the_secret_is_told_once_and_survives_an_update(console: Console, admin: Console) -> None:
    body = {"name": "integration", "authorizedGrantType": "CLIENT-CREDENTIALS", "accessTokenValiditySeconds": 600}
    made = admin.call("POST", "/api/v2/oauth/clients", body).body
    path = f"/api/v2/oauth/clients/{made['id']}"
    changed = admin.call("PUT", path, body | {"name": "renamed"}).body
    assert (changed["name"], "secret" in changed) == ("renamed", False)
    assert "secret" not in json.dumps([admin.call("GET", path).body, admin.call("GET", "/api/v2/oauth/clients").body])
    answer = console.ask_token(client_id=made["id"], client_secret=made["secret"], grant_type="client_credentials")
    assert (answer.status, answer.body["expires_in"]) == (200, 600)


def test_the_secret_is_nowhere_in_the_table(console: Console, admin: Console) -> None:
    made = admin.call(
        "POST", "/api/v2/oauth/clients", {"name": "hashed", "authorizedGrantType": "CLIENT-CREDENTIALS"}
    ).body
    stored = json.dumps(console.cloud.client("dynamodb").scan(TableName="dev-identity")["Items"])
    assert made["id"] in stored
    assert made["secret"] not in stored


def test_a_deleted_client_is_gone(console: Console, admin: Console) -> None:
    made = admin.call(
        "POST", "/api/v2/oauth/clients", {"name": "gone", "authorizedGrantType": "CLIENT-CREDENTIALS"}
    ).body
    assert admin.call("DELETE", f"/api/v2/oauth/clients/{made['id']}").status == 204
    assert admin.call("GET", f"/api/v2/oauth/clients/{made['id']}").body["code"] == "not.found"
    credentials = f"{made['id']}:{made['secret']}"
    assert console.ask_token(basic=credentials, grant_type="client_credentials").status == 401
