"""Take canonical events off the inbound queue."""

from collections.abc import Mapping
from typing import Any

from switchboard.channels.message import Inbound, Party
from switchboard.contacts import api as contacts
from switchboard.conversations import bootstrap
from switchboard.conversations.service.receive import Receiving
from switchboard.conversations.steps.channel_settings import ChannelSettings
from switchboard.kit import model, settings


def receive(body: Mapping[str, Any], attempt: int = 1) -> None:
    """Take one event (channels.message.Inbound as JSON). Harmless when repeated."""
    _receiving().receive(model.parse(Inbound, body), attempt)


class _Contacts:
    def resolve(self, party: Party, channel: str, integration_id: str) -> str:
        return contacts.resolve(party, "", channel, integration_id)


@settings.per_function
def _receiving() -> Receiving:
    return Receiving(bootstrap.repository(), _Contacts(), ChannelSettings())
