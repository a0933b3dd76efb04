"""Telling: the outbox. Each record of the table's stream becomes events on the bus."""

from collections.abc import Mapping, Sequence
from typing import Any

from switchboard.kit import dynamo, events
from switchboard.kit.events import Event
from switchboard.routing.events import status_changed
from switchboard.routing.repository import stored_agent


def tell(records: Sequence[Mapping[str, Any]]) -> None:
    """Put the events of stream records on the bus."""
    told = [event for record in records for event in _of_record(record["dynamodb"])]
    if told:
        events.publish(told)


def _of_record(images: Mapping[str, Any]) -> list[Event]:
    new = stored_agent(dynamo.unmarshal(images.get("NewImage", {})))
    if new is None:
        return []
    old = stored_agent(dynamo.unmarshal(images.get("OldImage", {})))
    return status_changed(old, new)
