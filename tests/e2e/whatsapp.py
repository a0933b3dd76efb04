"""A customer on WhatsApp: webhooks as Meta sends them, written here from its reference (Graph API v25.0)."""

import uuid
from datetime import datetime
from typing import Any

import httpx

from tests.e2e.contact_centre import ContactCentre, Json


class Customer:
    """A person with a phone number that nobody has seen yet."""

    def __init__(self, centre: ContactCentre, name: str = "Maria") -> None:
        self._centre = centre
        self.name = name
        self.phone = f"1555{uuid.uuid4().int % 10**7:07d}"
        self.address = f"+{self.phone}"

    def message(self, at: datetime | None = None, **content: Any) -> Json:
        """A message of Meta's; content as `text={"body": ...}`, `image={"id": ...}`, ..., sent now or `at` a moment."""
        (kind,) = content
        moment = at or self._centre.now()
        identifier = f"wamid.{uuid.uuid4().hex.upper()}"
        return {
            "from": self.phone,
            "id": identifier,
            "timestamp": str(int(moment.timestamp())),
            "type": kind,
            **content,
        }

    def payload(self, *messages: Json) -> Json:
        """The webhook call that brings the messages."""
        contact = {"profile": {"name": self.name}, "wa_id": self.phone}
        return self.change({"contacts": [contact], "messages": list(messages)})

    def change(self, value: Json) -> Json:
        address = self._centre.integration("whatsapp")["address"]
        metadata = {
            "display_phone_number": address["phoneNumber"].lstrip("+"),
            "phone_number_id": address["phoneNumberId"],
        }
        change = {"field": "messages", "value": {"messaging_product": "whatsapp", "metadata": metadata, **value}}
        return {"object": "whatsapp_business_account", "entry": [{"id": "102290129340398", "changes": [change]}]}

    def status(self, provider_id: str, status: str, **facts: Any) -> Json:
        """A status of Meta's about a message that we sent to this customer."""
        moment = str(int(self._centre.now().timestamp()))
        return {"id": provider_id, "status": status, "timestamp": moment, "recipient_id": self.phone, **facts}

    def write(self, text: str, at: datetime | None = None) -> httpx.Response:
        """One text, delivered by a signed webhook."""
        answer = self._centre.webhook("whatsapp", self.payload(self.message(at, text={"body": text})))
        assert answer.status_code == 200, answer.text
        return answer

    def received(self) -> list[Json]:
        """The bodies of what the Graph API was asked to send to this customer, oldest first."""
        return [call["body"] for call in self._calls()]

    def taken(self) -> list[str]:
        """The texts that it agreed to send."""
        return [call["body"]["text"]["body"] for call in self._calls() if call.get("response", {}).get("status") == 200]

    def _calls(self) -> list[Json]:
        calls = [each for each in self._centre.requests("whatsapp") if each["method"] == "POST"]
        return [each for each in calls if str(each["body"].get("to", "")).lstrip("+") == self.phone]
