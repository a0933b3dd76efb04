"""Events: facts on the bus. They carry ids, states and times, never text, names, addresses or secrets."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from switchboard.kit import aws, settings


@dataclass(frozen=True)
class Event:
    """`source` is `switchboard.<domain>`, `kind` the detail type (`conversation.started`)."""

    source: str
    kind: str
    detail: Mapping[str, Any] = field(default_factory=dict)


class NotPublishedError(RuntimeError):
    """The bus took only part of a batch; the stream that feeds the outbox repeats it."""


def publish(events: Sequence[Event]) -> None:
    """Put events on the bus, ten a call, at most 240 kB a call. Consumers may see an event twice: they decide by its ids. Raises
    NotPublishedError."""
    bus = settings.required("EVENT_BUS_NAME")
    entries = [
        {
            "EventBusName": bus,
            "Source": event.source,
            "DetailType": event.kind,
            "Detail": json.dumps(event.detail, separators=(",", ":")),
        }
        for event in events
    ]
    for chunk in aws.chunks(entries, lambda entry: sum(map(len, entry.values()))):
        answer = aws.client("events").put_events(Entries=chunk)
        if answer.get("FailedEntryCount"):
            raise NotPublishedError(f"{answer['FailedEntryCount']} of {len(chunk)} events were not taken")


def received(body: Mapping[str, Any]) -> Event:
    """The event inside an SQS message that a bus rule delivered."""
    return Event(source=body["source"], kind=body["detail-type"], detail=body["detail"])
