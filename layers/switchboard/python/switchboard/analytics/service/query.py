"""Queries of facts and histories: read by bounded queries, then decided by pure functions."""

from collections.abc import Callable

from switchboard.analytics import aggregates, details_query, user_aggregates
from switchboard.analytics.models import Body
from switchboard.analytics.repository import Repository
from switchboard.analytics.rows import rows
from switchboard.kit import clock

Visible = Callable[[list[str]], bool]
"""Whether the caller may see what belongs to these divisions (none: it belongs to no particular one)."""


class Queries:
    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    def details(self, body: Body, visible: Visible) -> Body:
        """Conversations that started on a day which the interval touches. Raises InvalidValueError."""
        query = details_query.query_of(body)
        touched = query.interval
        first, last = (clock.iso_ms(each)[:10] for each in (touched.start, touched.end - 1))
        found = (
            each
            for each in self._repository.facts(touched)
            if first <= each["conversationStart"][:10] <= last and visible(each["divisionIds"])
        )
        return details_query.answer(found, query)

    def aggregate(self, body: Body, visible: Visible) -> Body:
        """Raises InvalidValueError, BadRequestError."""
        query = aggregates.query_of(body)
        found = (each for each in self._repository.facts(query.interval) if visible(each["divisionIds"]))
        return {"results": aggregates.aggregate((row for each in found for row in rows(each)), query)}

    def aggregate_users(self, body: Body, may_see: Callable[[list[str]], list[str]]) -> Body:
        """`may_see` picks the users who exist and whom the caller may see. Raises InvalidValueError, BadRequestError."""
        query = user_aggregates.query_of(body)
        histories: dict[str, user_aggregates.History] = {
            user_id: {kind: self._repository.history(user_id, kind, query.interval) for kind in query.kinds}
            for user_id in may_see(query.user_ids)
        }
        return {"results": user_aggregates.aggregate(histories, query, clock.now_ms())}
