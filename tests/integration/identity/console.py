"""A client of the console API, through the gateway of a local cloud."""

import base64
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from switchboard.identity import api as identity
from switchboard.kit import ids
from switchboard.kit.callers import EVERY_DIVISION

from local.cloud import LocalCloud

Json = dict[str, Any]
SECRET = "a-secret"


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any
    headers: dict[str, str]


@dataclass(frozen=True)
class Console:
    """The API of `cloud`, called with `token` (none: without a token)."""

    cloud: LocalCloud
    token: str = ""

    def call(self, method: str, path: str, body: Any = None, **query: str) -> Answer:
        headers = [("content-type", "application/json")]
        if self.token:
            headers.append(("authorization", f"Bearer {self.token}"))
        raw = json.dumps(body).encode() if body is not None else b""
        answer = self.cloud.http(method, path, query=urlencode(query), headers=headers, body=raw)
        return _answer(answer)

    def ask_token(self, *, basic: str = "", **form: str) -> Answer:
        """POST /oauth/token; `basic`: `id:secret`."""
        headers = [("content-type", "application/x-www-form-urlencoded")]
        if basic:
            headers.append(("authorization", f"Basic {base64.b64encode(basic.encode()).decode()}"))
        answer = self.cloud.http("POST", "/oauth/token", headers=headers, body=urlencode(form).encode())
        return _answer(answer)

    def as_client(self, client_id: str, secret: str = SECRET) -> "Console":
        answer = self.ask_token(basic=f"{client_id}:{secret}", grant_type="client_credentials")
        assert answer.status == 200, answer.body
        return Console(self.cloud, answer.body["access_token"])

    def client(self, *permissions: str, division: str = EVERY_DIVISION, user_id: str = "") -> "Console":
        """As a new client that holds the permissions in the division, or acts as the user."""
        client_id = ids.new()
        with self.cloud.as_function("identity-api"):
            body: Json = {"name": client_id, "authorizedGrantType": "CLIENT-CREDENTIALS"}
            if permissions:
                role = identity.roles().create({"name": f"role of {client_id}", "permissions": list(permissions)})
                body["roleDivisions"] = [{"roleId": role["id"], "divisionId": division}]
            identity.clients().create(body, identifier=client_id, secret=SECRET, user_id=user_id)
        return self.as_client(client_id)


def _answer(answer: Any) -> Answer:
    headers = dict(answer.headers)
    is_json = headers.get("content-type", "").startswith("application/json") and answer.body
    return Answer(answer.status, json.loads(answer.body) if is_json else answer.body.decode(), headers)
