"""Whether two slots are on at the same time."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from switchboard.kit.calendars import Slot
from switchboard.kit.calendars.recurrence import occurrences


def first_overlap(
    slots: Sequence[Slot], zone: ZoneInfo, begin: datetime, end: datetime
) -> tuple[int, int, datetime] | None:
    """The indexes of the first two slots that are on together within begin..end (wall-clock time), and from when."""
    intervals = sorted(
        (start, until, index)
        for index, slot in enumerate(slots)
        for start, until in occurrences(slot, zone, begin, end)
    )
    latest, holder = datetime.min, 0  # noqa: DTZ901 - wall-clock time has no zone
    for start, until, index in intervals:
        if start < latest:
            return min(holder, index), max(holder, index), start
        latest, holder = until, index
    return None
