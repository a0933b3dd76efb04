"""What other domains may ask of contacts."""

from switchboard.channels.message import Party
from switchboard.contacts import bootstrap


def resolve(party: Party, division_id: str = "", channel: str = "", integration_id: str = "") -> str:
    """The external contact's id of a channel's customer, found or made (CE34 step 2); repeating it is harmless.

    `channel` and `integration_id` say where an opaque id comes from: without them, equal opaque ids of two channels are taken
    for one person. A new contact belongs to the division (default: the home division). Raises InvalidValueError where the
    party has no identifier.
    """
    return bootstrap.service().resolve(party, division_id, channel, integration_id)
