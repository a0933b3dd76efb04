"""Directory's events, source `switchboard.directory`."""

from switchboard.directory.models import Presence
from switchboard.kit import clock
from switchboard.kit.events import Event, publish

SOURCE = "switchboard.directory"


def presence_changed(presence: Presence) -> None:
    """`user.presence.changed` {userId, presenceDefinitionId, systemPresence, modifiedDate}."""
    detail = {
        "userId": presence.user_id,
        "presenceDefinitionId": presence.definition_id,
        "systemPresence": presence.system_presence,
        "modifiedDate": clock.iso_ms(presence.modified_at),
    }
    publish([Event(SOURCE, "user.presence.changed", detail)])
