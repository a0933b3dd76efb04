"""Times that a conversation waits for, through the whole system: set once, kept across crashes, harmless late and repeated."""

import itertools
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Literal

import pytest

from tests.load.replay import Replay

When = Literal["before", "after"]
_numbers = itertools.count(1)
MOST_CALLS = 12


def _support(replay: Replay) -> str:
    return next(str(each["id"]) for each in replay.cloud.organization["queues"] if each["name"] == "Support")


@pytest.fixture(autouse=True, scope="module")
def alerts_last(replay: Replay) -> None:
    """The clock moves in minutes here: no alert may run out meanwhile."""
    path = f"/api/v2/routing/queues/{_support(replay)}"
    queue = replay.api("demo-admin", "GET", path)
    queue["mediaSettings"]["callback"]["alertingTimeoutSeconds"] = 3600
    replay.api("demo-admin", "PUT", path, queue)
    replay.cloud.settle()


def _schedule(replay: Replay, minutes: int) -> str:
    moment = replay.cloud.clock.now() + timedelta(minutes=minutes)
    body = {
        "queueId": _support(replay),
        "callbackNumbers": [f"+1555{next(_numbers):07d}"],
        "callbackScheduledTime": moment.isoformat(timespec="milliseconds"),
    }
    made = replay.api("demo-admin", "POST", "/api/v2/conversations/callbacks", body)
    return str(made["conversation"]["id"])


def _parts(replay: Replay, identifier: str, purpose: str) -> list[dict[str, Any]]:
    conversation = replay.api("demo-admin", "GET", f"/api/v2/conversations/{identifier}")
    return [each for each in conversation["participants"] if each["purpose"] == purpose]


def _states(replay: Replay, identifier: str, purpose: str) -> list[str]:
    return [each["callbacks"][-1]["state"] for each in _parts(replay, identifier, purpose)]


def _end(replay: Replay, identifier: str) -> None:
    replay.api("demo-admin", "POST", f"/api/v2/conversations/{identifier}/disconnect")
    replay.cloud.settle()
    assert replay.cloud.dead_letters() == []


def _crash_until_none(replay: Replay, function: str, when: When, attempt: Callable[[], None]) -> None:
    """Let the function die at its first, second, ... call, until it makes no such call any more."""
    for call in range(1, MOST_CALLS):
        replay.cloud.faults.fail(function=function, call=call, when=when)
        attempt()
        struck = bool(replay.cloud.faults.struck)
        replay.cloud.faults.clear()
        if not struck:
            assert call > 1, f"{function} made no AWS call"
            return
    pytest.fail("the function makes more calls than were tried")


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_crash_while_a_callback_is_scheduled(replay: Replay, when: When) -> None:
    def attempt() -> None:
        identifier = _schedule(replay, 20)
        replay.cloud.settle()
        for _ in range(3):
            replay.cloud.advance(timedelta(minutes=1))
            replay.cloud.settle()
        assert _states(replay, identifier, "acd") == ["scheduled"]
        replay.cloud.advance(timedelta(minutes=18))
        replay.cloud.settle()
        assert _states(replay, identifier, "agent") == ["alerting"]
        _end(replay, identifier)

    _crash_until_none(replay, "conversations-outbox", when, attempt)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_crash_while_a_callback_falls_due(replay: Replay, when: When) -> None:
    def attempt() -> None:
        identifier = _schedule(replay, 5)
        for _ in range(10):
            replay.cloud.advance(timedelta(minutes=1))
            replay.cloud.settle()
        assert _states(replay, identifier, "agent") == ["alerting"]
        (waited,) = _parts(replay, identifier, "acd")
        assert waited["callbacks"][-1]["state"] == "connected"
        _end(replay, identifier)

    _crash_until_none(replay, "conversations-timers", when, attempt)


def test_a_callback_that_is_cancelled_calls_nobody(replay: Replay) -> None:
    identifier = _schedule(replay, 5)
    _end(replay, identifier)
    replay.cloud.advance(timedelta(minutes=6))
    replay.cloud.settle()
    assert _states(replay, identifier, "agent") == []
    assert _states(replay, identifier, "acd") == ["disconnected"]
