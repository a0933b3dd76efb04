"""How often a send went wrong. The queue's own count will not do: it also grows while a message waits for its budget."""

from switchboard.kit import clock
from switchboard.kit.dynamo import Table

_KEPT_SECONDS = 7 * 86_400


class Attempts:
    def __init__(self, table: Table) -> None:
        self._table = table

    def count(self, message_id: str, what: str) -> int:
        """Note one more, and how many it are then: 1 for the first."""
        noted = self._table.update(
            (f"SEND#{message_id}", "ATTEMPTS"),
            "ADD #what :one SET expiresAt = :expires",
            names={"what": what},
            values={"one": 1, "expires": clock.now_ms() // 1000 + _KEPT_SECONDS},
        )
        return int(noted[what])
