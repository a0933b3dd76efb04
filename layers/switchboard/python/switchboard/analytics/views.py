"""Views that can be exported: a request becomes a query, the answer a table. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from switchboard.analytics import aggregates, columns, details_query, intervals
from switchboard.analytics.columns import Column, Style
from switchboard.analytics.details_query import conversation_sum, values_of
from switchboard.analytics.models import Body, Interval
from switchboard.analytics.rows import rows
from switchboard.kit import clock
from switchboard.kit.checks import require
from switchboard.kit.errors import InvalidValueError
from switchboard.kit.spreadsheets import LOCALES, DurationFormat, Locale

Names = Callable[[str, Iterable[str]], Mapping[str, str]]
"""The names of what has these ids in a dimension."""


@dataclass(frozen=True)
class View:
    """`title` heads what the view groups by (`dimension`); `detailed`: cut by the request's period."""

    title: str
    dimension: str
    columns: tuple[Column, ...]
    detailed: bool = False


SEARCH = "INTERACTION_SEARCH_VIEW"
AGGREGATES = {
    "QUEUE_PERFORMANCE_SUMMARY_VIEW": View("Queue", "queueId", columns.OF_QUEUES),
    "QUEUE_PERFORMANCE_DETAIL_VIEW": View("Queue", "queueId", columns.OF_QUEUES, detailed=True),
    "SKILLS_PERFORMANCE_VIEW": View("Skill", "requestedRoutingSkillId", columns.OF_QUEUES),
    "AGENT_PERFORMANCE_SUMMARY_VIEW": View("Agent", "userId", columns.OF_AGENTS),
    "AGENT_PERFORMANCE_DETAIL_VIEW": View("Agent", "userId", columns.OF_AGENTS, detailed=True),
}
_SEARCHED = (
    "Conversation ID",
    "Start",
    "End",
    "Direction",
    "Media Type",
    "Message Type",
    "Users",
    "Queues",
    "From",
) + (*("Skills", "Wrap-up", "Wait", "Handle", "Transfers", "Abandoned"),)
_OF_CONVERSATIONS = {"conversationIds": "conversationId", "divisionIds": "divisionId"}
_OF_SESSIONS = {
    "directions": "direction",
    "languageIds": "requestedLanguageId",
    "mediaTypes": "mediaType",
    "messageTypes": "messageType",
    "queueIds": "queueId",
    "skillIds": "requestedRoutingSkillId",
    "usedRoutingTypes": "usedRouting",
    "userIds": "userId",
    "wrapUpCodes": "wrapUpCode",
}
_REFUSED = ("chartColumns", "hasCustomParticipantAttributes", "hasSplitFilters", "hasSummaryRow") + (
    *("includeDurationFormatInHeader", "recipientEmails"),
)


@dataclass(frozen=True)
class Plan:
    """A checked ReportingExportJobRequest: the query of one of the two kinds, and how its table is written."""

    style: Style
    delimiter: str
    chosen: tuple[str, ...]
    by_media: bool
    view: View | None = None
    aggregate: aggregates.Query | None = None
    search: details_query.Query | None = None

    @property
    def interval(self) -> Interval:
        query = self.aggregate or self.search
        assert query is not None  # noqa: S101 - one of the two is there
        return query.interval

    def table(self, bodies: Iterable[Body], names: Names) -> list[list[str]]:
        """The header and the rows."""
        if self.view and self.aggregate:
            header, found = _aggregated(self, self.view, self.aggregate, bodies, names)
        else:
            header, found = list(_SEARCHED), _searched(self, bodies, names)
        if not self.chosen:
            return [header, *found]
        places = [header.index(name) for name in self.chosen]
        return [list(self.chosen), *([row[place] for place in places] for row in found)]


def plan_of(body: Body) -> Plan:
    """Raises InvalidValueError, BadRequestError naming the field."""
    require(body, "name", "viewType", "exportFormat", "interval")
    kind = body["viewType"]
    if kind != SEARCH and kind not in AGGREGATES:
        raise InvalidValueError(
            f"The view {kind} cannot be exported: {', '.join([*AGGREGATES, SEARCH])}.", field="viewType"
        )
    if body["exportFormat"] != "CSV":
        raise InvalidValueError("Only CSV is written, not PDF.", field="exportFormat")
    aggregates.refuse(body, *_REFUSED)
    if body.get("period") and not (kind in AGGREGATES and AGGREGATES[kind].detailed):
        raise InvalidValueError("Only detail views are cut by a period.", field="period")
    locale = _locale(body.get("locale"))
    style = Style(locale, intervals.zone(body.get("timeZone")), _durations(body))
    delimiter = {"SEMICOLON": ";", "COMMA": ","}[body.get("csvDelimiter") or "COMMA"]
    by_media = bool(body.get("hasSplitByMedia"))
    view = AGGREGATES.get(kind)
    chosen = _chosen(body, [*_leading(view, by_media), *(each.name for each in view.columns)] if view else _SEARCHED)
    shared = (style, delimiter, chosen, by_media, view)
    if view is None:
        return Plan(*shared, search=_search_query(body))
    return Plan(*shared, aggregate=_aggregate_query(body, view))


def _locale(tag: str | None) -> Locale:
    locale = Locale.of(tag) if tag else Locale()
    if locale is None:
        raise InvalidValueError(f"The locale is none of {', '.join(LOCALES)}.", field="locale")
    return locale


def _durations(body: Body) -> DurationFormat:
    default: DurationFormat = "Hhmmss" if body.get("hasFormatDurations") else "Milliseconds"
    chosen: DurationFormat = body.get("durationFormat") or default
    return chosen


def _chosen(body: Body, known: Sequence[str]) -> tuple[str, ...]:
    wanted = sorted(enumerate(body.get("selectedColumns") or []), key=lambda each: each[1].get("columnOrder") or 0)
    for index, each in wanted:
        if each.get("columnName") not in known:
            raise InvalidValueError(
                f"There is no such column; there are {', '.join(known)}.", field=f"selectedColumns.{index}.columnName"
            )
    return tuple(dict.fromkeys(each["columnName"] for _, each in wanted))


def _filters(body: Body) -> dict[str, Body]:
    """A filter for each field of the ViewFilter that says something, by its dimension."""
    found: dict[str, Body] = {}
    for name, values in (body.get("filter") or {}).items():
        dimension = _OF_CONVERSATIONS.get(name) or _OF_SESSIONS.get(name)
        if values in (None, [], False):
            continue
        if dimension is None:
            raise InvalidValueError(f"{name} is not supported here.", field=f"filter.{name}")
        predicates = [{"type": "dimension", "dimension": dimension, "value": each} for each in values]
        found[dimension] = {"type": "or", "predicates": predicates}
    return found


def _aggregate_query(body: Body, view: View) -> aggregates.Query:
    present = {"type": "and", "predicates": [{"dimension": view.dimension, "operator": "exists"}]}
    period = (body.get("period") or "P1D") if view.detailed else None
    try:
        intervals.cut(intervals.parse(body["interval"]), period, body.get("timeZone"))
    except InvalidValueError as refused:
        raise InvalidValueError(refused.message, field=refused.field.replace("granularity", "period")) from refused
    query = aggregates.query_of(
        {
            "interval": body["interval"],
            "granularity": period,
            "timeZone": body.get("timeZone"),
            "groupBy": [view.dimension],
            "metrics": [each.metric for each in view.columns],
            "filter": {"type": "and", "clauses": [present, *_filters(body).values()]},
        }
    )
    return replace(query, by_media=bool(body.get("hasSplitByMedia")))


def _search_query(body: Body) -> details_query.Query:
    filters = _filters(body)
    of_conversations = set(_OF_CONVERSATIONS.values())
    return details_query.query_of(
        {
            "interval": body["interval"],
            "conversationFilters": [each for name, each in filters.items() if name in of_conversations],
            "segmentFilters": [each for name, each in filters.items() if name not in of_conversations],
        }
    )


def _leading(view: View, by_media: bool) -> list[str]:
    return [
        *(("Interval Start", "Interval End") if view.detailed else ()),
        f"{view.title} ID",
        view.title,
        *(("Media Type",) if by_media else ()),
    ]


def _aggregated(
    plan: Plan, view: View, query: aggregates.Query, bodies: Iterable[Body], names: Names
) -> tuple[list[str], list[list[str]]]:
    found = aggregates.aggregate((row for body in bodies for row in rows(body)), query)
    known = names(view.dimension, {each["group"][view.dimension] for each in found})
    table: list[list[str]] = []
    for result in found:
        identifier = result["group"][view.dimension]
        for part in result["data"]:
            start, end = part["interval"].split("/")
            moments = (plan.style.moment(start), plan.style.moment(end)) if view.detailed else ()
            medium = (result["group"].get("mediaType", ""),) if plan.by_media else ()
            stats = {each["metric"]: each["stats"] for each in part["metrics"]}
            leading = (*moments, identifier, known.get(identifier, ""), *medium)
            table.append([*leading, *columns.cells(view.columns, stats, plan.style)])
    header = [*_leading(view, plan.by_media), *(each.name for each in view.columns)]
    return header, table


def _searched(plan: Plan, bodies: Iterable[Body], names: Names) -> list[list[str]]:
    assert plan.search is not None  # noqa: S101 - a plan without view is a search
    query, (start, end) = plan.search, map(clock.iso_ms, plan.interval)
    within = (each for each in bodies if start <= each["conversationStart"] < end)
    found = sorted(
        (each for each in within if details_query.means(query, each)),
        key=lambda each: (each["conversationStart"], each["conversationId"]),
    )
    values = [values_of(each) for each in found]
    known = {
        dimension: names(dimension, {each for value in values for each in value[dimension]})
        for dimension in ("userId", "queueId", "requestedRoutingSkillId", "wrapUpCode")
    }

    def named(value: Mapping[str, Sequence[str]], dimension: str) -> str:
        return "; ".join(known[dimension].get(each, each) for each in value[dimension])

    return [
        [
            body["conversationId"],
            plan.style.moment(body["conversationStart"]),
            plan.style.moment(body.get("conversationEnd")),
            body["originatingDirection"],
            "; ".join(value["mediaType"]),
            "; ".join(value["messageType"]),
            named(value, "userId"),
            named(value, "queueId"),
            "; ".join(value["addressFrom"]),
            named(value, "requestedRoutingSkillId"),
            named(value, "wrapUpCode"),
            plan.style.duration(conversation_sum(body, "tWait")),
            plan.style.duration(conversation_sum(body, "tHandle")),
            str(round(conversation_sum(body, "nTransferred") or 0)),
            "yes" if any(conversation_sum(body, each) is not None for each in ("tAbandon", "tShortAbandon")) else "no",
        ]
        for body, value in zip(found, values, strict=True)
    ]
