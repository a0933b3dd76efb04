"""The HTTP API: routes, events, answers, tokens."""

import base64
import json
import time
from datetime import timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from local.cloud import LocalCloud
from local.gateway import MAX_BODY
from local.http_messages import Response
from tests.integration.local.conftest import StartCloud
from tests.integration.local.templates import Resources, att, function, stack

KEY = RSAKey.generate_key(2048, {"kid": "one"})
OPEN_ROUTES = {
    "ANY /items/{proxy+}": "Greedy",
    "GET /items/{id}": "ById",
    "ANY /items/{id}": "AnyById",
    "GET /items/new": "Exact",
    "POST /files": "Greedy",
    "GET /broken": "Broken",
    "GET /.well-known/{proxy+}": "Keys",
}


def api(routes: dict[str, str], protected: dict[str, str]) -> Resources:
    resources: Resources = {
        "Api": {
            "Type": "AWS::ApiGatewayV2::Api",
            "Properties": {
                "ProtocolType": "HTTP",
                "CorsConfiguration": {"AllowOrigins": ["*"], "AllowMethods": ["GET"]},
            },
        },
        "Jwt": {
            "Type": "AWS::ApiGatewayV2::Authorizer",
            "Properties": {"JwtConfiguration": {"Issuer": att("Api", "ApiEndpoint"), "Audience": ["api"]}},
        },
    }
    for number, (key, name) in enumerate((routes | protected).items()):
        integration, route = f"Integration{number}", f"Route{number}"
        resources[integration] = {"Type": "AWS::ApiGatewayV2::Integration", "Properties": {"IntegrationUri": att(name)}}
        target = {"Fn::Join": ["", ["integrations/", {"Ref": integration}]]}
        properties: dict[str, Any] = {"ApiId": {"Ref": "Api"}, "RouteKey": key, "Target": target}
        if key in protected:
            properties |= {"AuthorizationType": "JWT", "AuthorizerId": {"Ref": "Jwt"}}
        resources[route] = {"Type": "AWS::ApiGatewayV2::Route", "Properties": properties}
    return resources


def template() -> dict[str, Any]:
    keys = json.dumps({"keys": [KEY.as_dict(private=False)]})
    echoes = [function(name, "echo") for name in ("Greedy", "ById", "AnyById", "Exact", "Secured")]
    issuer = function("Keys", "publish_keys", PUBLIC_URL=att("Api", "ApiEndpoint"), JWKS=keys)
    return stack(api(OPEN_ROUTES, {"GET /secured": "Secured"}), *echoes, issuer, function("Broken", "broken"))


@pytest.fixture
def cloud(start_cloud: StartCloud) -> LocalCloud:
    return start_cloud(template())


@pytest.mark.parametrize(
    ("method", "path", "route_key", "parameters"),
    [
        ("GET", "/items/new", "GET /items/new", None),
        ("GET", "/items/7", "GET /items/{id}", {"id": "7"}),
        ("PUT", "/items/7", "ANY /items/{id}", {"id": "7"}),
        ("GET", "/items/7/parts/a%20b", "ANY /items/{proxy+}", {"proxy": "7/parts/a b"}),
    ],
)
def test_the_most_literal_route_wins(
    cloud: LocalCloud, method: str, path: str, route_key: str, parameters: dict[str, str] | None
) -> None:
    event = cloud.http(method, path).json()
    assert event["routeKey"] == event["requestContext"]["routeKey"] == route_key
    assert event.get("pathParameters") == parameters


def test_the_event_is_payload_format_2(cloud: LocalCloud) -> None:
    headers = [
        ("x-tag", "a"),
        ("x-tag", "b"),
        ("cookie", "one=1; two=2"),
        ("content-type", "application/json; charset=utf-8"),
    ]
    response = cloud.http("POST", "/items/7/x", query="q=a&q=b&empty=", headers=headers, body='{"é": 1}'.encode())
    event = response.json()
    assert event["version"] == "2.0"
    assert event["headers"]["x-tag"] == "a,b"
    assert event["cookies"] == ["one=1", "two=2"]
    assert event["queryStringParameters"] == {"q": "a,b", "empty": ""}
    assert event["rawQueryString"] == "q=a&q=b&empty="
    assert (event["body"], event["isBase64Encoded"]) == ('{"é": 1}', False)
    assert event["requestContext"]["http"]["method"] == "POST"
    assert event["requestContext"]["stage"] == "$default"
    assert [value for name, value in response.headers if name == "set-cookie"] == ["a=1", "b=2"]


@pytest.mark.parametrize("content_type", ["application/octet-stream", "image/png", "application/x-www-form-urlencoded"])
def test_what_is_no_text_comes_in_base64(cloud: LocalCloud, content_type: str) -> None:
    event = cloud.http("POST", "/files", headers=[("content-type", content_type)], body=b"\xff\x00").json()
    assert event["isBase64Encoded"]
    assert base64.b64decode(event["body"]) == b"\xff\x00"


def test_the_gateway_answers_in_the_platforms_error_body(cloud: LocalCloud) -> None:
    def code(response: Response) -> tuple[int, str]:
        body = response.json()
        assert ("inin-correlation-id", body["contextId"]) in response.headers
        return response.status, body["code"]

    assert code(cloud.http("GET", "/nobody")) == (404, "route.not.found")
    assert code(cloud.http("DELETE", "/secured")) == (404, "route.not.found")
    assert code(cloud.http("GET", "/broken")) == (500, "internal.server.error")
    assert code(cloud.http("POST", "/files", body=b"x" * (MAX_BODY + 1))) == (413, "request.entity.too.large")


def token(cloud: LocalCloud, key: RSAKey = KEY, **claims: Any) -> str:
    now = int(cloud.clock.timestamp())
    standard = {
        "iss": cloud.url,
        "aud": "api",
        "iat": now,
        "exp": now + 3600,
        "sub": "someone",
        "roles": ["a", "b"],
        "n": 1,
    }
    return jwt.encode({"alg": "RS256", "kid": "one"}, standard | claims, key)


def test_a_valid_token_passes_with_its_claims_as_text(cloud: LocalCloud) -> None:
    event = cloud.http("GET", "/secured", headers=[("authorization", f"Bearer {token(cloud)}")]).json()
    claims = event["requestContext"]["authorizer"]["jwt"]["claims"]
    assert (claims["sub"], claims["roles"], claims["n"]) == ("someone", "[a b]", "1")


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"iss": "https://elsewhere"}, "bad.credentials"),
        ({"aud": "other"}, "bad.credentials"),
        ({"exp": int(time.time()) - 1}, "credentials.expired"),
        ({"exp": None}, "credentials.expired"),
        ({"nbf": int(time.time()) + 600}, "bad.credentials"),
    ],
)
def test_a_token_is_refused(cloud: LocalCloud, claims: dict[str, Any], code: str) -> None:
    response = cloud.http("GET", "/secured", headers=[("authorization", f"Bearer {token(cloud, **claims)}")])
    assert (response.status, response.json()["code"]) == (401, code)


def test_a_token_must_be_signed_by_the_issuers_key(cloud: LocalCloud) -> None:
    forged = token(cloud, RSAKey.generate_key(2048, {"kid": "one"}))
    unsigned = ".".join([base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("="), forged.split(".")[1], ""])
    for text in (forged, unsigned, "nonsense"):
        response = cloud.http("GET", "/secured", headers=[("authorization", f"Bearer {text}")])
        assert (response.status, response.json()["code"]) == (401, "bad.credentials")
    assert cloud.http("GET", "/secured").json()["code"] == "authentication.required"


def test_moving_the_clock_neither_expires_nor_forbids_tokens(cloud: LocalCloud) -> None:
    before = token(cloud)
    cloud.advance(timedelta(hours=25))
    for text in (before, token(cloud)):
        assert cloud.http("GET", "/secured", headers=[("authorization", f"Bearer {text}")]).status == 200


def test_a_browser_of_another_origin_is_answered(cloud: LocalCloud) -> None:
    asked = [("origin", "https://shop.example"), ("access-control-request-method", "GET")]
    preflight = cloud.http("OPTIONS", "/secured", headers=asked)
    assert preflight.status == 204
    assert ("access-control-allow-methods", "GET") in preflight.headers
    assert ("access-control-allow-origin", "*") in cloud.http("GET", "/items/1", headers=asked[:1]).headers
