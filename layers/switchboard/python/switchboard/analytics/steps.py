"""What the domain's consumer of events runs."""

from collections.abc import Sequence

from switchboard.analytics import bootstrap
from switchboard.analytics.service.record import Batch
from switchboard.kit.events import Event


def begin(events: Sequence[Event]) -> Batch:
    """Read once what a batch of events needs."""
    return bootstrap.recording().begin(events)


def record(event: Event, batch: Batch) -> None:
    """Carry out an event of the bus. Harmless when repeated, late or out of order."""
    bootstrap.recording().record(event, batch)
