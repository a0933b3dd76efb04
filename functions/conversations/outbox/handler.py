"""The outbox: the conversations table's stream, told to the bus and to the queues that need order."""

from typing import Any

from switchboard.conversations.steps import outbox


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Raises where a destination refuses: the stream then delivers the whole batch again."""
    outbox.tell(event["Records"])
    return {"batchItemFailures": []}
