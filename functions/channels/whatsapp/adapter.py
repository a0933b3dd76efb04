"""The WhatsApp adapter (Meta, "WhatsApp Cloud API", Graph v25.0)."""

import hmac
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from switchboard.channels.adapter import (
    Connection,
    HttpRequest,
    HttpResponse,
    MediaGoneError,
    Refusal,
    SignatureError,
    UnreadableAnswerError,
)
from switchboard.channels.message import Attachment, Inbound, OutboundMessage
from switchboard.channels.reading import decode, identifier, integer, items, mapping, string
from switchboard.channels.signatures import SIGNATURE_HEADER, is_signed
from switchboard.kit import settings

from functions.channels.whatsapp.errors import PAIR_RATE, problem_of
from functions.channels.whatsapp.payloads import CHANNEL, inbound_events, phone_numbers
from functions.channels.whatsapp.sends import body_of

LONGEST_CHALLENGE = 256


class WhatsApp:
    """One WhatsApp number."""

    name = CHANNEL

    def challenge(self, query: Mapping[str, str], connection: Connection) -> str | None:
        token, expected = query.get("hub.verify_token", ""), connection.secrets.get("verifyToken", "")
        same = hmac.compare_digest(token.encode("utf-8", "surrogatepass"), expected.encode())
        if query.get("hub.mode") != "subscribe" or not expected or not same:
            return None
        return query.get("hub.challenge", "")[:LONGEST_CHALLENGE]

    def verify(self, raw: bytes, headers: Mapping[str, str], connection: Connection) -> None:
        if not is_signed(connection.secrets.get("appSecret", ""), raw, headers.get(SIGNATURE_HEADER, "")):
            raise SignatureError("The signature is missing or wrong.")

    def accounts(self, payload: Mapping[str, Any]) -> set[str]:
        return phone_numbers(payload)

    def parse(self, payload: Mapping[str, Any], connection: Connection) -> list[Inbound]:
        return inbound_events(payload, connection)

    def send_request(self, message: OutboundMessage, connection: Connection) -> HttpRequest:
        body = json.dumps(body_of(message), ensure_ascii=False).encode()
        path = f"{connection.address['phoneNumberId']}/messages"
        headers = {"content-type": "application/json", **_authorization(connection)}
        return HttpRequest(method="POST", url=_graph(path), headers=headers, body=body)

    def accepted(self, response: HttpResponse) -> str:
        messages = items(_json(response).get("messages"))
        provider_id = identifier(mapping(messages[0]).get("id")) if messages else ""
        if not provider_id:
            raise UnreadableAnswerError("the answer names no message")
        return provider_id

    def refused(self, response: HttpResponse) -> Refusal:
        problem = problem_of(mapping(_json(response).get("error")), response.status)
        return Refusal(
            problem=problem,
            retry_after_seconds=integer(response.headers.get("retry-after")),
            scope="recipient" if problem.code == PAIR_RATE else "account",
        )

    def media_lookup(self, attachment: Attachment, connection: Connection) -> HttpRequest | None:
        """A direct link in the webhook lives five minutes; the id gives a fresh one."""
        if not attachment.media_id:
            return None
        return HttpRequest(
            method="GET", url=_graph(quote(attachment.media_id, safe="")), headers=_authorization(connection)
        )

    def media_download(self, attachment: Attachment, found: HttpResponse | None, connection: Connection) -> HttpRequest:
        url = string(_json(found).get("url")) if found else attachment.url
        if not url:
            raise MediaGoneError("no link")
        return HttpRequest(method="GET", url=url, headers=_authorization(connection))

    def media_hosts(self) -> tuple[str, ...]:
        """The access token goes along, so only Meta's own hosts may ask for it."""
        graph = urlsplit(_graph("")).hostname or ""
        return (graph, "lookaside.fbsbx.com", ".fbcdn.net", ".whatsapp.net")


def _graph(path: str) -> str:
    return f"{settings.required('GRAPH_API_URL')}/{path}"


def _authorization(connection: Connection) -> dict[str, str]:
    return {"authorization": f"Bearer {connection.secrets.get('accessToken', '')}"}


def _json(response: HttpResponse) -> dict[str, Any]:
    try:
        return mapping(decode(response.body))
    except ValueError:
        return {}
