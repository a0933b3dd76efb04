"""What the domain's consumer of events runs."""

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
