"""The protocol of a channel adapter: pure questions. What asks them is shared (webhook.py, sending.py, media.py)."""

from collections.abc import Mapping
from typing import Any, Literal, Protocol

from switchboard.channels.message import Attachment, Inbound, OutboundMessage, Problem
from switchboard.kit.errors import DomainError
from switchboard.kit.model import Record


class SignatureError(DomainError):
    """The payload is not signed by the provider; nothing of it is read."""

    status, code = 401, "bad.credentials"


class UnreadableAnswerError(Exception):
    """A provider's success that does not say which message it took."""


class MediaGoneError(Exception):
    """The provider no longer has the media, or its word on where it lies cannot be read."""


class Connection(Record):
    """An integration as an adapter needs it: its name, its public address fields and, apart, its secrets."""

    integration_id: str
    channel: str
    address: dict[str, str]
    name: str = ""
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
    """A send that the provider refused. `retry_after_seconds` is set where it named a time; `scope` says whose budget a
    refusal of class `rate` exhausted."""

    problem: Problem
    retry_after_seconds: int = 0
    scope: Literal["account", "recipient"] = "account"


class ChannelAdapter(Protocol):
    """One channel. Adding one is a folder in functions/channels/ with this and its payloads."""

    name: str

    def challenge(self, query: Mapping[str, str], connection: Connection) -> str | None:
        """The text that answers the provider's subscription check; None where it is not one or the token is wrong."""

    def verify(self, raw: bytes, headers: Mapping[str, str], connection: Connection) -> None:
        """Raises SignatureError unless the provider signed these bytes. Header names are lower-case."""

    def accounts(self, payload: Mapping[str, Any]) -> set[str]:
        """The accounts that a payload is about, as an address field names them, where a provider's app has one webhook for all its
        accounts; empty where the payload is the connection's own."""

    def parse(self, payload: Mapping[str, Any], connection: Connection) -> list[Inbound]:
        """Canonical events of a webhook payload that belong to this connection; what is unknown becomes `unsupported`.

        Raises DomainError only where the payload is one event as a whole and its sender is to be told.
        """

    def send_request(self, message: OutboundMessage, connection: Connection) -> HttpRequest:
        """The provider call that sends the message. Raises DomainError where the message cannot be expressed."""

    def accepted(self, response: HttpResponse) -> str:
        """The provider's id of the message it took; empty where it goes by ours. Raises UnreadableAnswerError."""

    def refused(self, response: HttpResponse) -> Refusal:
        """The class of a refusal, from status, headers and body."""

    def media_lookup(self, attachment: Attachment, connection: Connection) -> HttpRequest | None:
        """The call that tells where the media lies; None where the attachment says it already."""

    def media_download(self, attachment: Attachment, found: HttpResponse | None, connection: Connection) -> HttpRequest:
        """The call that answers with the bytes. Raises MediaGoneError where there are none."""

    def media_hosts(self) -> tuple[str, ...]:
        """Hosts that media may come from, a leading dot for every host below; empty: any public one."""
