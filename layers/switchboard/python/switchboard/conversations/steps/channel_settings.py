"""The channels domain as the steps ask it (ports.Channels)."""

from collections.abc import Mapping

from switchboard.channels import api as channels
from switchboard.conversations.ports import Entrance
from switchboard.conversations.transitions import QueueTarget
from switchboard.kit import clock


class ChannelSettings:
    def entrance(self, integration_id: str, attributes: Mapping[str, str]) -> Entrance | None:
        published = channels.entry(integration_id)
        if published is None:
            return None
        entry, occasion = published.at(clock.now())
        entry, choice = entry.for_whom(attributes)
        queue = QueueTarget(
            queue_id=entry.queue_id,
            queue_name=entry.queue_name,
            division_id=entry.division_id,
            priority=entry.priority,
            vip=entry.vip,
            skill_ids=tuple(entry.skill_ids),
            skill_levels=entry.skill_levels,
            skill_expression=entry.skill_expression,
            language_id=entry.language_id,
            label_id=entry.label_id,
            preferred_agents=entry.preferred_agents,
            direct_agent=entry.direct_agent,
        )
        return Entrance(queue if entry.queue_id else None, entry.message, f"{occasion}{choice}")

    def threading_minutes(self, channel: str) -> int:
        return channels.threading_minutes(channel)
