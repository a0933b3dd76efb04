"""Slots that recur by RFC 5545 (section 3.3.10), in wall-clock time without a zone."""

import re
from datetime import MAXYEAR, UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from dateutil.rrule import DAILY, WEEKLY, rrule, rrulestr

from switchboard.kit.calendars import Slot

Interval = tuple[datetime, datetime]

# Opening hours recur by days at least, and their times of day come from the slot's start.
FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
MOST_OCCURRENCES = 10_000
LONGEST_INTERVAL = 1000
_NUMBERS = {
    "INTERVAL": (1, LONGEST_INTERVAL),
    "COUNT": (1, MOST_OCCURRENCES),
    "BYMONTH": (1, 12),
    "BYMONTHDAY": (-31, 31),
    "BYYEARDAY": (-366, 366),
    "BYWEEKNO": (-53, 53),
    "BYSETPOS": (-366, 366),
}
_LISTS = ("BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS")
_DAYS = re.compile(r"([+-]?[1-9]\d?)?(MO|TU|WE|TH|FR|SA|SU)")
_UNTIL = re.compile(r"\d{8}(T\d{6}Z?)?")
_LONGEST_RULE = 500
_LOOKED_AT = timedelta(days=3653)
_CYCLE_YEARS = 400


def check(rule: str, first: datetime, last: datetime) -> None:
    """Raises ValueError with the reason why a slot from `first` to `last` cannot recur by the rule."""
    parts = _parts(rule)
    made = _rule(rule, first, ZoneInfo("UTC"))
    if not _ever(made):
        raise ValueError("it never happens")
    if "UNTIL" in parts and made._until < first:
        raise ValueError("UNTIL is before the start")
    few = made.between(first, first + _LOOKED_AT, inc=True)
    if any(later - earlier < last - first for earlier, later in pairwise(few)):
        raise ValueError("an occurrence begins before the one before it has ended")


def occurrences(slot: Slot, zone: ZoneInfo, begin: datetime, end: datetime) -> list[Interval]:
    """The slot's occurrences that touch begin..end (both included; naive, in the zone's wall-clock time), in order.

    The zone is needed only for an UNTIL in UTC.
    """
    first, length = slot.first, slot.last - slot.first
    if not slot.rrule:
        return [(first, first + length)] if begin < first + length and first <= end else []
    if end < first:
        return []
    rule = _near(_rule(slot.rrule, first, zone), begin - length)
    found = rule.between(begin - length, end, inc=True)
    return [(start, start + length) for start in found if start + length > begin]


def _rule(rule: str, first: datetime, zone: ZoneInfo) -> rrule:
    parts = _parts(rule)
    if "UNTIL" in parts:
        parts["UNTIL"] = _until(parts["UNTIL"], zone).strftime("%Y%m%dT%H%M%S")
    made: rrule = rrulestr(";".join(f"{name}={value}" for name, value in parts.items()), dtstart=first)
    return made


def _parts(rule: str) -> dict[str, str]:
    """The parts of a rule. Raises ValueError with what is wrong with one of them."""
    text = rule.strip().upper().removeprefix("RRULE:")
    if len(text) > _LONGEST_RULE:
        raise ValueError(f"it has more than {_LONGEST_RULE} characters")
    parts: dict[str, str] = {}
    for part in text.rstrip(";").split(";"):
        name, _, value = part.partition("=")
        if not value or name in parts:
            raise ValueError(f"'{part[:40]}' is not NAME=value, once each")
        _check_part(name, value)
        parts[name] = value
    if "FREQ" not in parts:
        raise ValueError("FREQ is missing")
    if "COUNT" in parts and "UNTIL" in parts:
        raise ValueError("COUNT and UNTIL exclude each other")
    return parts


def _check_part(name: str, value: str) -> None:
    values = value.split(",")
    if name in _NUMBERS:
        low, high = _NUMBERS[name]
        numbers = [int(each) if re.fullmatch(r"[+-]?\d{1,6}", each) else None for each in values]
        single = name in _LISTS or len(values) == 1
        good = single and all(each is not None and each != 0 and low <= each <= high for each in numbers)
    elif name == "BYDAY":
        good = all(_DAYS.fullmatch(each) for each in values)
    elif name == "FREQ":
        good = value in FREQUENCIES
    elif name == "WKST":
        good = value in ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
    elif name == "UNTIL":
        good = bool(_UNTIL.fullmatch(value))
    else:
        raise ValueError(f"{name[:40]} is not understood")
    if not good:
        raise ValueError(f"{name}={value[:40]} is not allowed")


def _until(value: str, zone: ZoneInfo) -> datetime:
    """A date means its whole day; a moment in UTC is read on the zone's clock."""
    if len(value) == 8:
        value += "T235959"
    if not value.endswith("Z"):
        return datetime.fromisoformat(value)
    return datetime.fromisoformat(value[:-1]).replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None, fold=0)


def _near(rule: rrule, begin: datetime) -> rrule:
    """The same rule from shortly before `begin`: dateutil counts from the first day, which may be years ago.

    Whole intervals of days and weeks keep the phase; months and years are few, and a COUNT must be counted.
    """
    days = {DAILY: 1, WEEKLY: 7}.get(rule._freq, 0) * rule._interval
    skipped = (begin - rule._dtstart).days // days - 1 if days else 0
    if skipped <= 0 or rule._count is not None:
        return rule
    return rule.replace(dtstart=rule._dtstart + timedelta(days=skipped * days))


def _ever(rule: rrule) -> bool:
    """Whether the rule has an occurrence, asked where dateutil's search for one soon meets the end of time.

    The calendar repeats after 400 years to the weekday, so that it does not matter in which cycle the rule begins.
    """
    years = (MAXYEAR - rule._dtstart.year) // _CYCLE_YEARS * _CYCLE_YEARS - _CYCLE_YEARS
    start = rule._dtstart.replace(year=rule._dtstart.year + years)
    return next(iter(rule.replace(dtstart=start, until=None)), None) is not None
