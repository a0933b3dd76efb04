"""Consumer of the events that agents can subscribe to: a batch at a time, to the connections that listen."""

from typing import Any

from switchboard.kit import events
from switchboard.kit.events import Event
from switchboard.kit.sqs import consume
from switchboard.notifications import api


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """A record that is no event fails alone. Raises where storage does: the whole batch comes again."""
    batch: list[Event] = []
    answer = consume(event, lambda received: batch.append(events.received(received.body)))
    api.push(batch)
    return answer
