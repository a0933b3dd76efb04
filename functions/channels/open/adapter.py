"""The Open Messaging adapter: signed webhooks both ways (Genesys Cloud developer centre, "Open Messaging")."""

import json
from collections.abc import Mapping
from typing import Any

from switchboard.channels.adapter import (
    Connection,
    HttpRequest,
    HttpResponse,
    MediaGoneError,
    Refusal,
    SignatureError,
)
from switchboard.channels.message import Attachment, ErrorClass, Inbound, OutboundMessage, Problem, inbound
from switchboard.channels.reading import integer
from switchboard.channels.signatures import SIGNATURE_HEADER, is_signed, signed

from functions.channels.open.payloads import CHANNEL, events_of
from functions.channels.open.sends import body_of

SECRET = "outboundSecret"  # noqa: S105 - the name of the secret
HEADER_PREFIX = "header:"


class OpenMessaging:
    """One middleware."""

    name = CHANNEL

    def challenge(self, query: Mapping[str, str], connection: Connection) -> str | None:
        return None  # middleware knows its own integration

    def verify(self, raw: bytes, headers: Mapping[str, str], connection: Connection) -> None:
        signature = headers.get(SIGNATURE_HEADER, "")
        if not is_signed(connection.secrets.get(SECRET, ""), raw, signature, base64_too=True):
            raise SignatureError("The signature is missing or wrong.")

    def accounts(self, payload: Mapping[str, Any]) -> set[str]:
        return set()

    def parse(self, payload: Mapping[str, Any], connection: Connection) -> list[Inbound]:
        return [inbound(CHANNEL, connection.integration_id, event) for event in events_of(payload)]

    def send_request(self, message: OutboundMessage, connection: Connection) -> HttpRequest:
        body = json.dumps(body_of(message, connection), ensure_ascii=False).encode()
        own = {
            name.removeprefix(HEADER_PREFIX): value
            for name, value in connection.secrets.items()
            if name.startswith(HEADER_PREFIX)
        }
        headers = {
            **own,
            "content-type": "application/json",
            SIGNATURE_HEADER: signed(connection.secrets.get(SECRET, ""), body),
        }
        return HttpRequest(method="POST", url=connection.address["webhookUrl"], headers=headers, body=body)

    def accepted(self, response: HttpResponse) -> str:
        return ""  # messages go by our id

    def refused(self, response: HttpResponse) -> Refusal:
        status = response.status
        return Refusal(
            problem=Problem(
                error_class=_class_of(status),
                code=f"http.{status}",
                message=f"The middleware answered with status {status}.",
            ),
            retry_after_seconds=integer(response.headers.get("retry-after")),
        )

    def media_lookup(self, attachment: Attachment, connection: Connection) -> HttpRequest | None:
        return None

    def media_download(self, attachment: Attachment, found: HttpResponse | None, connection: Connection) -> HttpRequest:
        if not attachment.url:
            raise MediaGoneError("no link")
        return HttpRequest(method="GET", url=attachment.url)

    def media_hosts(self) -> tuple[str, ...]:
        return ()


def _class_of(status: int) -> ErrorClass:
    if status in (401, 403):
        return "auth"
    if status == 429:
        return "rate"
    if status >= 500:
        return "retry"
    return "content" if status in (400, 413, 415, 422) else "config"
