"""Intervals of time as queries write them (`2026-03-01T00:00:00Z/2026-03-02T00:00:00Z`), cut by a granularity (PT30M, P1D)."""

import calendar
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from switchboard.analytics.models import Interval
from switchboard.kit import clock
from switchboard.kit.errors import InvalidValueError

LONGEST_DAYS = 31
MOST_BUCKETS = 3000
DAY_MS = 86_400_000
_CLOCKS_CHANGE_MS = 2 * 3_600_000
"""By so much may days of a time zone be longer than as many times 24 hours: October has 31 days and an hour in Berlin."""
_FIRST, _LAST = DAY_MS, 64_060_588_800_000  # of 1970 to 3999: every time zone and granularity can be counted there

_DURATION = re.compile(
    r"P(?=.)(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?=.)(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?)?"
)


def parse(text: str | None, longest_days: int = LONGEST_DAYS) -> Interval:
    """Raises InvalidValueError for `interval`: absent, not two dates, ending before it starts, longer than `longest_days`."""
    first, slash, last = (text or "").partition("/")
    try:
        interval = Interval(clock.parse_ms(first), clock.parse_ms(last))
    except ValueError:
        slash = ""
    if not slash:
        raise InvalidValueError("interval is two dates with a slash between them.", field="interval")
    if interval.end <= interval.start:
        raise InvalidValueError("interval must end after it starts.", field="interval")
    if not (interval.start >= _FIRST and interval.end <= _LAST):
        raise InvalidValueError("interval lies outside the years 1970 to 3999.", field="interval")
    if interval.end - interval.start > longest_days * DAY_MS + _CLOCKS_CHANGE_MS:
        raise InvalidValueError(f"interval is longer than {longest_days} days; ask for its parts.", field="interval")
    return interval


def show(interval: Interval) -> str:
    return f"{clock.iso_ms(interval.start)}/{clock.iso_ms(interval.end)}"


def days(interval: Interval) -> list[str]:
    """The days in UTC that the interval touches, as 2026-03-01."""
    return [day_of(ms) for ms in range(interval.start - interval.start % DAY_MS, interval.end, DAY_MS)]


def day_of(moment: int) -> str:
    return clock.from_ms(moment).date().isoformat()


def cut(interval: Interval, granularity: str | None, time_zone: str | None = None) -> list[Interval]:
    """The parts of the interval, counted from its start; the last may be shorter. Without granularity it is one part.

    Months, weeks and days follow the calendar of the time zone (an IANA name, else UTC), so that a day of 23 or 25 hours stays a
    day. Raises InvalidValueError for `granularity` or `timeZone`.
    """
    in_zone = zone(time_zone)
    if not granularity:
        return [interval]
    parts: list[Interval] = []
    for start, end in _steps(interval, granularity, in_zone):
        parts.append(Interval(start, min(end, interval.end)))
        if len(parts) > MOST_BUCKETS:
            raise InvalidValueError(f"granularity gives more than {MOST_BUCKETS} parts.", field="granularity")
    return parts


class Buckets:
    """Finds the part in which a moment lies."""

    def __init__(self, parts: Sequence[Interval]) -> None:
        self.parts = parts
        self._starts = [part.start for part in parts]

    def index(self, moment: int) -> int | None:
        """None where it lies in none."""
        found = bisect_right(self._starts, moment) - 1
        return found if found >= 0 and moment < self.parts[found].end else None


def zone(name: str | None) -> ZoneInfo:
    """UTC where none is named. Raises InvalidValueError for `timeZone`."""
    try:
        return ZoneInfo(name or "UTC")
    except (ValueError, OSError, KeyError) as error:
        raise InvalidValueError(f"There is no time zone '{(name or '')[:60]}'.", field="timeZone") from error


def _steps(interval: Interval, granularity: str, in_zone: ZoneInfo) -> Iterator[tuple[int, int]]:
    found = _DURATION.fullmatch(granularity)
    months, weeks, day_count, hours, minutes, seconds = (
        (int(part or 0) for part in found.groups()) if found else (0,) * 6
    )
    exact = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    if not (months or weeks or day_count or exact):
        raise InvalidValueError(
            f"'{granularity[:40]}' is no granularity, such as PT30M, PT1H or P1D.", field="granularity"
        )
    first = clock.from_ms(interval.start).astimezone(in_zone)
    start, number = interval.start, 0
    while start < interval.end:
        number += 1
        wall = _months_later(first, months * number) + timedelta(weeks=weeks * number, days=day_count * number)
        end = clock.to_ms(wall) + number * round(exact.total_seconds() * 1000)
        yield start, end
        start = end


def _months_later(moment: datetime, months: int) -> datetime:
    """The same day of the month, or its last where it is shorter."""
    years, month = divmod(moment.month - 1 + months, 12)
    year = moment.year + years
    return moment.replace(year=year, month=month + 1, day=min(moment.day, calendar.monthrange(year, month + 1)[1]))
