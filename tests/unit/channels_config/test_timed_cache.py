"""What a container remembers."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from switchboard.kit import clock
from switchboard.kit.cache import TimedCache

START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def move() -> Iterator[list[timedelta]]:
    offsets = [timedelta()]
    before = clock.use(lambda: START + offsets[-1])
    yield offsets
    clock.use(before)


def test_a_value_is_loaded_once_until_it_is_too_old(move: list[timedelta]) -> None:
    cache: TimedCache[str, int] = TimedCache(30)
    loaded = iter(range(10))
    for seconds, expected in ((0, 0), (29, 0), (30, 1), (31, 1), (10, 2)):  # the clock going back ends it, too
        move.append(timedelta(seconds=seconds))
        assert cache.get("k", lambda: next(loaded)) == expected


def test_what_is_absent_is_asked_for_again(move: list[timedelta]) -> None:
    cache: TimedCache[str, int] = TimedCache(30)
    assert cache.get("k", lambda: None) is None
    assert cache.get("k", lambda: 1) == 1


def test_it_stays_small(move: list[timedelta]) -> None:
    cache: TimedCache[int, int] = TimedCache(30, size=2)
    for key in (1, 2, 3):
        cache.get(key, lambda: 0)
    assert [cache.get(key, lambda: 9) for key in (2, 3, 1)] == [0, 0, 9]
