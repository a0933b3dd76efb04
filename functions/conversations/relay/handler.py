"""Consumer of the relay queue: what is said outside a conversation's own thread, or is to be heard there, is carried over."""

from typing import Any

from switchboard.conversations.steps import relay
from switchboard.kit.sqs import DELIVERIES, Received, consume


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    return consume(event, _take, last_delivery=DELIVERIES)


def _take(received: Received) -> None:
    relay.take(received.body, received.receive_count)
