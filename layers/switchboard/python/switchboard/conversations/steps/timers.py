"""Let time pass: set the timers of a conversation that started, act when one is due."""

from collections.abc import Mapping
from typing import Any

from switchboard.conversations import bootstrap
from switchboard.conversations.due import Due
from switchboard.conversations.service.expire import INACTIVITY, WINDOW, Expiring
from switchboard.conversations.steps.channel_settings import ChannelSettings
from switchboard.kit import settings


def start(conversation_id: str, started: int) -> None:
    _expiring().start(conversation_id, started)


def fire(timer: Mapping[str, Any]) -> None:
    """A due timer of the domain. Harmless when repeated or stale."""
    kind, conversation_id = timer["timer"], timer["conversationId"]
    if kind in (WINDOW, INACTIVITY):
        _expiring().fire(kind, conversation_id, timer["since"])
    else:
        bootstrap.participating().fall_due(conversation_id, Due(kind, timer["participantId"], timer["dueMs"]))


@settings.per_function
def _expiring() -> Expiring:
    return Expiring(bootstrap.repository(), ChannelSettings())
