"""The service levels that queues are configured with."""

from collections.abc import Iterable

from switchboard.analytics.models import Goal, Goals
from switchboard.conversations.models import Conversation
from switchboard.kit.entities import Store
from switchboard.routing import api as routing


class ConfiguredServiceLevels:
    def __init__(self, queues: Store) -> None:
        self._queues = queues

    def of(self, conversations: Iterable[Conversation]) -> Goals:
        """The goals, by queue and medium, of every queue in which one of the conversations waited; one batch read for all."""
        waited_in = {acd.queue_id for conversation in conversations for acd in conversation.of_purpose("acd")}
        found = self._queues.find_all(waited_in) if waited_in else {}
        return {
            (queue_id, media): Goal(
                percentage=settings["serviceLevel"]["percentage"], duration_ms=settings["serviceLevel"]["durationMs"]
            )
            for queue_id, queue in found.items()
            for media, settings in routing.media_settings(queue).items()
            if complete(settings.get("serviceLevel"))
        }


def complete(level: object) -> bool:
    """Whether a configured service level says both its share and its time."""
    return isinstance(level, dict) and None not in (level.get("percentage"), level.get("durationMs"))
