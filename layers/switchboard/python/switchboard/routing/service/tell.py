"""Telling: the outbox. Each record of the table's stream becomes events on the bus."""

from collections.abc import Mapping, Sequence
from typing import Any

from switchboard.kit import dynamo, events
from switchboard.kit.events import Event
from switchboard.routing.events import queue_changed, status_changed, waiting, waiting_long
from switchboard.routing.places import began_to_wait, overdue
from switchboard.routing.repository import renamed_queue, stored_agent


def tell(records: Sequence[Mapping[str, Any]]) -> None:
    """Put the events of stream records on the bus."""
    told = [event for record in records for event in _of_record(record["dynamodb"])]
    if told:
        events.publish(told)


def _of_record(images: Mapping[str, Any]) -> list[Event]:
    after, before = (dynamo.unmarshal(images.get(name, {})) for name in ("NewImage", "OldImage"))
    begun = began_to_wait(after, before)
    if begun is not None:
        return [waiting(begun)] if begun.in_queue_flow else []
    renamed = renamed_queue(after, before)
    if renamed is not None:
        return [queue_changed(renamed)]
    late = overdue(after)
    if late is not None:
        return [] if overdue(before) else [waiting_long(late)]
    new = stored_agent(after)
    return [] if new is None else status_changed(stored_agent(before), new)
