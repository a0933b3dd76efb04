"""What notifications asks of others."""

from collections.abc import Collection, Iterable, Mapping
from typing import Protocol

from switchboard.conversations.models import Conversation
from switchboard.notifications.topics import Kind


class Conversations(Protocol):
    def find(self, identifier: str) -> Conversation | None: ...

    def find_all(self, identifiers: Iterable[str]) -> Mapping[str, Conversation]: ...


class Objects(Protocol):
    def divisions(self, kind: Kind, identifiers: Collection[str]) -> Mapping[str, Collection[str]]:
        """The divisions of each user, queue or conversation that there is."""
        ...


class Sockets(Protocol):
    def post(self, connection: str, text: str) -> bool:
        """False where the connection is gone."""
