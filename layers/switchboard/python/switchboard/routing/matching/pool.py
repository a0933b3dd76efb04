"""Agents as bitmaps, so that finding one costs an AND whatever their number.

Agents stand in the order of idleness. A bitmap over *agents* says who is in a queue's ring, who has a skill at a level; the AND of
those a need asks for is kept, because needs repeat. A bitmap over *places* (how many interactions an agent has, then how long
they have been idle) holds one bit for each agent with room for a medium: its first set bit is the least busy agent, and the
longest idle among those. Taking an interaction moves that agent's bit one level up.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import partial, reduce
from itertools import chain
from operator import and_, or_

from switchboard.routing.matching.needs import Expression, Need, proficiency, satisfies
from switchboard.routing.models import Agent
from switchboard.routing.utilization import Held, Utilization, has_room, media

Rooms = dict[tuple[Held, ...], dict[Held, bool]]
"""Whether there is room for one more of a kind, by what is on hand: kept, because agents are often alike."""


@dataclass
class _Search:
    """Bitmaps of the places that qualify for one need, the best first, and the first of them that is not spent."""

    tiers: list[int]
    start: int = 0


class Pool:
    """Agents on duty. `operations` counts operations on bitmaps, `builds` those that made bitmaps which are kept."""

    def __init__(self, agents: Collection[Agent], utilization: Utilization) -> None:
        self.agents = sorted(
            (each for each in agents if each.on_duty), key=lambda each: (each.idle_since, each.user_id)
        )
        self.operations = 0
        self.builds = 0
        self._size = len(self.agents)
        self._bounds = [agent.within(utilization) for agent in self.agents]
        self._index = {agent.user_id: index for index, agent in enumerate(self.agents)}
        self._held = [sorted(agent.held) for agent in self.agents]
        shared: Rooms = {}
        self._rooms: list[Rooms] = [{} if agent.utilization else shared for agent in self.agents]
        self._free: dict[Held, int] = {}
        self._having: dict[object, int] = {}
        self._searches: dict[tuple[Need, Held], _Search] = {}
        self._parts: dict[str, int] = {}
        for index, agent in enumerate(self.agents):
            for conversation_id in agent.slots:
                self._parts[conversation_id] = self._parts.get(conversation_id, 0) | 1 << index
        own = (bounds for bounds in self._bounds if bounds is not utilization)
        most = max(_most(bounds) for bounds in chain([utilization], own))
        self._levels = 1 + max([most, *map(len, self._held)])

    def get(self, user_id: str) -> Agent | None:
        index = self._index.get(user_id)
        return None if index is None else self.agents[index]

    def can_take(self, agent: Agent, wanted: Held, conversation_id: str) -> bool:
        """With room for it, and without a part in the conversation already."""
        return conversation_id not in agent.slots and self._room(self._index[agent.user_id], wanted)

    def load(self, user_id: str) -> tuple[int, int]:
        """Sorts agents: the least busy first, then the longest idle."""
        index = self._index[user_id]
        return len(self._held[index]), index

    def first(self, need: Need, wanted: Held, conversation_id: str) -> tuple[Agent | None, int]:
        """The agent whose turn it is, and the bitmap of all who could take it with the same proficiency."""
        search = self._searches.get((need, wanted))
        if search is None:
            search = self._searches[need, wanted] = _Search(self._tiers(need))
        free = self._free.get(wanted)
        if free is None:
            free = self._free[wanted] = self._places(wanted)
        busy = self._parts.get(conversation_id, 0)
        for tier in range(search.start, len(search.tiers)):
            found = search.tiers[tier] & free
            self.operations += 1
            if not found:
                # Agents only become busier here: a tier that has run out stays so.
                search.start += tier == search.start
                continue
            if busy:
                found &= ~self._at_every_level(busy)
                self.operations += 1
            if found:
                place = (found & -found).bit_length() - 1
                return self.agents[place % self._size], found
        return None, 0

    def take(self, agent: Agent, wanted: Held) -> None:
        """The agent has one more: their bits move to the next level, or go where there is no room."""
        index = self._index[agent.user_id]
        level = len(self._held[index])
        self._held[index] = sorted((*self._held[index], wanted))
        here, above = 1 << level * self._size + index, 1 << (level + 1) * self._size + index
        for each, free in self._free.items():
            after = above if self._room(index, each) else 0
            if free & here:
                self._free[each] = free ^ (here | after)
                self.operations += 1

    def names(self, found: int, limit: int) -> Iterator[str]:
        """The users behind a bitmap of places, in their order."""
        while found and limit:
            lowest = found & -found
            yield self.agents[(lowest.bit_length() - 1) % self._size].user_id
            found ^= lowest
            limit -= 1

    def _room(self, index: int, wanted: Held) -> bool:
        held = tuple(self._held[index])
        known = self._rooms[index].setdefault(held, {})
        if wanted not in known:
            known[wanted] = has_room(held, wanted[0], self._bounds[index], wanted[1])
        return known[wanted]

    def _places(self, wanted: Held) -> int:
        levels = [bytearray(self._size) for _ in range(self._levels)]
        for index, held in enumerate(self._held):
            if self._room(index, wanted):
                levels[len(held)][index] = 1
        self.builds += 1
        return sum(_bits(level) << number * self._size for number, level in enumerate(levels))

    def _tiers(self, need: Need) -> list[int]:
        """Who qualifies, as bitmaps of places: one, or one for each average proficiency, the best first."""
        able = self._within(need)
        for wanted in need.skills:
            able &= self._kept(wanted, partial(_skilled, *wanted))
        if need.language_id:
            able &= self._kept(("language", need.language_id), lambda agent: need.language_id in agent.languages)
        if need.expression:
            able &= self._satisfying(need.expression)
        self.builds += len(need.skills) + 1
        if not need.best:
            return [self._at_every_level(able)]
        tiers: dict[float, int] = {}
        for index in _set_bits(able):
            average = proficiency(self.agents[index], need)
            tiers[average] = tiers.get(average, 0) | 1 << index
        return [self._at_every_level(tiers[average]) for average in sorted(tiers, reverse=True)]

    def _satisfying(self, expression: Expression) -> int:
        """As `satisfies`, for everybody at once."""
        kind, *rest = expression
        match kind:
            case "and":
                return reduce(and_, map(self._satisfying, rest))
            case "or":
                return reduce(or_, map(self._satisfying, rest))
            case "not":
                return (1 << self._size) - 1 & ~self._satisfying(rest[0])
        return self._kept(expression, partial(_satisfies, expression))

    def _at_every_level(self, agents: int) -> int:
        """The places of these agents, by doubling: a few shifts whatever the number of levels."""
        width, wanted = self._size, self._size * self._levels
        while width < wanted:
            agents |= agents << width
            width *= 2
        return agents & (1 << wanted) - 1

    def _within(self, need: Need) -> int:
        def member(agent: Agent) -> bool:
            membership = agent.queues.get(need.queue_id)
            return membership is not None and membership.joined and membership.ring <= need.ring

        inside = self._kept(("ring", need.queue_id, need.ring), member)
        through = 0
        for group in need.groups:
            through |= self._kept(("group", group), partial(_in_group, group))
        if through:
            through &= ~self._kept(("left", need.queue_id), lambda agent: agent.left(need.queue_id))
        return inside | through

    def _kept(self, key: object, holds: Callable[[Agent], bool]) -> int:
        if key not in self._having:
            self._having[key] = _bits(bytearray(holds(agent) for agent in self.agents))
            self.builds += 1
        return self._having[key]


def _most(utilization: Utilization) -> int:
    """How many interactions an agent can have in all."""
    return sum(bound.maximum_capacity for bound in media(utilization).values())


def _set_bits(flags: int) -> list[int]:
    return [index for index, digit in enumerate(reversed(f"{flags:b}")) if digit == "1"]


def _in_group(group: str, agent: Agent) -> bool:
    return group in agent.groups


def _satisfies(expression: Expression, agent: Agent) -> bool:
    return satisfies(agent, expression)


def _skilled(skill: str, least: float, most: float, agent: Agent) -> bool:
    return skill in agent.skills and least <= agent.skills[skill] <= most


def _bits(flags: bytearray) -> int:
    """The integer whose bit n is flags[n]."""
    return int(bytes(flags[::-1]).translate(_DIGITS) or b"0", 2)


_DIGITS = bytes([48, 49]) + bytes(254)
