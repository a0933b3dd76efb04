"""The protocol of a channel adapter: five pure questions. What asks them is shared (webhook.py, sending.py, media.py)."""

from collections.abc import Mapping
from typing import Any, Protocol

from switchboard.channels.capabilities import Capabilities
from switchboard.channels.message import Attachment, Inbound, OutboundMessage, Problem
from switchboard.kit.errors import DomainError
from switchboard.kit.model import Record


class SignatureError(DomainError):
    """The payload is not signed by the provider; nothing of it is read."""

    status, code = 401, "bad.credentials"


class Connection(Record):
    """An integration as an adapter needs it: its public address fields and, apart, its secrets."""

    integration_id: str
    channel: str
    address: dict[str, str]
    secrets: dict[str, str] = {}
    settings: dict[str, str] = {}


class HttpRequest(Record):
    """A call to a provider."""

    method: str
    url: str
    headers: dict[str, str] = {}
    body: bytes = b""


class HttpResponse(Record):
    """A provider's answer; header names are lower-case."""

    status: int
    headers: dict[str, str] = {}
    body: bytes = b""


class Refusal(Record):
    """A send that the provider refused. `retry_after_seconds` is set where it named a time."""

    problem: Problem
    retry_after_seconds: int = 0


class ChannelAdapter(Protocol):
    """One channel. Adding one is a folder in functions/channels/ with this and its payloads."""

    name: str
    capabilities: Capabilities

    def challenge(self, query: Mapping[str, str], connection: Connection) -> str | None:
        """The text that answers the provider's subscription check; None where it is not one or the token is wrong."""

    def verify(self, raw: bytes, headers: Mapping[str, str], connection: Connection) -> None:
        """Raises SignatureError unless the provider signed these bytes."""

    def parse(self, payload: Mapping[str, Any], connection: Connection) -> list[Inbound]:
        """Canonical events of a webhook payload that belong to this connection; what is unknown becomes `unsupported`."""

    def send_request(self, message: OutboundMessage, connection: Connection) -> HttpRequest:
        """The provider call that sends the message. Raises DomainError where the message cannot be expressed."""

    def accepted(self, response: HttpResponse) -> str:
        """The provider's id of the message it took."""

    def refused(self, response: HttpResponse) -> Refusal:
        """The class of a refusal, from status, headers and body."""

    def media_requests(self, attachment: Attachment, connection: Connection) -> HttpRequest:
        """The first call on the way to the media's bytes."""

    def media_location(self, response: HttpResponse, connection: Connection) -> HttpRequest | None:
        """The call that the first one's answer leads to; None where it already held the bytes."""
