"""A notification channel. Times are milliseconds."""

from switchboard.kit.model import Record


class Channel(Record):
    """One subscriber's stream. `token` proves the right to connect; `connection` is the live one ("": none)."""

    id: str
    owner: str
    token: str
    expires: int
    connection: str = ""
    topics: frozenset[str] = frozenset()
