"""Estimated waiting time: a pure estimate from what the agents on queue took for recent interactions.

Whoever stands at position p waits until p slots have come free. Slots come free once in mean handling time / number of slots.
"""

from collections.abc import Collection, Iterable

from switchboard.kit.model import Record
from switchboard.routing.models import Agent, Interaction
from switchboard.routing.utilization import Utilization, has_room, of_medium


class Standing(Record):
    """Where an interaction stands among those of its medium in its queue (1: it is next), and the seconds until it is answered
    (None: there is no data to tell by)."""

    position: int
    estimated_seconds: int | None = None


def position(waiting: Iterable[Interaction], conversation_id: str, media: str) -> tuple[int, bool]:
    """Where a conversation stands in what waits, in the order of turns, and whether it does; else where the next to come would."""
    ahead = 0
    for interaction in waiting:
        if interaction.conversation_id == conversation_id and interaction.media == media:
            return ahead + 1, True
        ahead += interaction.media == media
    return ahead + 1, False


def estimate_seconds(agents: Collection[Agent], media: str, position: int, utilization: Utilization) -> int | None:
    """Seconds until an interaction at `position` (1: next) of a queue with these joined members is answered.

    0 where somebody is free and nobody waits before it. None where nothing is known: nobody on queue, or nobody has handled
    the medium yet.
    """
    on_duty = [agent for agent in agents if agent.on_duty]
    if position <= 1 and any(has_room(agent.held, media, agent.within(utilization)) for agent in on_duty):
        return 0
    handled = [agent.handled[media] for agent in on_duty if media in agent.handled]
    count = sum(each.count for each in handled)
    slots = sum(of_medium(agent.within(utilization), media).maximum_capacity for agent in on_duty)
    if not count or not slots:
        return None
    mean_ms = sum(each.mean_ms * each.count for each in handled) / count
    return round(mean_ms * max(1, position) / slots / 1000)
