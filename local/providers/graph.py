"""Meta's Graph API for WhatsApp, as far as we call it: it checks a send as Meta does, answers, and reports by webhook."""

from __future__ import annotations

import base64
import hashlib
import json
import uuid
from dataclasses import dataclass
from typing import Any

from switchboard.channels.adapter import HttpRequest, HttpResponse

from local.providers.customers import Manner
from local.providers.journal import Fault, json_response
from local.providers.simulated import Simulated, Surroundings

PREFIX = "/whatsapp/graph/v25.0/"
MEDIA_PREFIX = "/whatsapp/media/"
LONGEST_TEXT = 4096
_CODE_OF_STATUS = {400: 100, 401: 190, 403: 10, 404: 100, 429: 130429}
TYPES = (
    "text",
    "image",
    "video",
    "audio",
    "document",
    "sticker",
    "template",
    "interactive",
    "reaction",
    "location",
    "contacts",
)
_PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


class GraphError(Exception):
    """A refusal in Meta's form."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.response = json_response(status, error_body(code, message))


def error_body(code: int, message: str) -> dict[str, Any]:
    return {"error": {"message": f"(#{code}) {message}", "type": "OAuthException", "code": code, "fbtrace_id": "local"}}


@dataclass(frozen=True)
class Media:
    content: bytes
    mime: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


class Graph(Simulated):
    """Meta, for the integrations of WhatsApp."""

    name = "whatsapp"

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(surroundings)
        self._media: dict[str, Media] = {}
        self._sent: list[tuple[str, str, dict[str, Any]]] = []

    # -- what we call

    def answer(self, path: str, request: HttpRequest) -> HttpResponse:
        try:
            if path.startswith(MEDIA_PREFIX):
                return self._content(path.removeprefix(MEDIA_PREFIX), request)
            target = path.removeprefix(PREFIX).strip("/")
            if request.method == "POST" and target.endswith("/messages"):
                return self._take(target.removesuffix("/messages"), request)
            if request.method == "GET" and "/" not in target:
                return self._media_facts(target, request)
            raise GraphError(404, 100, "Unsupported request")
        except GraphError as error:
            return error.response

    def fail(self, fault: Fault) -> HttpResponse:
        body = fault.body or error_body(fault.code or _CODE_OF_STATUS.get(fault.status, 2), "Simulated fault")
        headers = {"retry-after": str(fault.retry_after)} if fault.retry_after else {}
        return json_response(fault.status, body, **headers)

    def _take(self, number_id: str, request: HttpRequest) -> HttpResponse:
        integration = self._integration(number_id)
        self._authorize(request, integration)
        body = _checked(request.body)
        if body.get("status") == "read":
            return json_response(200, {"success": True})
        provider_id = f"wamid.{uuid.uuid4().hex.upper()}"
        given = str(body.get("to") or body.get("recipient"))
        with self._lock:
            self._sent.append((provider_id, integration["id"], body))
        # Before the answer, so that nothing is under way any more once the send step is done and `settle` may return.
        self.report(provider_id, ["sent", "delivered"], Manner())
        contact = {"input": given, "wa_id": given.lstrip("+")} if "to" in body else {"input": given, "user_id": given}
        return json_response(
            200,
            {
                "messaging_product": "whatsapp",
                "contacts": [contact],
                "messages": [{"id": provider_id, "message_status": "accepted"}],
            },
        )

    def _media_facts(self, media_id: str, request: HttpRequest) -> HttpResponse:
        self._authorize(request)
        media = self._stored(media_id)
        return json_response(
            200,
            {
                "messaging_product": "whatsapp",
                "id": media_id,
                "url": f"{self._base_url}/local/providers{MEDIA_PREFIX}{media_id}",
                "mime_type": media.mime,
                "sha256": media.sha256,
                "file_size": len(media.content),
            },
        )

    def _content(self, media_id: str, request: HttpRequest) -> HttpResponse:
        self._authorize(request)
        media = self._stored(media_id)
        return HttpResponse(status=200, headers={"content-type": media.mime}, body=media.content)

    def _stored(self, media_id: str) -> Media:
        """What a customer sent, else a picture: webhooks may also come from elsewhere than from here."""
        return self._media.get(media_id, Media(_PIXEL, "image/png"))

    def _integration(self, number_id: str) -> dict[str, Any]:
        for integration in self._integrations():
            if integration["address"].get("phoneNumberId") == number_id:
                return integration
        raise GraphError(400, 100, f"Object with ID '{number_id}' does not exist")

    def _authorize(self, request: HttpRequest, integration: dict[str, Any] | None = None) -> None:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        known = [
            each["secrets"].get("accessToken") for each in ([integration] if integration else self._integrations())
        ]
        if not token or token not in known:
            raise GraphError(401, 190, "Invalid OAuth access token")

    # -- what calls us

    def report(
        self, provider_id: str, statuses: list[str], manner: Manner, errors: list[dict[str, Any]] | None = None
    ) -> list[dict[str, Any]]:
        """Send status webhooks about a message, by its wamid or our id. Raises LookupError where none was sent."""
        provider_id, integration_id, body = self._find(provider_id)
        integration = next(each for each in self._integrations() if each["id"] == integration_id)
        payloads = []
        for status in statuses:
            item: dict[str, Any] = {
                "id": provider_id,
                "status": status,
                "timestamp": str(int(self._clock().timestamp())),
                "recipient_id": str(body.get("to") or "").lstrip("+"),
                "biz_opaque_callback_data": body.get("biz_opaque_callback_data"),
                "pricing": {"billable": False, "pricing_model": "PMP", "category": "service", "type": "regular"},
            }
            if body.get("recipient"):
                item["recipient_user_id"] = body["recipient"]
            if status == "failed":
                item["errors"] = errors or [{"code": 131026, "title": "Message undeliverable"}]
            payloads.append(self._payload(integration, {"statuses": [item]}))
        return self._deliver(integration, payloads, manner)

    def _find(self, identifier: str) -> tuple[str, str, dict[str, Any]]:
        with self._lock:
            for entry in self._sent[::-1]:
                if identifier in ("", entry[0], entry[2].get("biz_opaque_callback_data")):
                    return entry
        raise LookupError(f"nothing was sent as {identifier}")

    def say(self, integration: dict[str, Any], orders: list[dict[str, Any]], manner: Manner) -> dict[str, Any]:
        """Let a customer write: one webhook for each order."""
        made = [self._message(order) for order in orders]
        payloads = []
        for order, message in zip(orders, made, strict=True):
            contact = {"profile": {"name": order.get("name", "")}, "wa_id": message.get("from")}
            contact |= {"user_id": order["userId"]} if order.get("userId") else {}
            payloads.append(self._payload(integration, {"contacts": [contact], "messages": [message]}))
        return {
            "messageIds": [message["id"] for message in made],
            "answers": self._deliver(integration, payloads, manner),
        }

    def _message(self, order: dict[str, Any]) -> dict[str, Any]:
        """The message of an order: {from, text} or {from, type, <type>: {...}}; a media type may bring `media` in base64."""
        kind = order.get("type", "text")
        content = order.get(kind, {})
        if isinstance(content, str):
            content = {"body": content}
        if kind in ("image", "video", "audio", "document", "sticker"):
            content = {**self._keep(order, kind), **content}
        sent_at = int(self._clock().timestamp()) - int(order.get("delaySeconds", 0))
        message = {
            "id": order.get("messageId") or f"wamid.{uuid.uuid4().hex.upper()}",
            "timestamp": str(sent_at),
            "type": kind,
            kind: content,
            "from": str(order["from"]).lstrip("+"),
        }
        extras = {
            "from_user_id": order.get("userId"),
            "context": order.get("context"),
            "referral": order.get("referral"),
        }
        return message | {name: value for name, value in extras.items() if value}

    def _keep(self, order: dict[str, Any], kind: str) -> dict[str, Any]:
        default = Media(_PIXEL, "image/png")
        media = Media(base64.b64decode(order["media"]), order.get("mime", "image/png")) if "media" in order else default
        media_id = str(uuid.uuid4().int)[:16]
        self._media[media_id] = media
        facts = {
            "id": media_id,
            "mime_type": media.mime,
            "sha256": base64.b64encode(bytes.fromhex(media.sha256)).decode(),
        }
        optional = {"caption": order.get("text"), "filename": order.get("filename")}
        return facts | {name: value for name, value in optional.items() if value and kind != "sticker"}

    def _payload(self, integration: dict[str, Any], value: dict[str, Any]) -> dict[str, Any]:
        metadata = {
            "display_phone_number": integration["address"].get("phoneNumber", "").lstrip("+"),
            "phone_number_id": integration["address"]["phoneNumberId"],
        }
        change = {"field": "messages", "value": {"messaging_product": "whatsapp", "metadata": metadata, **value}}
        return {"object": "whatsapp_business_account", "entry": [{"id": "102290129340398", "changes": [change]}]}

    def _deliver(
        self, integration: dict[str, Any], payloads: list[dict[str, Any]], manner: Manner
    ) -> list[dict[str, Any]]:
        return self._webhooks.deliver(integration["webhookUrl"], integration["secrets"]["appSecret"], payloads, manner)


def _checked(raw: bytes) -> dict[str, Any]:
    """The body of a send. Raises GraphError as Meta would refuse it."""
    try:
        body = json.loads(raw)
    except ValueError:
        body = None
    if not isinstance(body, dict) or body.get("messaging_product") != "whatsapp":
        raise GraphError(400, 100, "The parameter messaging_product is required.")
    if body.get("status") == "read":
        return body
    if not body.get("to") and not body.get("recipient"):
        raise GraphError(400, 131009, "Parameter value is not valid: to or recipient is required")
    kind = body.get("type", "text")
    content = body.get(kind)
    if kind not in TYPES or not isinstance(content, dict | list):
        raise GraphError(400, 131009, f"Parameter value is not valid: {kind}")
    if kind == "text" and not 0 < len(content.get("body", "") if isinstance(content, dict) else "") <= LONGEST_TEXT:
        raise GraphError(400, 131009, "Parameter value is not valid: text.body")
    if kind == "template" and not (isinstance(content, dict) and content.get("name") and content.get("language")):
        raise GraphError(400, 132001, "Template name does not exist in the translation")
    return body
