"""What the conversations domain asks of others."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from switchboard.channels.message import Party
from switchboard.conversations.transitions import QueueTarget


@dataclass(frozen=True)
class Entrance:
    """Where a conversation goes that starts or starts again: to wait in a queue, or without one to its end. The customer is told
    `message` first, once on each `occasion` (a name for as long as the outcome of the opening hours lasts)."""

    queue: QueueTarget | None
    message: str = ""
    occasion: str = ""


class Contacts(Protocol):
    def resolve(self, party: Party, channel: str, integration_id: str) -> str:
        """The external contact of a customer, found or made. An opaque identity means something on its integration only."""


class Channels(Protocol):
    def entrance(self, integration_id: str, attributes: Mapping[str, str]) -> Entrance | None:
        """Where a conversation goes that starts now and whose participants have these attributes; None where the integration has no
        inbound flow."""

    def threading_minutes(self, channel: str) -> int:
        """How long after the last activity a message still belongs to the same conversation."""
