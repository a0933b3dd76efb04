"""Telling: the outbox. Each record of the table's stream becomes events on the bus."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from switchboard.kit import dynamo, events
from switchboard.kit.events import Event
from switchboard.routing.events import has_changed, queue_changed, status_changed, waiting, waiting_long
from switchboard.routing.models import Agent
from switchboard.routing.places import began_to_wait, overdue
from switchboard.routing.repository import renamed_queue, stored_agent

ThroughGroups = Callable[[Agent], Iterable[str]]


def tell(records: Sequence[Mapping[str, Any]], through_groups: ThroughGroups) -> None:
    """Put the events of stream records on the bus. `through_groups` names the queues that an agent serves through groups."""
    told = [event for record in records for event in _of_record(record["dynamodb"], through_groups)]
    if told:
        events.publish(told)


def _of_record(images: Mapping[str, Any], through_groups: ThroughGroups) -> list[Event]:
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
    if new is None or not has_changed(stored_agent(before), new):
        return []
    return [status_changed(new, through_groups(new))]
