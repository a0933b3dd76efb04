"""Whether an agent has room for one more, remembered: agents are often alike in what they have and in how much they can have."""

from collections.abc import Iterable

from switchboard.routing.models import Agent
from switchboard.routing.utilization import Held, Utilization, has_room, media

OnHand = tuple[Held, ...]


class Room(dict[Held, bool]):
    """Of whoever has this on hand: whether there is room for one more of a kind."""

    def __init__(self, on_hand: OnHand, utilization: Utilization) -> None:
        super().__init__()
        self._on_hand = on_hand
        self._utilization = utilization

    def __missing__(self, wanted: Held) -> bool:
        medium, label_id = wanted
        self[wanted] = has_room(self._on_hand, medium, self._utilization, label_id)
        return self[wanted]


class Rooms(dict[OnHand, Room]):
    """Of whoever has this utilization, by what is on hand. `most`: how many interactions they can have in all."""

    def __init__(self, utilization: Utilization) -> None:
        super().__init__()
        self.most = sum(bound.maximum_capacity for bound in media(utilization).values())
        self._utilization = utilization

    def __missing__(self, on_hand: OnHand) -> Room:
        self[on_hand] = Room(on_hand, self._utilization)
        return self[on_hand]


def rooms_of(agents: Iterable[Agent], organization: Utilization) -> list[Rooms]:
    """Each agent's; those with equal utilization share theirs."""
    shared: list[tuple[Utilization, Rooms]] = []
    return [_shared(agent, shared, organization) for agent in agents]


def _shared(agent: Agent, shared: list[tuple[Utilization, Rooms]], organization: Utilization) -> Rooms:
    for own, rooms in shared:
        if own == agent.utilization:
            return rooms
    rooms = Rooms(agent.within(organization))
    shared.append((agent.utilization, rooms))
    return rooms
