"""Where interactions wait, and how long they lately did, in storage; the only file that knows these keys.

    WAIT#<queue>   <lane>#<rank>   an interaction that waits, in the order of its turn among those that ask for the same
    LEFT#<queue>   <time>#<acd>    a wait that ended lately, by when; it expires by itself

Lanes need no list: whoever reads a queue takes the head of one and skips to the next, so that lanes in which nothing waits cost
nothing, and a long one costs no more than a short one.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from heapq import merge
from itertools import chain, groupby, islice

from switchboard.kit import model
from switchboard.kit.dynamo import ConditionFailedError, Item, Key, Table
from switchboard.routing.matching.lanes import Lane, lane_of
from switchboard.routing.models import Interaction, Stay

PAGE = 10
_STAYS_KEPT_SECONDS = 3600
_BEHIND = "~"
"""Sorts after every rank."""


class Places:
    def __init__(self, table: Table) -> None:
        self._table = table

    def waiting(
        self, queue_id: str, limit: int | None = None, wanted: Callable[[Lane], bool] | None = None
    ) -> Iterator[Interaction]:
        """What waits in the queue, whose turn is first first, read as it is consumed; only in the lanes that are `wanted`."""
        lanes = [
            chain(heads, self._behind(queue_id, last) if last else ())
            for heads, last in self._heads(queue_id)
            if wanted is None or wanted(lane_of(heads[0]))
        ]
        return islice(merge(*lanes, key=lambda each: each.rank), limit)

    def unordered(self, queue_id: str, limit: int) -> Iterator[Interaction]:
        """What waits, whatever its turn: to be counted, not to be assigned."""
        return map(_interaction, self._table.query(_queue(queue_id), limit=limit))

    def lanes(self, queue_id: str) -> Iterator[Lane]:
        """What is asked for by what waits in the queue."""
        return (lane_of(heads[0]) for heads, _ in self._heads(queue_id))

    def pages(
        self, queue_id: str, most: int, wanted: Callable[[Lane], bool] | None = None
    ) -> Iterator[list[Interaction]]:
        """What waits, up to `most`, a page at a time."""
        waiting = self.waiting(queue_id, most, wanted)
        while page := list(islice(waiting, PAGE)):
            yield page

    def take(self, interaction: Interaction) -> None:
        """Let it wait."""
        key = _key(interaction)
        self._table.put({"PK": key[0], "SK": key[1], "doc": model.dump(interaction)})

    def at(self, queue_id: str, place: str) -> Interaction | None:
        """The interaction that waits at that place."""
        item = self._table.get((_queue(queue_id), place))
        return _interaction(item) if item else None

    def leave(self, interaction: Interaction) -> bool:
        """False where it did not wait at its place: nothing does, or another wait of the conversation."""
        mine = {"wait": interaction.participant_id}
        try:
            return self._table.delete(_key(interaction), condition="contains(doc, :wait)", values=mine) is not None
        except ConditionFailedError:
            return False

    def leave_all(self, interactions: Iterable[Interaction]) -> None:
        """In one call for 25; where they do not wait, nothing happens."""
        self._table.delete_all(_key(each) for each in interactions)

    def mark_overdue(self, interaction: Interaction) -> None:
        """It has waited longer than its queue allows: the table's stream tells the supervisors. Nothing where it is gone."""
        with suppress(ConditionFailedError):
            self._table.update(
                _key(interaction), "SET overdue = :yes", values={"yes": True}, condition="attribute_exists(PK)"
            )

    def _heads(self, queue_id: str) -> Iterator[tuple[list[Interaction], str]]:
        """The first of each lane, and the place of the last of them where more may wait behind it."""
        place = ""
        while True:
            items = list(self._table.query(_queue(queue_id), after=place, limit=PAGE, consistent=True))
            full = len(items) == PAGE
            lanes = [list(lane) for _, lane in groupby(items, key=lambda item: _lane(item["SK"]))]
            for number, heads in enumerate(lanes, start=1):
                yield [_interaction(item) for item in heads], heads[-1]["SK"] if full and number == len(lanes) else ""
            if not full:
                return
            place = f"{_lane(items[-1]['SK'])}#{_BEHIND}"

    def _behind(self, queue_id: str, place: str) -> Iterator[Interaction]:
        """What waits in the lane after that place."""
        bounds = (f"{place} ", f"{_lane(place)}#{_BEHIND}")
        yield from map(_interaction, self._table.query(_queue(queue_id), between=bounds, page=PAGE, consistent=True))

    def left(self, queue_id: str, participant_id: str, at: int, stay: Stay) -> None:
        """A wait ended at that time. Written twice it is the same item."""
        key = {"PK": f"LEFT#{queue_id}", "SK": f"{at:013d}#{participant_id}"}
        self._table.put({**key, "doc": model.dump(stay), "expiresAt": at // 1000 + _STAYS_KEPT_SECONDS})

    def stays(self, queue_id: str, since: int, most: int) -> list[Stay]:
        """The latest waits that ended since that time."""
        span = (f"{since:013d}", "~")
        items = self._table.query(f"LEFT#{queue_id}", between=span, limit=most, forward=False)
        return [model.load(Stay, item["doc"]) for item in items]


def place_of(interaction: Interaction) -> str:
    """Where it waits in its queue."""
    return f"{lane_of(interaction).key}#{interaction.rank}"


def _lane(place: str) -> str:
    return place.partition("#")[0]


def overdue(item: Item) -> Interaction | None:
    """The interaction that an item of the table's stream says has waited too long."""
    return _interaction(item) if _waits(item) and item.get("overdue") else None


def began_to_wait(after: Item, before: Item) -> Interaction | None:
    """The interaction whose place in a queue is new in the table's stream."""
    return _interaction(after) if _waits(after) and not before else None


def _waits(item: Item) -> bool:
    return str(item.get("PK", "")).startswith("WAIT#")


def _interaction(item: Item) -> Interaction:
    return model.load(Interaction, item["doc"])


def _queue(queue_id: str) -> str:
    return f"WAIT#{queue_id}"


def _key(interaction: Interaction) -> Key:
    return _queue(interaction.queue_id), place_of(interaction)
