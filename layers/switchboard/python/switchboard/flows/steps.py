"""The step of in-queue flows, for the function that runs it."""

from collections.abc import Mapping
from typing import Any

from switchboard.conversations import api as conversations
from switchboard.flows import bootstrap
from switchboard.flows.waiting.announce import Announcing
from switchboard.kit import settings
from switchboard.routing import api as routing


def began_to_wait(detail: Mapping[str, Any]) -> None:
    """The event `interaction.waiting`. Harmless when repeated."""
    _announcing().begin(detail)


def fire_timer(timer: Mapping[str, Any]) -> None:
    """A due timer of a wait. Harmless when repeated or stale."""
    _announcing().fire(timer)


class _Queues:
    def standing(self, queue_id: str, conversation_id: str) -> routing.Standing | None:
        return routing.standing(queue_id, conversation_id, "message")


@settings.per_function
def _announcing() -> Announcing:
    return Announcing(bootstrap.service(), conversations, _Queues())
