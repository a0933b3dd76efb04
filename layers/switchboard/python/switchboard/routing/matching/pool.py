"""Agents as bitmaps, so that finding one costs an AND whatever their number.

Agents stand in the order of idleness. A bitmap over *agents* says who qualifies for a need (matching.traits) and is kept, because
needs repeat. A bitmap over *places* (how many interactions an agent has, then how long they have been idle) holds one bit for each
agent with room for a medium: its first set bit is the least busy agent, and the longest idle among those. Taking an interaction
moves that agent's bit one level up.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from switchboard.routing.matching.needs import Need, proficiency
from switchboard.routing.matching.rooms import OnHand, rooms_of
from switchboard.routing.matching.traits import Traits
from switchboard.routing.models import Agent
from switchboard.routing.utilization import Held, Utilization


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
        self._builds = 0
        self._size = len(self.agents)
        self._index = {agent.user_id: index for index, agent in enumerate(self.agents)}
        self._on_hand: list[OnHand] = [tuple(sorted(agent.held)) for agent in self.agents]
        self._rooms = rooms_of(self.agents, utilization)
        self._traits = Traits(self.agents)
        self._free: dict[Held, int] = {}
        self._searches: dict[tuple[Need, Held], _Search] = {}
        self._parts: dict[str, int] = {}
        for index, agent in enumerate(self.agents):
            for conversation_id in agent.slots:
                self._parts[conversation_id] = self._parts.get(conversation_id, 0) | 1 << index
        most = (max(len(on_hand), rooms.most) for on_hand, rooms in zip(self._on_hand, self._rooms, strict=True))
        self._levels = 1 + max(most, default=0)

    @property
    def builds(self) -> int:
        return self._builds + self._traits.builds

    def get(self, user_id: str) -> Agent | None:
        index = self._index.get(user_id)
        return None if index is None else self.agents[index]

    def can_take(self, agent: Agent, wanted: Held, conversation_id: str) -> bool:
        """With room for it, and without a part in the conversation already."""
        return conversation_id not in agent.slots and self._room(self._index[agent.user_id], wanted)

    def load(self, user_id: str) -> tuple[int, int]:
        """Sorts agents: the least busy first, then the longest idle."""
        index = self._index[user_id]
        return len(self._on_hand[index]), index

    def first(self, need: Need, wanted: Held, conversation_id: str) -> tuple[Agent | None, int]:
        """The agent whose turn it is, and the bitmap of all who could take it with the same proficiency."""
        free = self._free.get(wanted)
        if free is None:
            free = self._free[wanted] = self._places(wanted)
        search = self._searches.get((need, wanted))
        if search is None:
            search = self._searches[need, wanted] = _Search(self._tiers(need, free))
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
        level = len(self._on_hand[index])
        self._on_hand[index] = tuple(sorted((*self._on_hand[index], wanted)))
        room = self._rooms[index][self._on_hand[index]]
        here, above = 1 << level * self._size + index, 1 << (level + 1) * self._size + index
        for each, free in self._free.items():
            if free & here:
                self._free[each] = free ^ (here | above if room[each] else here)
                self.operations += 1

    def names(self, found: int, limit: int) -> Iterator[str]:
        """The users behind a bitmap of places, in their order."""
        while found and limit:
            lowest = found & -found
            yield self.agents[(lowest.bit_length() - 1) % self._size].user_id
            found ^= lowest
            limit -= 1

    def _room(self, index: int, wanted: Held) -> bool:
        return self._rooms[index][self._on_hand[index]][wanted]

    def _places(self, wanted: Held) -> int:
        levels = [bytearray(self._size) for _ in range(self._levels)]
        for index, held in enumerate(self._on_hand):
            if self._room(index, wanted):
                levels[len(held)][index] = 1
        self._builds += 1
        return sum(_bits(level) << number * self._size for number, level in enumerate(levels))

    def _tiers(self, need: Need, free: int) -> list[int]:
        """Who qualifies, as bitmaps of places: one, or one for each average proficiency, the best first.

        Agents only become busier here, so that whoever has no room now is left out for good.
        """
        able = self._at_every_level(self._traits.able(need))
        self._builds += 1
        if not need.best:
            return [able]
        tiers: dict[float, int] = {}
        for place in _set_bits(able & free):
            index = place % self._size
            average = proficiency(self.agents[index], need)
            tiers[average] = tiers.get(average, 0) | 1 << index
        self._builds += len(tiers)
        return [self._at_every_level(tiers[average]) for average in sorted(tiers, reverse=True)]

    def _at_every_level(self, agents: int) -> int:
        """The places of these agents, by doubling: a few shifts whatever the number of levels."""
        width, wanted = self._size, self._size * self._levels
        while width < wanted:
            agents |= agents << width
            width *= 2
        return agents & (1 << wanted) - 1


def _set_bits(flags: int) -> Iterator[int]:
    """Few of many: looked for in the digits, because each arithmetic step would copy the whole."""
    digits = f"{flags:b}"[::-1]
    index = digits.find("1")
    while index >= 0:
        yield index
        index = digits.find("1", index + 1)


def _bits(flags: bytearray) -> int:
    """The integer whose bit n is flags[n]."""
    return int(bytes(flags[::-1]).translate(_DIGITS) or b"0", 2)


_DIGITS = bytes([48, 49]) + bytes(254)
