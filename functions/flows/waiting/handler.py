"""In-queue flows: customers who wait are told where they stand, as the wait begins and when a timer says so."""

from typing import Any

from switchboard.flows import steps
from switchboard.kit import events
from switchboard.kit.sqs import Received, consume


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    return consume(event, _take)


def _take(received: Received) -> None:
    body = received.body
    if "timer" in body:
        steps.fire_timer(body)
    else:
        steps.began_to_wait(events.received(body).detail)
