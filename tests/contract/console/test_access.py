"""What holds for every operation: who has no token, no permission, or asks for what is not there is told so alike."""

import base64
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from local.cloud import LocalCloud
from tests.contract.console.agreement import NOBODY
from tests.e2e.contact_centre import ContactCentre
from tests.e2e.refusals import Refused, refusal
from tools.served import apis

# A grant that is not there is as good as one that was taken back.
REPEATABLE = {"UsersApi.delete_authorization_subject_division_role"}


@pytest.fixture(scope="module")
def declared() -> list[Any]:
    return [each for api in apis().values() for each in api.declared]


def refused(client: Any, operation: Any) -> Refused:
    """The refusal of the operation, called with ids of nothing and an empty body."""
    path = operation.path
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    ids = dict.fromkeys(names, NOBODY) | ({"sourceId": "purecloud"} if "sourceId" in names else {})
    body: Any = [] if operation.request.startswith("list[") else {} if operation.request else None
    query = {"flow": NOBODY} if operation.name.endswith("actions_publish") else {}
    return refusal(
        lambda: client.call_api(
            path,
            operation.method,
            ids,
            query,
            {"Content-Type": "application/json"},
            body,
            auth_settings=["PureCloud OAuth"],
        )
    )


def test_without_the_permission_403_names_it(nobody: Any, declared: list[Any]) -> None:
    wrong = {}
    for each in declared:
        if each.permission:
            answer = refused(nobody, each.operation)
            if (answer.status, answer.code) != (403, "missing.permissions") or each.permission not in answer.message:
                wrong[each.operation.name] = answer
    assert wrong == {}


def test_without_a_token_401(centre: ContactCentre, declared: list[Any]) -> None:
    stranger = centre.sdk_with("")
    closed = [each.operation for each in declared if not each.operation.open]
    answers = {operation.name: refused(stranger, operation) for operation in closed}
    assert {name: answer for name, answer in answers.items() if answer.status != 401} == {}


def test_what_is_not_there_is_404(admin: Any, declared: list[Any]) -> None:
    """With the platform's body, in which contextId is the correlation id of the answer."""
    named = [each.operation for each in declared if "{" in each.operation.path]
    named = [each for each in named if each.method in ("GET", "DELETE") and each.name not in REPEATABLE]
    answers = {operation.name: refused(admin, operation) for operation in named}
    assert {
        name: answer for name, answer in answers.items() if (answer.status, answer.code) != (404, "not.found")
    } == {}


def base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def tampered(token: str) -> Iterator[str]:
    header, claims, signature = token.split(".")
    decoded = json.loads(base64.urlsafe_b64decode(claims + "=="))
    forged = base64url(json.dumps(decoded | {"sub": "demo-admin"}).encode())
    unsigned = base64url(b'{"alg":"none","typ":"JWT"}')
    yield f"{header}.{forged}.{signature}"
    yield f"{unsigned}.{forged}."
    yield f"{header}.{claims}.{signature[:-8]}AAAAAAAA"
    yield "not a token"


def test_a_forged_token_is_no_token(centre: ContactCentre) -> None:
    for token in tampered(centre.token("demo-ana")):
        answer = centre.http.get("/api/v2/users/me", headers={"authorization": f"Bearer {token}"})
        assert answer.status_code == 401, token


def test_an_expired_token_is_no_token(cloud: LocalCloud) -> None:
    """By the wall clock: API Gateway does not know that the local one was moved."""
    centre = ContactCentre(cloud.url)
    header, claims, _ = centre.token("demo-admin").split(".")
    expired = json.loads(base64.urlsafe_b64decode(claims + "==")) | {"exp": int(time.time()) - 1}
    signed = f"{header}.{base64url(json.dumps(expired).encode())}"
    key = cloud.function("identity-api").environment["SIGNING_KEY_ID"]
    signature = cloud.client("kms").sign(
        KeyId=key, Message=signed.encode(), MessageType="RAW", SigningAlgorithm="RSASSA_PKCS1_V1_5_SHA_256"
    )["Signature"]
    answer = centre.http.get(
        "/api/v2/routing/queues", headers={"authorization": f"Bearer {signed}.{base64url(signature)}"}
    )
    assert (answer.status_code, answer.json()["code"]) == (401, "credentials.expired")


def test_a_path_that_no_operation_owns(centre: ContactCentre) -> None:
    answer = centre.http.get("/api/v2/nothing/here", headers=centre.bearer())
    assert (answer.status_code, answer.json()["code"]) == (404, "route.not.found")
    assert answer.json()["contextId"] == answer.headers["inin-correlation-id"]


def test_a_wrong_secret_gets_no_token(centre: ContactCentre) -> None:
    for credentials in (("demo-ana", "wrong"), ("nobody", "demo-secret"), ("demo-ana", "")):
        answer = centre.http.post("/oauth/token", data={"grant_type": "client_credentials"}, auth=credentials)
        assert answer.status_code == 401
        assert answer.json().keys() >= {"error", "description"}
