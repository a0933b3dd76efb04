"""Published flows are compiled anew when opening hours or data tables have changed, which the table's stream says, or a queue is
called otherwise; what is published, and compiled anew, is told to the integrations that go by it.

Driven by the stream and not by who writes: a crash after the write loses nothing.
"""

from typing import Any

from switchboard.flows import api as flows
from switchboard.kit import events
from switchboard.kit.sqs import Received, consume


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """A batch of the stream is compiled for once; where that fails, the stream delivers the batch again."""
    if any("dynamodb" in record for record in event["Records"]):
        flows.follow(event["Records"])
        return {"batchItemFailures": []}
    return consume(event, _take)


def _take(received: Received) -> None:
    flows.renew_queue(events.received(received.body).detail["queueId"])
