"""Timers of conversations: set when one starts, handled when due (window closed, inactivity, after-call work over,
parked work and scheduled callbacks due)."""

from typing import Any

from switchboard.conversations.steps import timers
from switchboard.kit import events
from switchboard.kit.sqs import Received, consume


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    return consume(event, _take)


def _take(received: Received) -> None:
    body = received.body
    if "timer" in body:
        timers.fire(body)
    else:
        started = events.received(body).detail
        timers.start(started["conversationId"], started["startTime"])
