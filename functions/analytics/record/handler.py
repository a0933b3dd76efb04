"""Consumer of the events that reports are made of: conversations that changed, agents' routing statuses and presences."""

from typing import Any

from switchboard.analytics import steps
from switchboard.kit import events
from switchboard.kit.sqs import Received, bodies, consume


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    batch = steps.begin([body.get("detail") or {} for body in bodies(event)])

    def take(received: Received) -> None:
        steps.record(events.received(received.body), batch)

    return consume(event, take)
