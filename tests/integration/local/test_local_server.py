"""A served cloud: the endpoints under /local, sockets, links to stored files, the sign-in page."""

import asyncio
import base64
import hashlib
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import httpx
import pytest
from botocore.config import Config
from joserfc import jwt
from joserfc.jwk import KeySet
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

from local.cloud import LocalCloud
from tests.integration.local import handlers
from tests.integration.local.conftest import send
from tests.integration.local.templates import Resources, att, consumer, function, queue, stack

PASSWORD = "Correct-horse-1"
CALLBACK = "https://console.example/callback"
SOCKET_ENDPOINT = {"Fn::Sub": "https://${Socket}.execute-api.${AWS::Region}.amazonaws.com/live"}
CONNECTIONS = "arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${Socket}/live/POST/@connections/*"
MANAGE = {"execute-api:ManageConnections": [{"Fn::Sub": CONNECTIONS}]}


def websocket_api() -> Resources:
    api = {"ProtocolType": "WEBSOCKET", "RouteSelectionExpression": "$request.body.action"}
    resources: Resources = {
        "Socket": {"Type": "AWS::ApiGatewayV2::Api", "Properties": api},
        "Live": {"Type": "AWS::ApiGatewayV2::Stage", "Properties": {"ApiId": {"Ref": "Socket"}, "StageName": "live"}},
        "Answer": {"Type": "AWS::ApiGatewayV2::Integration", "Properties": {"IntegrationUri": att("OnSocket")}},
    }
    for key in ("$connect", "$disconnect", "$default"):
        target = {"Fn::Join": ["", ["integrations/", {"Ref": "Answer"}]]}
        properties = {"ApiId": {"Ref": "Socket"}, "RouteKey": key, "Target": target}
        resources[f"Route{key[1:]}"] = {"Type": "AWS::ApiGatewayV2::Route", "Properties": properties}
    return resources


def user_pool() -> Resources:
    client = {"UserPoolId": {"Ref": "Pool"}, "CallbackURLs": [CALLBACK]}
    return {
        "Pool": {"Type": "AWS::Cognito::UserPool", "Properties": {}},
        "PoolClient": {"Type": "AWS::Cognito::UserPoolClient", "Properties": client},
    }


@pytest.fixture(scope="module")
def cloud() -> Iterator[LocalCloud]:
    template = stack(
        queue("Dead"),
        queue("Work", dead_letters="Dead", receives=1),
        consumer("Worker", "all_or_nothing", "Work"),
        websocket_api(),
        function("OnSocket", "socket", allow=MANAGE, WEBSOCKET_API_ENDPOINT=SOCKET_ENDPOINT),
        function("Poster", "post", allow=MANAGE, WEBSOCKET_API_ENDPOINT=SOCKET_ENDPOINT),
        user_pool(),
        {"Files": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "test-files"}}},
    )
    with LocalCloud(template, port=0) as running:
        yield running


@pytest.fixture(autouse=True)
def _forget() -> None:
    handlers.received.clear()
    handlers.failing.clear()


def test_the_clock_moves_and_settling_waits_for_the_work(cloud: LocalCloud) -> None:
    with httpx.Client(base_url=cloud.url) as http:
        assert http.get("/local/health").json() == {"status": "ok"}
        before = http.get("/local/clock").json()["now"]
        send(cloud, "test-Work", "a", "b", DelaySeconds=900)
        assert http.post("/local/settle").status_code == 200
        assert handlers.received["test-Worker"] == []
        after = http.post("/local/clock", json={"advance": "PT15M"}).json()["now"]
        assert before < after <= http.get("/local/clock").json()["now"]
        assert sum(len(event["Records"]) for event in handlers.received["test-Worker"]) == 2
        assert http.post("/local/clock", json={"advance": "soon"}).status_code == 400


def test_dead_letters_say_why(cloud: LocalCloud) -> None:
    handlers.failing.add("poison")
    send(cloud, "test-Work", "poison")
    with httpx.Client(base_url=cloud.url) as http:
        http.post("/local/clock", json={"advance": "PT1H"})
        letters = http.get("/local/deadletters").json()
    assert letters == {"entities": [{"queue": "test-Dead", "body": "poison", "reason": "ValueError: poison"}]}


def test_calls_of_functions_are_counted(cloud: LocalCloud) -> None:
    with httpx.Client(base_url=cloud.url) as http:
        assert http.delete("/local/calls").status_code == 204
        cloud.functions.invoke(cloud.function("test-Poster"), {"connection": "gone"})
        (entry,) = http.get("/local/calls").json()["entities"]
    assert (entry["function"], entry["service"], entry["operation"]) == (
        "test-Poster",
        "apigatewaymanagementapi",
        "PostToConnection",
    )
    assert (entry["count"], entry["readUnits"], entry["writeUnits"]) == (1, 0, 0)


async def _connection_id() -> str:
    for _ in range(100):
        if handlers.received["test-OnSocket"]:
            return str(handlers.received["test-OnSocket"][0]["requestContext"]["connectionId"])
        await asyncio.sleep(0.02)
    raise TimeoutError


async def _next(socket: ClientConnection) -> Any:
    return await asyncio.wait_for(socket.recv(), 5)


def test_a_socket_is_answered_and_posted_to(cloud: LocalCloud) -> None:
    async def talk() -> None:
        address = cloud.url.replace("http", "ws") + "/ws"
        async with connect(f"{address}?key=open") as socket:
            connection_id = await _connection_id()
            await socket.send("hello")
            assert await _next(socket) == "hello"
            await socket.send("post")
            assert await _next(socket) == "posted"
            poster = cloud.function("test-Poster")
            assert await asyncio.to_thread(cloud.functions.invoke, poster, {"connection": connection_id}) == "sent"
            assert await _next(socket) == "hello"
        for _ in range(100):
            if handlers.received["test-OnSocket"][-1]["requestContext"]["eventType"] == "DISCONNECT":
                break
            await asyncio.sleep(0.02)
        assert handlers.received["test-OnSocket"][-1]["requestContext"]["eventType"] == "DISCONNECT"
        assert await asyncio.to_thread(cloud.functions.invoke, poster, {"connection": connection_id}) == "410"

    asyncio.run(talk())


def test_the_connect_function_can_refuse(cloud: LocalCloud) -> None:
    async def talk() -> None:
        async with connect(cloud.url.replace("http", "ws") + "/ws"):
            pass

    with pytest.raises(InvalidStatus) as refused:
        asyncio.run(talk())
    assert refused.value.response.status_code == 403


def presigned(cloud: LocalCloud, operation: str, lifetime: int = 60, **parameters: str) -> str:
    config = Config(signature_version="s3v4", s3={"addressing_style": "path"})
    s3 = boto3.client("s3", region_name=cloud.region, endpoint_url=f"{cloud.url}/local/s3", config=config)
    return str(s3.generate_presigned_url(operation, Params={"Bucket": "test-files", **parameters}, ExpiresIn=lifetime))


def test_a_signed_link_serves_the_file_for_its_lifetime(cloud: LocalCloud) -> None:
    key = "a folder/ä.txt"
    assert (
        httpx.put(
            presigned(cloud, "put_object", Key=key), content=b"text", headers={"content-type": "text/plain"}
        ).status_code
        == 200
    )
    disposition = 'attachment; filename="x.txt"'
    answer = httpx.get(presigned(cloud, "get_object", Key=key, ResponseContentDisposition=disposition))
    assert (answer.content, answer.headers["content-type"]) == (b"text", "text/plain")
    assert answer.headers["content-disposition"] == disposition
    assert httpx.get(presigned(cloud, "get_object", Key="none")).status_code == 404
    for bad in (
        presigned(cloud, "get_object", lifetime=-1, Key=key),
        presigned(cloud, "get_object", Key="none").replace("/none", "/a%20folder/%C3%A4.txt"),
        presigned(cloud, "get_object", Key=key).split("?")[0],
    ):
        assert httpx.get(bad).status_code == 403


class TestSignIn:
    VERIFIER = "v" * 43
    CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")

    @pytest.fixture
    def client_id(self, cloud: LocalCloud) -> str:
        cognito = cloud.client("cognito-idp")
        pool = cognito.list_user_pools(MaxResults=1)["UserPools"][0]["Id"]
        name = f"ana-{len(cognito.list_users(UserPoolId=pool)['Users'])}"
        cognito.admin_create_user(UserPoolId=pool, Username=name)
        cognito.admin_set_user_password(UserPoolId=pool, Username=name, Password=PASSWORD, Permanent=True)
        self.username = name
        return str(cognito.list_user_pool_clients(UserPoolId=pool, MaxResults=1)["UserPoolClients"][0]["ClientId"])

    def query(self, client_id: str, /, **changed: str) -> dict[str, str]:
        standard = {"response_type": "code", "client_id": client_id, "redirect_uri": CALLBACK, "state": "<s>"}
        return standard | {"code_challenge": self.CHALLENGE, "code_challenge_method": "S256"} | changed

    def sign_in(self, http: httpx.Client, client_id: str, password: str = PASSWORD) -> httpx.Response:
        form = {"username": self.username, "password": password}
        return http.post("/local/cognito/oauth2/authorize", params=self.query(client_id), data=form)

    def redeem(self, http: httpx.Client, client_id: str, code: str, verifier: str) -> httpx.Response:
        form = {"grant_type": "authorization_code", "client_id": client_id, "redirect_uri": CALLBACK}
        return http.post("/local/cognito/oauth2/token", data=form | {"code": code, "code_verifier": verifier})

    def test_code_flow_with_pkce(self, cloud: LocalCloud, client_id: str) -> None:
        with httpx.Client(base_url=cloud.url) as http:
            page = http.get("/local/cognito/oauth2/authorize", params=self.query(client_id))
            assert "password" in page.text
            assert "<s>" not in page.text
            answer = parse_qs(urlsplit(self.sign_in(http, client_id).headers["location"]).query)
            assert answer["state"] == ["<s>"]
            tokens = self.redeem(http, client_id, answer["code"][0], self.VERIFIER).json()
            keys = KeySet.import_key_set(http.get("/local/cognito/.well-known/jwks.json").json())
            claims = jwt.decode(tokens["id_token"], keys, algorithms=["RS256"]).claims
            assert claims["cognito:username"] == self.username
            assert self.redeem(http, client_id, answer["code"][0], self.VERIFIER).json() == {"error": "invalid_grant"}

    def test_what_is_refused(self, cloud: LocalCloud, client_id: str) -> None:
        with httpx.Client(base_url=cloud.url) as http:
            assert "Incorrect" in self.sign_in(http, client_id, "wrong").text
            code = parse_qs(urlsplit(self.sign_in(http, client_id).headers["location"]).query)["code"][0]
            assert self.redeem(http, client_id, code, "w" * 43).json() == {"error": "invalid_grant"}
            for changed in (
                {"redirect_uri": "https://evil.example"},
                {"client_id": "other"},
                {"response_type": "token"},
            ):
                refused = http.get("/local/cognito/oauth2/authorize", params=self.query(client_id, **changed))
                assert refused.status_code == 400


def test_an_unknown_path_is_a_platform_error(cloud: LocalCloud) -> None:
    answer = httpx.get(f"{cloud.url}/nobody")
    assert (answer.status_code, json.loads(answer.text)["code"]) == (404, "route.not.found")
