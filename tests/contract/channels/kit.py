"""The cases of a channel and how they are judged.

A channel's module `<name>_cases.py` holds one `SUITE`. Payloads are written for this project from the providers' documented
schemas.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from switchboard.channels.adapter import ChannelAdapter, Connection, HttpResponse
from switchboard.channels.message import Content, Identity, Inbound, OutboundMessage, Party
from switchboard.kit import model

import tests.contract.channels

INTEGRATION = "c6b0e62f-8487-44fd-a218-c16e006a7a23"
MESSAGE = "3d7e6b0a-1f3d-4d1c-9a0b-5e2f8c7a6b41"
SENT_AT = 1_790_000_000_000


@dataclass(frozen=True)
class Heard:
    """A webhook payload and the canonical events it means: `expected` as they go onto the inbound queue, without channel and
    integration."""

    name: str
    payload: dict[str, Any]
    expected: list[dict[str, Any]]


@dataclass(frozen=True)
class Sent:
    """A message and the request it makes: `body` is the whole JSON body, `headers` those that must be there."""

    name: str
    message: OutboundMessage
    url: str
    body: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Unsendable:
    """A message that the channel cannot express; the refusal names the field."""

    name: str
    message: OutboundMessage
    field: str


@dataclass(frozen=True)
class Refused:
    """A provider's answer and what it means for the message."""

    name: str
    response: HttpResponse
    error_class: str
    code: str
    retry_after_seconds: int = 0
    scope: str = "account"


@dataclass(frozen=True)
class Unreadable:
    """A payload that the sender is told about; the refusal names the field."""

    name: str
    payload: dict[str, Any]
    field: str


@dataclass(frozen=True)
class Suite:
    """Everything there is to say about a channel. `wrap` puts any JSON value where the provider puts its items; `sign` gives
    the headers of a body."""

    adapter: ChannelAdapter
    connection: Connection
    wrap: Callable[[Any], dict[str, Any]]
    sign: Callable[[bytes], dict[str, str]]
    says: Callable[[str], dict[str, Any]]
    heard: list[Heard]
    sent: list[Sent]
    unsendable: list[Unsendable]
    refused: list[Refused]
    unreadable: list[Unreadable] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.adapter.name


def suites() -> list[Suite]:
    """The suites of all channels, found and not listed."""
    modules = [module.name for module in pkgutil.iter_modules(tests.contract.channels.__path__)]
    found = [importlib.import_module(f"tests.contract.channels.{name}") for name in modules if name.endswith("_cases")]
    return [module.SUITE for module in found]


def plain(event: Inbound) -> dict[str, Any]:
    """An event as JSON values, without what is the same in all."""
    wired = model.wire(event)
    return {name: value for name, value in wired.items() if name not in ("channel", "integrationId")}


def outbound(
    text: str = "", *content: Content, to: Identity | None = None, aliases: list[Identity] | None = None, **facts: Any
) -> OutboundMessage:
    """A message to send, to a customer known by an opaque id where none is named."""
    identity = to or Identity(kind="Opaque", value="customer-1")
    return OutboundMessage(
        message_id=MESSAGE,
        conversation_id="5a0c4f7e-3d5e-4c1e-8f6a-0d9b1c2e3f40",
        integration_id=INTEGRATION,
        recipient=Party(identity=identity, aliases=aliases or [], name="Maria"),
        text=text,
        content=list(content),
        time=SENT_AT,
        **facts,
    )


def answered(status: int, body: Any, **headers: str) -> HttpResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return HttpResponse(status=status, headers=named, body=json.dumps(body).encode())
