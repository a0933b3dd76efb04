"""Consumer of acd.fifo (a group per queue): offers, withdrawals, and agents who became available."""

from typing import Any

from switchboard.kit.sqs import DELIVERIES, Received, bodies, consume
from switchboard.routing import steps


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    batch = steps.begin(bodies(event))

    def take(received: Received) -> None:
        steps.assign(received.body, received.receive_count, batch)

    return consume(event, take, last_delivery=DELIVERIES)
