"""What the conversations domain asks of others."""

from typing import Protocol

from switchboard.channels.message import Party
from switchboard.conversations.transitions import QueueTarget


class Contacts(Protocol):
    def resolve(self, party: Party, channel: str, integration_id: str) -> str:
        """The external contact of a customer, found or made. An opaque identity means something on its integration only."""


class Channels(Protocol):
    def entry(self, integration_id: str) -> QueueTarget | None:
        """Where a new conversation goes; None where the integration has no inbound flow."""

    def threading_minutes(self, channel: str) -> int:
        """How long after the last activity a message still belongs to the same conversation."""
