"""What a calendar says of a moment. Pure: the moment is given.

A slot is on exactly while the clock on the zone's wall shows a time within it. So where the clock is put back, an hour that
comes twice counts twice, and where it is put forward, the hour that is left out counts for nothing.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from switchboard.kit import clock
from switchboard.kit.calendars import Calendar, Opening, Outcome, Slot
from switchboard.kit.calendars.recurrence import Interval, occurrences

# Most calendars change within days: only the others are looked at for more than a year.
DAYS = timedelta(days=3)
FORESIGHT = timedelta(days=400)
_DAY = timedelta(days=1)


def decide(calendar: Calendar, moment: datetime) -> Opening:
    """The outcome at an aware moment and what decided it; the next change is left out, which costs more than the rest."""
    zone = ZoneInfo(calendar.zone)
    wall = _wall(moment, zone)
    return _Stretch(calendar, zone, wall, wall).at(wall)


def evaluate(calendar: Calendar, moment: datetime, foresight: timedelta = FORESIGHT) -> Opening:
    """The outcome at an aware moment, what decided it, and the next change of the outcome where it is within `foresight`."""
    zone = ZoneInfo(calendar.zone)
    decided = decide(calendar, moment)
    if decided.outcome == "emergency":
        return decided  # ends when somebody ends it
    for horizon in sorted({min(DAYS, foresight), foresight}):
        change = _next_change(calendar, zone, moment, horizon, decided.outcome)
        if change is not None:
            return Opening(outcome=decided.outcome, decided_by=decided.decided_by, next_change=clock.to_ms(change))
    return decided


def _next_change(
    calendar: Calendar, zone: ZoneInfo, moment: datetime, horizon: timedelta, outcome: Outcome
) -> datetime | None:
    end = moment + horizon
    # A day more on both sides: the wall clock may be put back and forward within.
    stretch = _Stretch(calendar, zone, _wall(moment, zone) - _DAY, _wall(end, zone) + _DAY)
    moments = {each for wall in stretch.boundaries() for each in _moments(wall, zone)}
    moments.update(_clock_changes(zone, moment, end))
    later = sorted(each for each in moments if moment < each <= end)
    return next((each for each in later if stretch.at(_wall(each, zone)).outcome != outcome), None)


class _Stretch:
    """The occurrences of a calendar's slots that touch a stretch of wall-clock time."""

    def __init__(self, calendar: Calendar, zone: ZoneInfo, begin: datetime, end: datetime) -> None:
        self._emergency = calendar.emergency
        ranked: Sequence[tuple[Outcome, list[Slot]]] = (
            ("holiday", calendar.holiday),
            ("closed", calendar.closed),
            ("open", calendar.open),
        )
        self._slots: list[tuple[Outcome, str, list[Interval]]] = [
            (outcome, slot.id, occurrences(slot, zone, begin, end)) for outcome, slots in ranked for slot in slots
        ]

    def at(self, wall: datetime) -> Opening:
        if self._emergency:
            return Opening(outcome="emergency", decided_by=self._emergency)
        for outcome, slot_id, intervals in self._slots:
            latest = bisect_right(intervals, wall, key=lambda interval: interval[0]) - 1
            if latest >= 0 and wall < intervals[latest][1]:
                return Opening(outcome=outcome, decided_by=slot_id)
        return Opening(outcome="closed")

    def boundaries(self) -> set[datetime]:
        return {wall for _, _, intervals in self._slots for interval in intervals for wall in interval}


def _wall(moment: datetime, zone: ZoneInfo) -> datetime:
    """What the zone's clock shows, naive."""
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)


def _moments(wall: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """The moments at which the zone's clock shows it, one or two; near a time that it leaves out, some moment."""
    for fold in (0, 1):
        yield wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)


def _clock_changes(zone: ZoneInfo, begin: datetime, end: datetime) -> Iterator[datetime]:
    """The moments between at which the zone's clock is put forward or back. No zone does so twice within a day."""
    days = [begin + number * _DAY for number in range((end - begin).days + 2)]
    for low, high in pairwise(days):
        before = low.astimezone(zone).utcoffset()
        if before == high.astimezone(zone).utcoffset():
            continue
        while high - low > timedelta(seconds=1):
            middle = low + (high - low) / 2
            if middle.astimezone(zone).utcoffset() == before:
                low = middle
            else:
                high = middle
        yield high.replace(microsecond=0)
