"""Rate budgets: how fast we may send on an account and to one recipient.

A budget is one number, the theoretical arrival time of the next message (GCRA, ITU-T I.371): each message moves it on by the
interval of the rate, and a message may go while it is no further ahead of now than the burst allows. So a budget is one
conditional write, needs no clean-up of tokens and cannot be overdrawn by two senders at once.
"""

from dataclasses import dataclass

from switchboard.kit import clock
from switchboard.kit.dynamo import ConditionFailedError, Item, Table

_MICRO = 1_000_000
_KEPT_SECONDS = 86_400
_ATTEMPTS = 5


@dataclass(frozen=True)
class Budget:
    """`interval_seconds` between messages in the long run, `burst` of them at once. `name` is unique in the table."""

    name: str
    interval_seconds: float
    burst: int

    @property
    def interval(self) -> int:
        return round(self.interval_seconds * _MICRO)

    @property
    def tolerance(self) -> int:
        return self.interval * (self.burst - 1)


class Budgets:
    def __init__(self, table: Table) -> None:
        self._table = table

    def take(self, budget: Budget) -> float:
        """Take one message out of the budget: 0, or the seconds to wait where it is used up (nothing is taken then)."""
        for _ in range(_ATTEMPTS):
            now = clock.now_ms() * 1000
            try:
                # Nothing was sent for a while, the usual case: the first write is also the last.
                self._write(budget, "arrival = :arrival", {"arrival": now + budget.interval, "now": now}, _IDLE)
                return 0
            except ConditionFailedError as failed:
                wait = int(failed.old["arrival"]) - now - budget.tolerance
                if wait > 0:
                    return wait / _MICRO
            values = {"interval": budget.interval, "latest": now + budget.tolerance}
            try:
                self._write(budget, "arrival = arrival + :interval", values, "arrival <= :latest")
                return 0
            except ConditionFailedError:
                continue  # others took meanwhile, or the budget has just run idle: look again
        return budget.interval_seconds

    def pause(self, budget: Budget, seconds: float) -> None:
        """Nothing more of this budget for so long: the provider's own count differs from ours, and its counts."""
        until = round(clock.now_ms() * 1000 + seconds * _MICRO) + budget.tolerance
        try:
            condition = "attribute_not_exists(arrival) OR arrival < :arrival"
            self._write(budget, "arrival = :arrival", {"arrival": until}, condition)
        except ConditionFailedError:
            return

    def _write(self, budget: Budget, assignment: str, values: Item, condition: str) -> None:
        expires = clock.now_ms() // 1000 + _KEPT_SECONDS
        self._table.update(
            (f"RATE#{budget.name}", "RATE"),
            f"SET {assignment}, expiresAt = :expires",
            values={**values, "expires": expires},
            condition=condition,
        )


_IDLE = "attribute_not_exists(arrival) OR arrival < :now"
