"""Consumer of the inbound queue: canonical events become messages in conversations."""

from typing import Any

from switchboard.conversations.steps import ingest
from switchboard.kit.sqs import DELIVERIES, Received, consume


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    return consume(event, _take, last_delivery=DELIVERIES)


def _take(received: Received) -> None:
    ingest.receive(received.body, received.receive_count)
