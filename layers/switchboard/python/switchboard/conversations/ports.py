"""What the conversations domain asks of others."""

from typing import Protocol

from switchboard.channels.message import Party
from switchboard.conversations.transitions import QueueTarget


class Contacts(Protocol):
    def resolve(self, party: Party, division_id: str) -> str:
        """The external contact of a customer, found or made."""


class Channels(Protocol):
    def entry(self, integration_id: str) -> QueueTarget | None:
        """Where a new conversation goes; None where the integration has no inbound flow."""

    def threading_minutes(self, channel: str) -> int:
        """How long after the last activity a message still belongs to the same conversation."""

    def address(self, integration_id: str) -> str:
        """The integration's own public address (a phone number, a page)."""
