"""Consumer of the steps of jobs."""

from typing import Any

from switchboard.analytics import steps
from switchboard.kit.sqs import DELIVERIES, Received, consume


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    return consume(event, _take)


def _take(received: Received) -> None:
    steps.work(received.body, last=received.receive_count >= DELIVERIES)
