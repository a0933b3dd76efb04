"""A middleware of Open Messaging: it takes our webhook, checks our signature, and reports and writes through its own."""

from __future__ import annotations

import base64
import json
import uuid
from datetime import timedelta
from typing import Any

from switchboard.channels.adapter import HttpRequest, HttpResponse
from switchboard.channels.signatures import SIGNATURE_HEADER, is_signed

from local.providers.customers import Manner
from local.providers.journal import Fault, json_response
from local.providers.simulated import Simulated, Surroundings

MEDIA_PREFIX = "/open/media/"


class Middleware(Simulated):
    """One for all integrations of Open Messaging."""

    name = "open"

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(surroundings)
        self._taken: list[dict[str, Any]] = []
        self._media: dict[str, HttpResponse] = {}

    # -- what we call

    def answer(self, path: str, request: HttpRequest) -> HttpResponse:
        """Take a notification that bears our signature, and report it as delivered at once; or give out media."""
        if request.method == "GET":
            return self._media.get(path.removeprefix(MEDIA_PREFIX), json_response(404, {"message": "no such media"}))
        if self.verdict(request) != "valid":
            return json_response(401, {"message": "wrong signature"})
        body = json.loads(request.body)
        with self._lock:
            self._taken.append(body)
        self.report(body["id"], ["Delivered"], Manner())
        return json_response(200, {})

    def verdict(self, request: HttpRequest) -> str:
        """`valid`, or what is wrong with the signature."""
        signature = request.headers.get(SIGNATURE_HEADER, "")
        if not signature:
            return "missing"
        secrets = [each["secrets"]["outboundSecret"] for each in self._integrations()]
        return "valid" if any(is_signed(secret, request.body, signature) for secret in secrets) else "wrong"

    def fail(self, fault: Fault) -> HttpResponse:
        headers = {"retry-after": str(fault.retry_after)} if fault.retry_after else {}
        return json_response(fault.status, fault.body or {"message": "Simulated fault"}, **headers)

    # -- what calls us

    def report(
        self, message_id: str, statuses: list[str], manner: Manner, errors: list[dict[str, Any]] | None = None
    ) -> list[dict[str, Any]]:
        """Send receipts for a message of ours. Raises LookupError where it never came."""
        message = self._find(message_id)
        integration = next(each for each in self._integrations() if each["id"] == message["channel"]["id"])
        payloads = [
            {
                "id": message["id"],
                "channel": {"to": message["channel"]["to"], "time": self._now()},
                "status": status.title(),
                "isFinalReceipt": status.lower() in ("delivered", "failed"),
                **({"reasons": errors or [{"code": "GeneralError"}]} if status.lower() == "failed" else {}),
            }
            for status in statuses
        ]
        return self._deliver(integration, payloads, manner)

    def _find(self, message_id: str) -> dict[str, Any]:
        with self._lock:
            for message in self._taken[::-1]:
                if message_id in ("", message["id"]):
                    return message
        raise LookupError(f"nothing was sent as {message_id}")

    def say(self, integration: dict[str, Any], orders: list[dict[str, Any]], manner: Manner) -> dict[str, Any]:
        """Let a customer write, choose (`buttonResponse`) or type (`typing`): one webhook for each order."""
        payloads = [self._payload(order) for order in orders]
        return {
            "messageIds": [payload["channel"].get("messageId") for payload in payloads],
            "answers": self._deliver(integration, payloads, manner),
        }

    def _payload(self, order: dict[str, Any]) -> dict[str, Any]:
        sender = {"id": str(order["from"]), "idType": order.get("idType", "Opaque"), "nickname": order.get("name", "")}
        channel: dict[str, Any] = {"from": sender, "time": self._now(order.get("delaySeconds", 0))}
        if order.get("typing"):
            return {"channel": channel, "events": [{"eventType": "Typing", "typing": {"type": "On"}}]}
        channel["messageId"] = order.get("messageId") or str(uuid.uuid4())
        if "customAttributes" in order:
            channel["metadata"] = {"customAttributes": order["customAttributes"]}
        if "media" in order:
            order = {**order, "content": [self._keep(order)]}
        names = ("text", "content", "buttonResponse", "originatingMessageId")
        return {"channel": channel, **{name: order[name] for name in names if name in order}}

    def _keep(self, order: dict[str, Any]) -> dict[str, Any]:
        """An attachment whose bytes the order brings in base64."""
        media_id, mime = str(uuid.uuid4()), order.get("mime", "image/png")
        self._media[media_id] = HttpResponse(
            status=200, headers={"content-type": mime}, body=base64.b64decode(order["media"])
        )
        url = f"{self._base_url}/local/providers{MEDIA_PREFIX}{media_id}"
        attachment = {"mediaType": mime.split("/")[0].title(), "url": url, "mime": mime}
        return {"contentType": "Attachment", "attachment": attachment | {"filename": order.get("filename", "")}}

    def _now(self, late_by: float = 0) -> str:
        moment = self._clock() - timedelta(seconds=late_by)
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def _deliver(
        self, integration: dict[str, Any], payloads: list[dict[str, Any]], manner: Manner
    ) -> list[dict[str, Any]]:
        secret = integration["secrets"]["outboundSecret"]
        return self._webhooks.deliver(integration["webhookUrl"], secret, payloads, manner)
