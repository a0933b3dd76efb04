"""Carry words between a customer and an external contact."""

from collections.abc import Mapping
from typing import Any

from switchboard.conversations import bootstrap


def take(command: Mapping[str, Any], attempt: int = 1) -> None:
    """A command of the outbox (events.Told.relay). Harmless when repeated; raises RetryLaterError to have it delivered again."""
    relaying = bootstrap.relaying()
    match command["command"]:
        case "introduce":
            relaying.introduce(command["conversationId"], command["participantId"], attempt)
        case "carry":
            relaying.carry(command["messageId"], command["sort"])
        case "failed":
            relaying.give_up(command["messageId"], command["sort"])
        case unknown:
            raise ValueError(f"there is no relay command {unknown}")
