"""A served local cloud as its users reach it: over HTTP, by the official SDK and by signed webhooks.

Knows nothing of the product's code.
"""

import hashlib
import hmac
import json
import os
import tempfile
from datetime import datetime
from typing import Any

import httpx

# The SDK watches the folder of its configuration file, or the nearest existing one above it, with threads of its own.
_home, os.environ["HOME"] = os.environ.get("HOME", ""), tempfile.mkdtemp()
import PureCloudPlatformClientV2 as platform  # noqa: E402

os.environ["HOME"] = _home

__all__ = ["SIGNATURE", "ContactCentre", "Json", "platform", "sign"]

SECRET = "demo-secret"
SIGNATURE = "x-hub-signature-256"
Json = dict[str, Any]


class ContactCentre:
    """`url`: where it serves. Raises httpx.HTTPStatusError where an endpoint under /local refuses."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = httpx.Client(base_url=url, timeout=60)
        self.organization: Json = self.local("GET", "org")
        self._tokens: dict[str, str] = {}

    # -- signing in

    def token(self, client_id: str, secret: str = SECRET) -> str:
        """A bearer token of the OAuth client, taken once."""
        if client_id not in self._tokens:
            form = {"grant_type": "client_credentials"}
            answer = self.http.post("/oauth/token", data=form, auth=(client_id, secret)).raise_for_status()
            self._tokens[client_id] = answer.json()["access_token"]
        return self._tokens[client_id]

    def sdk(self, client_id: str = "demo-admin", secret: str = SECRET) -> Any:
        """The official SDK's ApiClient, signed in as the OAuth client."""
        return self.sdk_with(self.token(client_id, secret))

    def sdk_with(self, token: str) -> Any:
        platform.configuration.host = self.url
        client = platform.api_client.ApiClient()
        client.access_token = token
        return client

    def bearer(self, client_id: str = "demo-admin") -> dict[str, str]:
        return {"authorization": f"Bearer {self.token(client_id)}"}

    # -- the demo organization

    def integration(self, channel: str) -> Json:
        return next(each for each in self.organization["integrations"] if each["channel"] == channel)

    def queue(self, name: str) -> str:
        return next(str(each["id"]) for each in self.organization["queues"] if each["name"] == name)

    def user(self, name: str) -> str:
        return next(str(each["id"]) for each in self.organization["users"] if each["name"] == name)

    # -- the world outside

    def webhook(self, channel: str, payload: Json | bytes, signature: str | None = None) -> httpx.Response:
        """A provider's webhook call, signed with the demo integration's secret unless a signature is given."""
        integration = self.integration(channel)
        secrets = integration["secrets"]
        raw = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        signed = sign(secrets.get("appSecret") or secrets["outboundSecret"], raw) if signature is None else signature
        headers = {"content-type": "application/json", **({SIGNATURE: signed} if signed else {})}
        return self.http.post(f"/webhooks/{channel}/{integration['id']}", content=raw, headers=headers)

    def requests(self, provider: str) -> list[Json]:
        """What the simulated provider was sent, oldest first."""
        return list(self.local("GET", f"providers/requests?provider={provider}")["entities"])

    def fault(self, provider: str, **fault: Any) -> None:
        """Make the provider's next calls fail: status, code, retryAfter, timeout, error, processed, times."""
        self.local("POST", "providers/faults", {"provider": provider, **fault})

    def report(self, channel: str, provider_id: str, *statuses: str, errors: list[Json] | None = None) -> None:
        """Let the simulated provider send receipts, in this order."""
        receipt = {"id": provider_id, "statuses": list(statuses), "errors": errors}
        self.local("POST", f"providers/{channel}/inbound", {"receipt": receipt})

    # -- steering

    def settle(self) -> None:
        """Returns when nothing that is due is left to be done."""
        self.local("POST", "settle")

    def advance(self, duration: str) -> None:
        """Move the clock by an ISO 8601 duration; what becomes due happens first."""
        self.local("POST", "clock", {"advance": duration})

    def now(self) -> datetime:
        return datetime.fromisoformat(self.local("GET", "clock")["now"])

    def dead_letters(self) -> list[Json]:
        return list(self.local("GET", "deadletters")["entities"])

    def local(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.http.request(method, f"/local/{path}", json=body).raise_for_status()
        return answer.json() if answer.content else None


def sign(secret: str, raw: bytes) -> str:
    return "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
