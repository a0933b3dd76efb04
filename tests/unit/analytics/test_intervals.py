"""Intervals and their parts, across both changes of the clock."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from switchboard.analytics import intervals
from switchboard.analytics.intervals import Buckets
from switchboard.analytics.models import Interval
from switchboard.kit.errors import InvalidValueError

HOUR = 3_600_000


def lengths(text: str, granularity: str, zone: str | None = None) -> list[float]:
    """The hours of each part."""
    return [(part.end - part.start) / HOUR for part in intervals.cut(intervals.parse(text), granularity, zone)]


def test_without_granularity_it_is_one_part() -> None:
    interval = intervals.parse("2026-03-01T00:00:00Z/2026-03-02T00:00:00Z")
    assert intervals.cut(interval, None) == [interval]
    assert intervals.show(interval) == "2026-03-01T00:00:00.000Z/2026-03-02T00:00:00.000Z"


def test_parts_count_from_the_start_and_the_last_may_be_shorter() -> None:
    assert lengths("2026-03-01T00:10:00Z/2026-03-01T01:30:00Z", "PT30M") == [0.5, 0.5, pytest.approx(1 / 3)]
    assert lengths("2026-03-01T00:00:00Z/2026-03-08T00:00:00Z", "P1W") == [168]
    assert lengths("2026-01-31T00:00:00Z/2026-03-01T00:00:00Z", "P1M") == [28 * 24, 24]


def test_an_offset_is_that_of_the_interval() -> None:
    assert intervals.parse("2026-03-01T01:00:00+01:00/2026-03-02T00:00:00Z").start == 1_772_323_200_000


@pytest.mark.parametrize(
    ("around", "hours"),
    [
        ("2026-03-28T00:00:00+01:00/2026-03-31T00:00:00+02:00", [24, 23, 24]),
        ("2026-10-24T00:00:00+02:00/2026-10-27T00:00:00+01:00", [24, 25, 24]),
    ],
)
def test_a_day_follows_the_clock_of_the_zone(around: str, hours: list[int]) -> None:
    assert lengths(around, "P1D", "Europe/Berlin") == hours
    assert sum(lengths(around, "PT1H", "Europe/Berlin")) == sum(hours)


def test_a_month_in_which_the_clocks_go_back_is_no_longer_than_another() -> None:
    october = "2026-10-01T00:00:00+02:00/2026-11-01T00:00:00+01:00"
    assert sum(lengths(october, "P1M", "Europe/Berlin")) == 31 * 24 + 1
    with pytest.raises(InvalidValueError):
        intervals.parse("2026-10-01T00:00:00Z/2026-11-01T03:00:00Z")


def test_days_in_utc_that_are_touched() -> None:
    touched = intervals.days(intervals.parse("2026-03-01T23:59:59.999Z/2026-03-03T00:00:00Z"))
    assert touched == ["2026-03-01", "2026-03-02"]


@given(st.integers(0, 10 * HOUR), st.sampled_from(["PT7M", "PT30M", "PT1H", "P1D"]))
def test_every_moment_lies_in_one_part(moment: int, granularity: str) -> None:
    parts = intervals.cut(Interval(HOUR, 9 * HOUR), granularity)
    holding = [index for index, part in enumerate(parts) if part.start <= moment < part.end]
    assert [Buckets(parts).index(moment)] == (holding or [None])


@pytest.mark.parametrize(
    "text",
    [
        *("", "P1D", "2026-03-01", "2026-03-01/", "/", "a/b", "2026-03-02/2026-03-01"),
        *("9999-12-31T22:00Z/9999-12-31T23:30Z", "0001-01-01T00:00Z/0001-01-01T01:00Z"),
    ],
)
def test_what_is_no_interval_is_refused(text: str) -> None:
    with pytest.raises(InvalidValueError) as refused:
        intervals.parse(text)
    assert refused.value.field == "interval"


@pytest.mark.parametrize("granularity", ["P", "PT", "1H", "P-1D", "PT0S", "P0D", "PT1.5H", "P1Y", "PT1H "])
def test_what_is_no_granularity_is_refused(granularity: str) -> None:
    with pytest.raises(InvalidValueError) as refused:
        intervals.cut(Interval(0, HOUR), granularity)
    assert refused.value.field == "granularity"
