"""A timer is delivered at its time to the second, never early, once or harmlessly twice."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from switchboard.kit import clock, timers

from local.cloud import LocalCloud
from tests.integration.kit.conftest import NOON
from tests.integration.local import handlers


def fired() -> list[dict[str, Any]]:
    return [json.loads(record["body"]) for event in handlers.received["test-Timer"] for record in event["Records"]]


def start(cloud: LocalCloud, due: datetime, **payload: Any) -> None:
    with cloud.as_function("test-Step"):
        timers.start("demo", "window", due, payload)


@pytest.mark.parametrize(
    "wait",
    [
        timedelta(seconds=30),
        timedelta(seconds=30, milliseconds=1),
        timedelta(seconds=899, milliseconds=999),
        timedelta(minutes=15),
        timedelta(minutes=15, milliseconds=1),
        timedelta(hours=24, milliseconds=500),
        timedelta(days=90),
    ],
    ids=str,
)
def test_never_early_and_at_most_a_second_late(cloud: LocalCloud, wait: timedelta) -> None:
    due = NOON + wait
    start(cloud, due, conversationId="1")
    cloud.advance(wait - timedelta(milliseconds=1))
    assert fired() == []
    cloud.advance(timedelta(seconds=1))
    assert fired() == [{"timer": "window", "due": clock.iso(due), "conversationId": "1"}]


@pytest.mark.parametrize("late", [timedelta(0), timedelta(milliseconds=1), timedelta(days=2)])
def test_what_is_due_already_fires_at_once(cloud: LocalCloud, late: timedelta) -> None:
    start(cloud, NOON - late)
    cloud.settle()
    assert len(fired()) == 1


def test_a_timer_started_twice_is_one_schedule(cloud: LocalCloud) -> None:
    """A step that runs again after a crash sets its timers again."""
    for _ in range(2):
        start(cloud, NOON + timedelta(hours=1), conversationId="1")
    start(cloud, NOON + timedelta(hours=1), conversationId="2")
    cloud.advance(timedelta(hours=2))
    assert sorted(each["conversationId"] for each in fired()) == ["1", "2"]


def test_timers_fire_in_the_order_of_their_times(cloud: LocalCloud) -> None:
    for minutes in (40, 10, 20):
        start(cloud, NOON + timedelta(minutes=minutes), minutes=minutes)
    cloud.advance(timedelta(hours=1))
    assert [each["minutes"] for each in fired()] == [10, 20, 40]
