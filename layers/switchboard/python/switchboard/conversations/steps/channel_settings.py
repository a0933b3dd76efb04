"""The channels domain as the steps ask it (ports.Channels)."""

from switchboard.channels import api as channels
from switchboard.conversations.transitions import QueueTarget


class ChannelSettings:
    def entry(self, integration_id: str) -> QueueTarget | None:
        entry = channels.entry(integration_id)
        if entry is None:
            return None
        return QueueTarget(
            queue_id=entry.queue_id,
            queue_name=entry.queue_name,
            priority=entry.priority,
            skill_ids=tuple(entry.skill_ids),
            language_id=entry.language_id,
        )

    def threading_minutes(self, channel: str) -> int:
        return channels.threading_minutes(channel)
