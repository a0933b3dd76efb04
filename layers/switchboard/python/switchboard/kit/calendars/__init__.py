"""Calendars of wall-clock time: when something is open, closed or on holiday. Here as data, which the message path carries;
`evaluation` and `recurrence` are loaded only by what evaluates them.
"""

from datetime import datetime
from typing import Literal

from switchboard.kit.model import Record

Outcome = Literal["open", "closed", "holiday", "emergency"]


class Slot(Record):
    """Wall-clock time from `start` to `end` (excluded), both ISO 8601 without a zone, again by an RFC 5545 rule where given."""

    id: str
    start: str
    end: str
    rrule: str = ""

    @property
    def first(self) -> datetime:
        """The start of the slot, naive."""
        return datetime.fromisoformat(self.start)

    @property
    def last(self) -> datetime:
        """The end of the slot's first occurrence, naive."""
        return datetime.fromisoformat(self.end)


class Calendar(Record):
    """Slots in one zone. An emergency (the id of what declares it) is above holidays, these above closed slots, these above
    open ones; outside every slot it is closed."""

    zone: str
    open: list[Slot] = []
    closed: list[Slot] = []
    holiday: list[Slot] = []
    emergency: str = ""


class Opening(Record):
    """What a calendar says of a moment: the outcome, the slot (or emergency) that decided, and when the outcome changes
    (milliseconds; 0: not within the time looked at). No slot decides where none is on."""

    outcome: Outcome
    decided_by: str = ""
    next_change: int = 0
