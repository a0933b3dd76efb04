"""Consumer of `conversation.changed`: agents get their capacity back."""

from typing import Any

from switchboard.kit import events
from switchboard.kit.sqs import Received, consume
from switchboard.routing import steps


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    return consume(event, _take)


def _take(received: Received) -> None:
    steps.conversation_changed(events.received(received.body).detail)
