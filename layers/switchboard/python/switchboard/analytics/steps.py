"""What the domain's consumers of queues run."""

from collections.abc import Mapping, Sequence
from typing import Any

from switchboard.analytics import bootstrap
from switchboard.analytics.service.record import Batch
from switchboard.kit.events import Event


def begin(details: Sequence[Mapping[str, Any]]) -> Batch:
    """Read once what a batch of events needs, by their details."""
    return bootstrap.recording().begin(details)


def record(event: Event, batch: Batch) -> None:
    """Carry out an event of the bus. Harmless when repeated, late or out of order."""
    bootstrap.recording().record(event, batch)


def work(message: Mapping[str, Any], *, last: bool) -> None:
    """One step of a details job, or an export. Harmless when repeated; `last`: it will not be tried again."""
    if "exportId" in message:
        bootstrap.exporting().run(dict(message), last=last)
    else:
        bootstrap.working().run(dict(message), last=last)
