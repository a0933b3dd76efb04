"""All that other domains and the functions may use of notifications."""

from collections.abc import Sequence
from typing import Any

from switchboard.kit import clock, settings
from switchboard.kit.events import Event
from switchboard.notifications import bootstrap
from switchboard.notifications.models import Channel
from switchboard.notifications.service.channels import Channels
from switchboard.notifications.topics import METADATA as METADATA
from switchboard.notifications.topics import TOPICS as TOPICS
from switchboard.notifications.topics import Standing as Standing


def channels() -> Channels:
    return bootstrap.channels()


def shown(channel: Channel) -> dict[str, Any]:
    """The platform's Channel. Who holds its address may listen: it goes to the owner and nowhere else."""
    address = f"{settings.required('WEBSOCKET_URL')}?channel={channel.id}&token={channel.token}"
    return {"id": channel.id, "connectUri": address, "expires": clock.iso_ms(channel.expires)}


def push(events: Sequence[Event]) -> None:
    """Tell subscribers of a batch of events."""
    bootstrap.pushing().push(events)
