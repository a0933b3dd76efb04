"""What a token request and an OAuth client may look like, before anything is stored."""

import base64

import pytest
from switchboard.identity import secret_hash
from switchboard.identity.clients import grants_of
from switchboard.identity.entities import CLIENT
from switchboard.kit.entities import HOME_DIVISION
from switchboard.kit.errors import BadRequestError, DomainError, InvalidValueError

from functions.identity.api.token import token_request


def basic(credentials: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(credentials.encode()).decode()}


def test_basic_credentials_win_over_the_body() -> None:
    request = token_request(basic("client:secret"), b"grant_type=client_credentials&client_id=other&client_secret=x")
    assert (request.grant_type, request.client_id, request.client_secret) == ("client_credentials", "client", "secret")


def test_credentials_may_stand_in_the_body() -> None:
    request = token_request({}, b"grant_type=client_credentials&client_id=c&client_secret=a%2Bb%26")
    assert (request.client_id, request.client_secret) == ("c", "a+b&")


def test_a_secret_may_hold_colons_and_percent_encoded_letters() -> None:
    assert token_request(basic("c:a:b%3Ac"), b"").client_secret == "a:b:c"


@pytest.mark.parametrize("header", ["Basic", "Basic !!", "Basic /w==", "Bearer abc", "Basic " + "YWJj"])
def test_a_header_that_cannot_be_read_counts_as_none(header: str) -> None:
    assert token_request({"authorization": header}, b"\xff\xfe=&&").client_id == ""


def test_no_secret_shows_in_the_request_s_text() -> None:
    request = token_request(basic("client:hidden-secret"), b"code=hidden-code&refresh_token=hidden-token")
    assert "hidden" not in repr(request)


def test_a_secret_s_hash_is_salted_and_matches_only_the_secret() -> None:
    first, second = secret_hash.hashed("s3cret"), secret_hash.hashed("s3cret")
    assert first != second
    assert secret_hash.matches("s3cret", first)
    assert secret_hash.matches("s3cret", second)
    assert not secret_hash.matches("s3cret ", first)
    assert "s3cret" not in first


def test_roles_without_a_division_are_held_in_home() -> None:
    grants = grants_of({"roleIds": ["a"], "roleDivisions": [{"roleId": "b", "divisionId": "d"}, {"roleId": "c"}]})
    assert [(grant.role_id, grant.division_id) for grant in grants] == [
        ("b", "d"),
        ("c", HOME_DIVISION),
        ("a", HOME_DIVISION),
    ]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"authorizedGrantType": "CODE"}, BadRequestError),
        ({"registeredRedirectUri": ["http://example.com/cb"]}, InvalidValueError),
        ({"registeredRedirectUri": ["https://example.com/cb#part"]}, InvalidValueError),
        ({"registeredRedirectUri": ["javascript:alert(1)"]}, InvalidValueError),
        ({"registeredRedirectUri": ["https:///nowhere"]}, InvalidValueError),
        ({"accessTokenValiditySeconds": 299}, InvalidValueError),
        ({"accessTokenValiditySeconds": 172_801}, InvalidValueError),
    ],
)
def test_a_client_that_would_be_a_risk_is_refused(changes: dict[str, object], error: type[DomainError]) -> None:
    with pytest.raises(error):
        CLIENT.check({"authorizedGrantType": "CLIENT-CREDENTIALS", **changes}, None)


def test_a_client_on_this_machine_may_do_without_https() -> None:
    CLIENT.check({"authorizedGrantType": "CODE", "registeredRedirectUri": ["http://127.0.0.1:8080/"]}, None)
