"""What notifications asks of others."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from switchboard.conversations.models import Conversation


class Conversations(Protocol):
    def find(self, identifier: str) -> Conversation | None: ...

    def find_all(self, identifiers: Iterable[str]) -> Mapping[str, Conversation]: ...


class Sockets(Protocol):
    def post(self, connection: str, text: str) -> bool:
        """False where the connection is gone."""
