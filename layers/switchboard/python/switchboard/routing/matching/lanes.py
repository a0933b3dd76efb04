"""Lanes: what waits in a queue, told apart by what it asks for, so that an agent who becomes free is not held up by a long head of
interactions that others must take.

A lane says less than a need: levels, rings and preferred agents do not enter, and what a ring may remove is not insisted on. So an
agent to whom a lane is closed can have nothing in it, and what is in an open one is still looked at.
"""

from typing import Any

from switchboard.kit import ids, model
from switchboard.kit.model import Record
from switchboard.routing.matching.needs import named, satisfies
from switchboard.routing.models import Agent, Interaction, QueueRules
from switchboard.routing.utilization import Utilization, has_room

KEY_DIGITS = 20
"""80 bits: two lanes of a queue never share a key."""


class Lane(Record):
    """`names_agents`: its interactions name who may have them whatever their skills."""

    media: str
    label_id: str = ""
    language_id: str = ""
    skill_ids: tuple[str, ...] = ()
    expression: list[Any] = []
    names_agents: bool = False

    @property
    def asks(self) -> set[str]:
        """The skills, languages and labels that it names."""
        return {self.label_id, self.language_id, *self.skill_ids, *named(self.expression)} - {""}

    @property
    def key(self) -> str:
        return ids.digest("lane", model.dump(self)).hex()[:KEY_DIGITS]


def lane_of(interaction: Interaction) -> Lane:
    return Lane(
        media=interaction.media,
        label_id=interaction.label_id,
        language_id=interaction.language_id,
        skill_ids=() if interaction.expression else tuple(sorted(set(interaction.skill_ids))),
        expression=interaction.expression,
        names_agents=bool(interaction.direct_agent or interaction.last_agent),
    )


def open_to(agent: Agent, lane: Lane, rules: QueueRules, utilization: Utilization) -> bool:
    """Whether there may be something for the agent in the lane."""
    if not has_room(agent.held, lane.media, agent.within(utilization), lane.label_id):
        return False
    if lane.names_agents or rules.skill_evaluation == "NONE":
        return True
    language = lane.language_id or ("" if lane.expression else rules.default_language)
    if language and language not in agent.languages:
        return False
    if lane.expression and not satisfies(agent, lane.expression):
        return False
    removable = {skill_id for ring in rules.bullseye for skill_id in ring.removes}
    return all(skill_id in agent.skills or skill_id in removable for skill_id in lane.skill_ids)
