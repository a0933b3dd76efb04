"""Conversation aggregates: rows added up by group, part of the interval and metric. Pure: the order of the rows does not matter."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import inf
from typing import Any

from switchboard.analytics import filters, intervals
from switchboard.analytics.intervals import Buckets
from switchboard.analytics.metrics import EMITTED
from switchboard.analytics.models import Body, Interval, Row
from switchboard.analytics.responses import RESPONSES
from switchboard.analytics.rows import DIMENSIONS
from switchboard.kit.checks import require
from switchboard.kit.errors import InvalidValueError

MEASURED = (*EMITTED, *RESPONSES)
METRICS = (*MEASURED, "oServiceTarget")
ALWAYS_GROUPED = "mediaType"
"""The platform tells the media apart whether or not a query groups by them."""

Group = tuple[tuple[str, str], ...]


@dataclass
class Sum:
    """What is known of a metric in one cell."""

    count: int = 0
    total: float = 0
    least: float = 0
    most: float = 0
    target: tuple[int, float] = (0, 0)
    """The latest, and since when."""

    def add(self, row: Row) -> None:
        self.least = min(self.least, row.value) if self.count else row.value
        self.most = max(self.most, row.value)
        self.count += 1
        self.total += row.value
        self.target = max(self.target, (row.at, row.target))


@dataclass(frozen=True)
class View:
    """A metric of the query's own: the values of `target` from `least` up to but without `bound`."""

    name: str
    target: str
    least: float
    bound: float

    def has(self, row: Row) -> bool:
        return row.name == self.target and self.least <= row.value < self.bound


@dataclass(frozen=True)
class Query:
    """A checked ConversationAggregationQuery."""

    interval: Interval
    parts: list[Interval]
    group_by: tuple[str, ...]
    metrics: frozenset[str]
    passes: filters.Test
    views: tuple[View, ...] = ()
    flatten: bool = False
    by_media: bool = True

    def names(self, row: Row) -> list[str]:
        """The metrics and views in which the row counts."""
        own = [row.name] if row.name in self.metrics else []
        return own + [view.name for view in self.views if view.has(row)]


@dataclass
class _Table:
    cells: dict[Group, dict[int, dict[str, Sum]]] = field(default_factory=dict)

    def add(self, group: Group, part: int, row: Row, names: Sequence[str]) -> None:
        sums = self.cells.setdefault(group, {}).setdefault(part, {})
        for name in names:
            sums.setdefault(name, Sum()).add(row)


def query_of(body: Body) -> Query:
    """Raises InvalidValueError, BadRequestError naming the field."""
    require(body, "interval", "metrics")
    refuse(body, "sortMetric")
    if (body.get("queryType") or "groupBy") != "groupBy":
        raise InvalidValueError("Only the query type groupBy is supported.", field="queryType")
    interval = intervals.parse(body["interval"])
    return Query(
        interval=interval,
        parts=intervals.cut(interval, body.get("granularity"), body.get("timeZone")),
        group_by=known(body.get("groupBy") or [], DIMENSIONS, "groupBy", "dimension"),
        metrics=frozenset(known(body["metrics"], METRICS, "metrics", "metric")),
        passes=filters.compile_filter(body.get("filter"), DIMENSIONS, field="filter"),
        views=_views(body.get("views") or []),
        flatten=bool(body.get("flattenMultivaluedDimensions")),
    )


def _views(given: Sequence[Body]) -> tuple[View, ...]:
    views: dict[str, View] = {}
    for index, body in enumerate(given):
        at = f"views.{index}"
        name, bounds = body.get("name") or "", body.get("range") or {}
        if not name or name in views or name in METRICS:
            raise InvalidValueError("A view needs a name that no other view and no metric has.", field=f"{at}.name")
        (target,) = known([body.get("target") or ""], MEASURED, f"{at}.target", "metric")
        least, bound = bounds.get("gte"), bounds.get("lt")
        if least is None and bound is None:
            raise InvalidValueError("A view needs a range: gte, lt or both.", field=f"{at}.range")
        views[name] = View(name, target, -inf if least is None else least, inf if bound is None else bound)
    return tuple(views.values())


def refuse(body: Body, *names: str) -> None:
    """Raises InvalidValueError for a field that asks for what is not served."""
    for name in names:
        if body.get(name):
            raise InvalidValueError(f"{name} is not supported.", field=name)


def known(given: Sequence[str], supported: Sequence[str], field_name: str, kind: str) -> tuple[str, ...]:
    """The names as given, once each. Raises InvalidValueError for one that is not supported, or where there is none."""
    for name in given:
        if name not in supported:
            raise InvalidValueError(f"The {kind} '{str(name)[:60]}' is not supported here.", field=field_name)
    return tuple(dict.fromkeys(given))


def aggregate(rows: Iterable[Row], query: Query) -> list[Body]:
    """ConversationAggregateDataContainers, by group; parts of the interval in which nothing was emitted are left out.

    A metric counts in the part in which it was emitted. A row with several values of a dimension that is grouped by (skills,
    wrap-up codes) counts in the group of each, or, flattened, in the one group of all together.
    """
    table, buckets = _Table(), Buckets(query.parts)
    for row in rows:
        names = query.names(row)
        part = buckets.index(row.at) if names else None
        if part is not None and query.passes(lambda name: row.dimensions[name], filters.no_number):  # noqa: B023
            for group in _groups(row.dimensions, query):
                table.add(group, part, row, names)
    return [
        {"group": dict(group), "data": [_data(query, query.parts[part], parts[part]) for part in sorted(parts)]}
        for group, parts in sorted(table.cells.items())
    ]


def _groups(dimensions: Mapping[str, tuple[str, ...]], query: Query) -> Iterator[Group]:
    names = tuple(dict.fromkeys((*query.group_by, *((ALWAYS_GROUPED,) if query.by_media else ()))))
    values = [dimensions[name] for name in names]
    if query.flatten:
        values = [(",".join(sorted(each)),) if each else () for each in values]
    for chosen in product(*(each or ("",) for each in values)):
        yield tuple((name, value) for name, value in zip(names, chosen, strict=True) if value)


def _data(query: Query, part: Interval, sums: Mapping[str, Sum]) -> Body:
    metrics = [{"metric": name, "stats": _stats(name, sums[name])} for name in sorted(sums) if name in query.metrics]
    views = [
        {"name": view.name, "stats": _stats(view.target, sums[view.name])} for view in query.views if view.name in sums
    ]
    return {"interval": intervals.show(part), "metrics": metrics} | ({"views": views} if views else {})


def _stats(name: str, found: Sum) -> dict[str, Any]:
    match name:
        case "oServiceLevel":
            return {
                "ratio": found.total / found.count,
                "numerator": found.total,
                "denominator": found.count,
                "target": found.target[1],
            }
        case "oServiceTarget":
            return {"current": found.target[1], "target": found.target[1]}
        case _ if name.startswith("n"):
            return {"count": found.count}
    return {"count": found.count, "sum": found.total, "min": found.least, "max": found.most}
