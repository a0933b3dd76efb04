"""Timers of routing: alerts that nobody answered, queues and agents to look at again."""

from typing import Any

from switchboard.kit.sqs import Received, consume
from switchboard.routing import steps


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    return consume(event, _take)


def _take(received: Received) -> None:
    steps.fire_timer(received.body)
