"""A notification channel and what is sent through it. Times are milliseconds."""

from typing import Any

from switchboard.kit.model import Record


class Channel(Record):
    """One subscriber's stream. `token` proves the right to connect; `connection` is the live one ("": none)."""

    id: str
    owner: str
    token: str
    expires: int
    connection: str = ""
    topics: frozenset[str] = frozenset()


class Notification(Record):
    """What a subscriber of `topic` is told."""

    topic: str
    body: dict[str, Any]
    correlation_id: str = ""
