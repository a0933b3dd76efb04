"""What routing tells the others, derived from its table's stream."""

from collections.abc import Mapping, Sequence
from typing import Any

from switchboard.kit import clock, dynamo, events
from switchboard.kit.events import Event
from switchboard.routing.models import Agent
from switchboard.routing.repository import stored_agent

SOURCE = "switchboard.routing"


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


def status_changed(old: Agent | None, new: Agent) -> list[Event]:
    """`user.routingStatus.changed` {userId, status, startTime, queueIds}, where it did change."""
    if old is not None and (old.status, old.status_since) == (new.status, new.status_since):
        return []
    if old is None and new.status == "OFF_QUEUE":
        return []
    detail = {
        "userId": new.user_id,
        "status": new.status,
        "startTime": clock.iso_ms(new.status_since),
        "queueIds": new.joined_queues,
    }
    return [Event(SOURCE, "user.routingStatus.changed", detail)]
