"""Details jobs: which conversations a job means, day by day, and its pages of them. Pure.

A job gives the conversations with activity in its interval: those that started, or emitted a metric, on a day which the interval
touches, each on the first such day. They are ordered by that day, then by their start.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from switchboard.analytics import details_query, intervals
from switchboard.analytics.models import Body, Interval, Job
from switchboard.kit import clock
from switchboard.kit.checks import check_range
from switchboard.kit.errors import InvalidValueError

LONGEST_DAYS = 366
LARGEST_PAGE = 1000


@dataclass(frozen=True)
class JobQuery:
    """A checked AsyncConversationQuery; `days` in the order in which they are worked through."""

    query: details_query.Query
    days: list[str]
    limit: int | None
    started_within: bool

    def of_day(self, bodies: Iterable[Body], day: str, before: int) -> list[str]:
        """The conversations that are this day's part of the answer, in order, where `before` were found on the days done."""
        first = self.query.interval.start
        found = [
            (str(body["conversationStart"]), str(body["conversationId"]))
            for body in bodies
            if self._first_day(body) == day and self._active(body, first) and details_query.means(self.query, body)
        ]
        found.sort(reverse=self.query.order == "desc")
        most = None if self.limit is None else max(0, self.limit - before)
        return [conversation_id for _, conversation_id in found[:most]]

    def done(self, step: int, found: int) -> bool:
        return step >= len(self.days) or (self.limit is not None and found >= self.limit)

    def _first_day(self, body: Body) -> str | None:
        first = intervals.day_of(self.query.interval.start)
        return min((day for day in details_query.days_of(body) if day >= first), default=None)

    def _active(self, body: Body, first: int) -> bool:
        start, end = body["conversationStart"], body.get("conversationEnd")
        if self.started_within and start[:10] < intervals.day_of(first):
            return False
        return clock.parse_ms(start) < self.query.interval.end and (not end or clock.parse_ms(end) >= first)


def query_of(body: Body) -> JobQuery:
    """Raises InvalidValueError naming the field."""
    if (body.get("orderBy") or "conversationStart") != "conversationStart":
        raise InvalidValueError("A job orders by conversationStart only.", field="orderBy")
    check_range(body, "limit", 1, 10_000_000)
    query = details_query.query_of(body, LONGEST_DAYS)
    days = intervals.days(query.interval)
    return JobQuery(
        query=query,
        days=days[::-1] if query.order == "desc" else days,
        limit=body.get("limit"),
        started_within=bool(body.get("startOfDayIntervalMatching")),
    )


def interval_of(day: str) -> Interval:
    start = clock.parse_ms(day)
    return Interval(start, start + intervals.DAY_MS)


def position(job: Job, cursor: str | None) -> tuple[int, int]:
    """(index in `job.found`, offset in it) from which a page begins. Raises InvalidValueError for a cursor that is none of ours."""
    if cursor is None:
        return 0, 0
    index, dot, offset = cursor.partition(".")
    wellformed = dot and all(each.isascii() and each.isdecimal() and len(each) < 10 for each in (index, offset))
    if not wellformed or int(index) >= len(job.found) or int(offset) >= job.found[int(index)].size:
        raise InvalidValueError("The cursor is none that this job gave.", field="cursor")
    return int(index), int(offset)


def status(job: Job, now: int) -> Body:
    """AsyncQueryStatus."""
    return {
        "state": state_of(job, now),
        "errorMessage": job.error or None,
        "submissionDate": clock.iso_ms(job.submitted),
        "completionDate": clock.iso_or_none(job.completed),
        "expirationDate": clock.iso_ms(job.expires),
    }


def state_of(job: Job, now: int) -> str:
    return "EXPIRED" if now >= job.expires else job.state
