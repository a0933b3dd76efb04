"""Consumer of the steps of jobs."""

from typing import Any

from switchboard.analytics import steps
from switchboard.kit.sqs import Received, consume

ATTEMPTS = 5
"""After so many deliveries the queue gives a message up (infra.constructs.queues)."""


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    return consume(event, _take)


def _take(received: Received) -> None:
    steps.work(received.body, last=received.receive_count >= ATTEMPTS)
