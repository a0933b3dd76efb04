"""Who has what, as bitmaps over agents: bit n stands for the agent at place n of a list.

What agents have is looked up once for each queue, group, skill or language that anybody asks for, and kept as one bitmap for each
value of it: a ring, a proficiency. Whoever asks for several values has the OR of their bitmaps.
"""

from collections.abc import Callable, Sequence
from functools import partial, reduce
from operator import and_, or_
from typing import Literal

from switchboard.routing.matching.needs import Expression, Need, compares
from switchboard.routing.models import Agent

Trait = Literal["queue", "group", "skill", "language"]
Values = dict[float, int]
"""Bitmaps of the agents, by the value that they have."""

_LEFT = -1.0
"""The value of a queue for its members who have not joined; that of the others is their ring."""


class Traits:
    """`builds` counts the bitmaps made."""

    def __init__(self, agents: Sequence[Agent]) -> None:
        self.builds = 0
        self._agents = agents
        self._values: dict[tuple[Trait, str], Values] = {}
        self._kept: dict[object, int] = {}

    def able(self, need: Need) -> int:
        """Who may be given what has this need, capacity aside (as needs.qualifies, for everybody at once)."""
        able = self._within(need)
        for skill, least, most in need.skills:
            able &= self._between("skill", skill, least, most)
        if need.language_id:
            able &= self._holding(("language", need.language_id), "language", need.language_id, lambda _: True)
        if need.expression:
            able &= self._satisfying(need.expression)
        self.builds += 1 + len(need.skills)
        return able

    def _within(self, need: Need) -> int:
        inside = self._between("queue", need.queue_id, 0, need.ring)
        through = 0
        for group in need.groups:
            through |= self._between("group", group, 1, 1)
        return inside | (through & ~self._between("queue", need.queue_id, _LEFT, _LEFT) if through else 0)

    def _satisfying(self, expression: Expression) -> int:
        kind, *rest = expression
        match kind:
            case "and":
                return reduce(and_, map(self._satisfying, rest))
            case "or":
                return reduce(or_, map(self._satisfying, rest))
            case "not":
                return (1 << len(self._agents)) - 1 & ~self._satisfying(rest[0])
        named, comparison, level = rest
        return self._holding(expression, kind, named, partial(compares, comparison, level))

    def _between(self, trait: Trait, named: str, least: float, most: float) -> int:
        return self._holding((trait, named, least, most), trait, named, lambda value: least <= value <= most)

    def _holding(self, key: object, trait: Trait, named: str, holds: Callable[[float], bool]) -> int:
        if key not in self._kept:
            values = self._values_of(trait, named)
            self._kept[key] = reduce(or_, (agents for value, agents in values.items() if holds(value)), 0)
            self.builds += 1
        return self._kept[key]

    def _values_of(self, trait: Trait, named: str) -> Values:
        if (trait, named) not in self._values:
            values: Values = {}
            read = _READ[trait]
            for index, agent in enumerate(self._agents):
                value = read(agent, named)
                if value is not None:
                    values[value] = values.get(value, 0) | 1 << index
            self._values[trait, named] = values
            self.builds += len(values)
        return self._values[trait, named]


def _ring(agent: Agent, queue_id: str) -> float | None:
    membership = agent.queues.get(queue_id)
    if membership is None:
        return None
    return membership.ring if membership.joined else _LEFT


_READ: dict[Trait, Callable[[Agent, str], float | None]] = {
    "queue": _ring,
    "group": lambda agent, group: 1 if group in agent.groups else None,
    "skill": lambda agent, skill: agent.skills.get(skill),
    "language": lambda agent, language: agent.languages.get(language),
}
