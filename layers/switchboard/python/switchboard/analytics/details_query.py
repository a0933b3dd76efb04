"""Which conversations a details query means, in which order, and its page of them. Pure."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from switchboard.analytics import filters, intervals
from switchboard.analytics.aggregates import MEASURED, refuse
from switchboard.analytics.models import Body, Interval
from switchboard.analytics.rows import (
    CONVERSATION_DIMENSIONS,
    PARTICIPANT_DIMENSIONS,
    SEGMENT_DIMENSIONS,
    SESSION_DIMENSIONS,
    Dimensions,
    dimensions,
)
from switchboard.kit import checks, clock
from switchboard.kit.paging import DEFAULT_SIZE

LARGEST_PAGE = 100
LAST_PAGE = 100_000
_MOMENTS = ("conversationStart", "conversationEnd")
_SEGMENT_MOMENTS = ("segmentEnd",)
_OF_CONVERSATION = (*CONVERSATION_DIMENSIONS, *_MOMENTS)
_OF_SEGMENT = (*PARTICIPANT_DIMENSIONS, *SESSION_DIMENSIONS, *SEGMENT_DIMENSIONS, *_SEGMENT_MOMENTS)


@dataclass(frozen=True)
class Query:
    """A checked ConversationQuery. Each segment filter must be met by some segment, not all by the same one."""

    interval: Interval
    conversation_tests: list[filters.Test]
    segment_tests: list[filters.Test]
    order_by: str
    order: str
    page_size: int
    page_number: int


def query_of(body: Body, longest_days: int = intervals.LONGEST_DAYS) -> Query:
    """Raises InvalidValueError naming the field."""
    refuse(body, "evaluationFilters", "surveyFilters", "resolutionFilters", "aggregations")
    paging = body.get("paging") or {}
    checks.check_range(body, "paging.pageSize", 1, LARGEST_PAGE)
    checks.check_range(body, "paging.pageNumber", 1, LAST_PAGE)
    return Query(
        interval=intervals.parse(body.get("interval"), longest_days),
        conversation_tests=[
            filters.compile_filter(each, _OF_CONVERSATION, MEASURED, field=f"conversationFilters.{index}")
            for index, each in enumerate(body.get("conversationFilters") or [])
        ],
        segment_tests=[
            filters.compile_filter(each, _OF_SEGMENT, ("tSegmentDuration",), field=f"segmentFilters.{index}")
            for index, each in enumerate(body.get("segmentFilters") or [])
        ],
        order_by=body.get("orderBy") or "conversationStart",
        order=body.get("order") or "asc",
        page_size=paging.get("pageSize") or DEFAULT_SIZE,
        page_number=paging.get("pageNumber") or 1,
    )


def answer(bodies: Iterable[Body], query: Query) -> Body:
    """AnalyticsConversationQueryResponse: the page and how many match in all."""
    found = [body for body in bodies if means(query, body)]
    if query.order != "unordered":
        moment = _ORDERS[query.order_by]
        found.sort(key=lambda body: (moment(body), body["conversationId"]), reverse=query.order == "desc")
    first = (query.page_number - 1) * query.page_size
    return {"conversations": found[first : first + query.page_size], "totalHits": len(found)}


def means(query: Query, body: Body) -> bool:
    """Whether the conversation passes the filters."""
    of_conversation = _conversation_values(body)
    if not all(
        test(of_conversation.__getitem__, lambda name: conversation_sum(body, name))
        for test in query.conversation_tests
    ):
        return False
    return all(
        any(test(values.__getitem__, lambda name: duration) for values, duration in _segments(body))  # noqa: B023
        for test in query.segment_tests
    )


def _conversation_values(body: Body) -> Dimensions:
    return dimensions(body, CONVERSATION_DIMENSIONS) | dimensions(body, _MOMENTS)


def conversation_sum(body: Body, name: str) -> float | None:
    """A metric over all sessions, None where none emitted it."""
    found = [
        metric["value"]
        for participant in body["participants"]
        for session in participant["sessions"]
        for metric in session["metrics"]
        if metric["name"] == name
    ]
    return sum(found) if found else None


def _segments(body: Body) -> Iterator[tuple[Dimensions, float | None]]:
    for participant in body["participants"]:
        of_participant = dimensions(participant, PARTICIPANT_DIMENSIONS)
        for session in participant["sessions"]:
            of_session = of_participant | dimensions(session, SESSION_DIMENSIONS)
            for segment in session["segments"]:
                of_segment = dimensions(segment, (*SEGMENT_DIMENSIONS, *_SEGMENT_MOMENTS))
                yield of_session | of_segment, _duration(segment)


def _duration(segment: Body) -> float | None:
    ended = segment.get("segmentEnd")
    return clock.parse_ms(ended) - clock.parse_ms(segment["segmentStart"]) if ended else None


def _moments(name: str, choose: Callable[[Sequence[str]], str]) -> Callable[[Body], str]:
    def moment(body: Body) -> str:
        found = [
            segment[name]
            for participant in body["participants"]
            for session in participant["sessions"]
            for segment in session["segments"]
            if segment.get(name)
        ]
        return choose(found) if found else ""

    return moment


# Moments are written alike, so that they sort as text.
_ORDERS: dict[str, Callable[[Body], str]] = {
    "conversationStart": lambda body: str(body["conversationStart"]),
    "conversationEnd": lambda body: str(body.get("conversationEnd") or ""),
    "segmentStart": _moments("segmentStart", min),
    "segmentEnd": _moments("segmentEnd", max),
}


def values_of(body: Body) -> dict[str, list[str]]:
    """All values that the conversation's segments have of each dimension, in the order in which they first appear."""
    found: dict[str, dict[str, None]] = {name: {} for name in _OF_SEGMENT}
    for values, _ in _segments(body):
        for name, several in values.items():
            found[name] |= dict.fromkeys(several)
    return {name: list(several) for name, several in found.items()}


def days_of(body: Body) -> list[str]:
    """The day (UTC) on which the conversation started, then the others on which it emitted a metric."""
    emitted = {
        metric["emitDate"][:10]
        for participant in body["participants"]
        for session in participant["sessions"]
        for metric in session["metrics"]
    }
    first = body["conversationStart"][:10]
    return [first, *sorted(emitted - {first})]
