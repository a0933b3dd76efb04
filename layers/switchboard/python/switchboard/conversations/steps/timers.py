"""Let time pass: set the timers of a conversation that started, act when one is due."""

from switchboard.conversations import bootstrap
from switchboard.conversations.service.expire import Expiring
from switchboard.conversations.steps.channel_settings import ChannelSettings
from switchboard.kit import settings


def start(conversation_id: str, started: int) -> None:
    _expiring().start(conversation_id, started)


def fire(timer: str, conversation_id: str, since: int) -> None:
    _expiring().fire(timer, conversation_id, since)


@settings.per_function
def _expiring() -> Expiring:
    return Expiring(bootstrap.repository(), ChannelSettings())
