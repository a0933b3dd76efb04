"""What rules are understood, and which occurrences they have."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from switchboard.kit.calendars import Slot
from switchboard.kit.calendars.overlap import first_overlap
from switchboard.kit.calendars.recurrence import check, occurrences

UTC = ZoneInfo("UTC")
FIRST, LAST = datetime(2026, 1, 5, 9), datetime(2026, 1, 5, 17)


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY",
        "RRULE:FREQ=WEEKLY;BYDAY=MO,WE;INTERVAL=2;WKST=SU",
        "freq=monthly;byday=-1FR",
        "FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=12",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
        "FREQ=DAILY;UNTIL=20261231",
        "FREQ=DAILY;UNTIL=20261231T170000Z;",
    ],
)
def test_rules_of_the_rfc_are_understood(rule: str) -> None:
    check(rule, FIRST, LAST)


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ("every day", "NAME=value"),
        ("BYDAY=MO", "FREQ is missing"),
        ("FREQ=HOURLY", "FREQ=HOURLY is not allowed"),
        ("FREQ=DAILY;INTERVAL=0", "INTERVAL=0"),
        ("FREQ=DAILY;INTERVAL=-1", "INTERVAL=-1"),
        ("FREQ=DAILY;COUNT=99999999", "COUNT=99999999"),
        ("FREQ=DAILY;COUNT=2;UNTIL=20261231", "exclude each other"),
        ("FREQ=WEEKLY;BYDAY=XX", "BYDAY=XX"),
        ("FREQ=YEARLY;BYMONTH=13", "BYMONTH=13"),
        ("FREQ=DAILY;BYHOUR=9", "BYHOUR is not understood"),
        ("FREQ=DAILY;FREQ=WEEKLY", "once each"),
        ("FREQ=DAILY;UNTIL=20261331", "month"),
        ("FREQ=DAILY;UNTIL=20251231", "before the start"),
        ("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30", "never happens"),
        ("FREQ=DAILY\nRRULE:FREQ=SECONDLY", "not allowed"),
        ("FREQ=DAILY;" + "X" * 600, "500 characters"),
    ],
)
def test_others_are_refused_with_the_reason(rule: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        check(rule, FIRST, LAST)


def test_an_occurrence_may_follow_the_one_before_but_not_overtake_it() -> None:
    check("FREQ=DAILY", FIRST, FIRST + timedelta(days=1))
    with pytest.raises(ValueError, match="before the one before it has ended"):
        check("FREQ=DAILY", FIRST, FIRST + timedelta(days=1, minutes=1))


def days(rule: str, begin: datetime, end: datetime, zone: str = "UTC") -> list[str]:
    slot = Slot(id="s", start=FIRST.isoformat(), end=LAST.isoformat(), rrule=rule)
    return [f"{start:%m-%d}" for start, _ in occurrences(slot, ZoneInfo(zone), begin, end)]


def test_a_date_as_the_end_includes_that_day() -> None:
    assert days("FREQ=DAILY;UNTIL=20260107", FIRST, FIRST + timedelta(days=9)) == ["01-05", "01-06", "01-07"]


def test_an_end_in_utc_is_read_on_the_zones_clock() -> None:
    rule = "FREQ=DAILY;UNTIL=20260107T080000Z"
    assert days(rule, FIRST, FIRST + timedelta(days=9), "Europe/Lisbon") == ["01-05", "01-06"]
    assert days(rule, FIRST, FIRST + timedelta(days=9), "Europe/Athens") == ["01-05", "01-06", "01-07"]


@given(st.sampled_from(["DAILY", "WEEKLY"]), st.integers(1, 9), st.integers(0, 20_000), st.integers(1, 40))
def test_far_from_the_start_a_rule_keeps_its_phase(frequency: str, interval: int, distance: int, length: int) -> None:
    step = interval * (7 if frequency == "WEEKLY" else 1)
    begin = FIRST + timedelta(days=distance)
    end = begin + timedelta(days=length)
    expected = [
        f"{FIRST + timedelta(days=number):%m-%d}"
        for number in range(distance, distance + length + 1)
        if number % step == 0
    ]
    assert days(f"FREQ={frequency};INTERVAL={interval}", begin, end) == expected


def test_the_first_overlap_names_both() -> None:
    morning = Slot(id="a", start="2026-01-05T08:00:00", end="2026-01-05T12:00:00", rrule="FREQ=DAILY")
    noon = Slot(id="b", start="2026-01-05T12:00:00", end="2026-01-05T13:00:00", rrule="FREQ=DAILY")
    third = Slot(id="c", start="2026-03-04T11:59:00", end="2026-03-04T12:00:00")
    end = FIRST + timedelta(days=365)
    assert first_overlap([morning, noon], UTC, FIRST, end) is None
    assert first_overlap([morning, noon, third], UTC, FIRST, end) == (0, 2, datetime(2026, 3, 4, 11, 59))
