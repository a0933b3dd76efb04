"""User aggregates: how long agents were in each routing status and presence, from the history of their states. Pure."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from switchboard.analytics import filters, intervals
from switchboard.analytics.aggregates import known, refuse
from switchboard.analytics.models import Body, Interval, State, StateKind
from switchboard.kit.checks import require
from switchboard.kit.errors import InvalidValueError

DIMENSIONS = ("userId",)
MOST_USERS = 100
_KINDS: dict[str, StateKind] = {
    "tAgentRoutingStatus": "routing",
    "tSystemPresence": "presence",
    "tOrganizationPresence": "presence",
}

History = Mapping[StateKind, Sequence[State]]
"""A user's states of each kind in order, from the one that the interval begins with."""


@dataclass(frozen=True)
class Query:
    """A checked UserAggregationQuery; `user_ids` are those whom its filter names."""

    interval: Interval
    parts: list[Interval]
    by_user: bool
    metrics: tuple[str, ...]
    user_ids: list[str]

    @property
    def kinds(self) -> set[StateKind]:
        """Of which states the histories are needed."""
        return {_KINDS[metric] for metric in self.metrics}


def query_of(body: Body) -> Query:
    """Raises InvalidValueError, BadRequestError naming the field. Users must be named: histories are read one by one."""
    require(body, "interval", "metrics")
    refuse(body, "views")
    interval = intervals.parse(body["interval"])
    return Query(
        interval=interval,
        parts=intervals.cut(interval, body.get("granularity"), body.get("timeZone")),
        by_user="userId" in known(body.get("groupBy") or [], DIMENSIONS, "groupBy", "dimension"),
        metrics=known(body["metrics"], tuple(_KINDS), "metrics", "metric"),
        user_ids=users_of(body.get("filter")),
    )


def users_of(given: filters.Filter | None) -> list[str]:
    """The users whom a filter means. Raises InvalidValueError where it names none, or more than 100."""
    passes = filters.compile_filter(given, DIMENSIONS, field="filter")
    user_ids = filters.named(given, "userId")
    if not 1 <= len(user_ids) <= MOST_USERS:
        raise InvalidValueError(f"filter must name 1 to {MOST_USERS} users by userId.", field="filter")
    return [each for each in user_ids if passes(lambda name: (each,), filters.no_number)]  # noqa: B023


def aggregate(histories: Mapping[str, History], query: Query, now: int) -> list[Body]:
    """UserAggregateDataContainers. What lies after `now` has not happened; before the first known state nothing is said."""
    cells: dict[str, dict[int, dict[tuple[str, str], int]]] = {}
    for user_id, history in histories.items():
        parts = cells.setdefault(user_id if query.by_user else "", {})
        for metric in query.metrics:
            for index, qualifier, spent in _spent(history.get(_KINDS[metric], ()), query.parts, metric, now):
                sums = parts.setdefault(index, defaultdict(int))
                sums[metric, qualifier] += spent
    return [
        {
            "group": {"userId": user_id} if user_id else {},
            "data": [_data(query.parts[index], parts[index]) for index in sorted(parts)],
        }
        for user_id, parts in sorted(cells.items())
        if parts
    ]


def _spent(states: Sequence[State], parts: Sequence[Interval], metric: str, now: int) -> Iterator[tuple[int, str, int]]:
    """(part, qualifier, milliseconds) of each stretch, a stretch lasting until the next state begins."""
    begun, first = [state.at for state in states], 0
    for state, end in zip(states, [*begun[1:], now], strict=False):  # no states, no stretch
        # What ends before this state begins is over for the later ones too: states and parts run on together.
        while first < len(parts) and parts[first].end <= state.at:
            first += 1
        for index in range(first, len(parts)):
            spent = min(end, parts[index].end) - max(state.at, parts[index].start)
            if spent <= 0:
                break
            yield index, qualifier_of(metric, state), spent


def qualifier_of(metric: str, state: State) -> str:
    if metric == "tOrganizationPresence":
        return state.definition_id
    return presence_qualifier(state.value) if metric == "tSystemPresence" else state.value


def presence_qualifier(system_presence: str) -> str:
    """OnQueue is ON_QUEUE."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", system_presence).upper()


def _data(part: Interval, sums: Mapping[tuple[str, str], int]) -> Body:
    metrics = [
        {"metric": metric, "qualifier": qualifier, "stats": {"sum": spent}}
        for (metric, qualifier), spent in sorted(sums.items())
    ]
    return {"interval": intervals.show(part), "metrics": metrics}


def presence_mappings(definitions: Iterable[Body]) -> dict[str, list[str]]:
    """`systemToOrganizationMappings`: which presence definitions stand for each system presence."""
    mappings: dict[str, list[str]] = {}
    for definition in definitions:
        mappings.setdefault(presence_qualifier(definition["systemPresence"]), []).append(definition["id"])
    return mappings
