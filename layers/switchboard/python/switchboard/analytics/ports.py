"""What analytics asks of others."""

from collections.abc import Iterable
from typing import Protocol

from switchboard.analytics.models import Goals
from switchboard.conversations.models import Conversation, Message


class Conversations(Protocol):
    """Conversations as they are now."""

    def find(self, identifier: str) -> Conversation | None: ...

    def find_all(self, identifiers: Iterable[str]) -> dict[str, Conversation]:
        """They may be a moment old."""
        ...

    def messages(self, conversation: Conversation) -> list[Message]:
        """All that is stored by now."""
        ...


class ServiceLevels(Protocol):
    """The goals of the queues that conversations waited in."""

    def of(self, conversations: Iterable[Conversation]) -> Goals: ...
