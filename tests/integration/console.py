"""The console API of a local cloud, as a client with a token calls it, without sockets."""

import base64
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from local.cloud import LocalCloud


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any


@dataclass(frozen=True)
class Console:
    """A client of the demo organization."""

    cloud: LocalCloud
    token: str

    def call(self, method: str, path: str, body: Any = None, **query: Any) -> Answer:
        headers = [("authorization", f"Bearer {self.token}"), ("content-type", "application/json")]
        raw = b"" if body is None else json.dumps(body).encode()
        response = self.cloud.http(method, f"/api/v2{path}", query=urlencode(query), headers=headers, body=raw)
        return Answer(response.status, json.loads(response.body) if response.body else None)

    def done(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """The body of a call that must succeed."""
        answer = self.call(method, path, body, **query)
        assert answer.status in (200, 202, 204), answer.body
        return answer.body

    def refused(self, method: str, path: str, body: Any = None, **query: Any) -> tuple[int, str, str]:
        """(status, code, name of the field) of a call that must be refused."""
        answer = self.call(method, path, body, **query)
        assert answer.status >= 400, answer.body
        details = answer.body["details"]
        return answer.status, answer.body["code"], details[0]["fieldName"] if details else ""


def sign_in(cloud: LocalCloud, client_id: str = "demo-admin") -> Console:
    credentials = base64.b64encode(f"{client_id}:demo-secret".encode()).decode()
    headers = [
        ("authorization", f"Basic {credentials}"),
        ("content-type", "application/x-www-form-urlencoded"),
    ]
    response = cloud.http("POST", "/oauth/token", headers=headers, body=b"grant_type=client_credentials")
    assert response.status == 200, response.body
    return Console(cloud, json.loads(response.body)["access_token"])
