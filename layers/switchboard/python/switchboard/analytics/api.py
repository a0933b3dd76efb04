"""All that API functions use of analytics; recording is in steps.py. Bodies are the platform's, checked by the contract."""

from switchboard.analytics import bootstrap
from switchboard.analytics.models import Body
from switchboard.analytics.service.describe import describe as _describe
from switchboard.analytics.service.observe import MaySee as MaySee
from switchboard.analytics.service.observe import Observing
from switchboard.analytics.service.query import Visible as Visible
from switchboard.analytics.user_aggregates import presence_mappings as _presence_mappings
from switchboard.conversations import api as conversations
from switchboard.conversations.models import Conversation
from switchboard.directory import api as directory
from switchboard.kit import clock
from switchboard.kit.dynamo import Table

RECORDED_AFTER_MS = 300_000


def details(conversation: Conversation) -> Body:
    """AnalyticsConversationWithoutAttributes of a conversation as it is now."""
    return _describe(conversation, bootstrap.service_levels().of([conversation]), conversations).body


def query_details(body: Body, visible: Visible) -> Body:
    """AnalyticsConversationQueryResponse. Raises InvalidValueError."""
    return bootstrap.queries().details(body, visible)


def aggregate_conversations(body: Body, visible: Visible) -> Body:
    """ConversationAggregateQueryResponse. Raises InvalidValueError, BadRequestError."""
    return bootstrap.queries().aggregate(body, visible)


def aggregate_users(body: Body, may_see: MaySee) -> Body:
    """UserAggregateQueryResponse. Raises InvalidValueError, BadRequestError."""
    return bootstrap.queries().aggregate_users(body, may_see) | _mappings()


def observe_queues(body: Body, may_see: MaySee) -> Body:
    """QueueObservationQueryResponse. Raises InvalidValueError, BadRequestError."""
    return Observing(conversations).queues(body, may_see) | _mappings()


def observe_users(body: Body, may_see: MaySee) -> Body:
    """UserObservationQueryResponse. Raises InvalidValueError, BadRequestError."""
    return Observing(conversations).users(body, may_see)


# -- details jobs


def start_job(body: Body, owner: str, divisions: list[str]) -> str:
    """Its id. `divisions` are those in which the owner may look. Raises InvalidValueError, PayloadTooLargeError."""
    return bootstrap.working().start(body, owner, divisions)


def job_status(identifier: str, owner: str) -> Body:
    """AsyncQueryStatus. Raises NotFoundError, also for a job of somebody else."""
    return bootstrap.working().status(identifier, owner)


def remove_job(identifier: str, owner: str) -> None:
    """An open job is cancelled, one that is over is forgotten. Raises NotFoundError."""
    bootstrap.working().remove(identifier, owner)


def job_results(identifier: str, owner: str, visible: Visible, *, cursor: str | None, page_size: int) -> Body:
    """AnalyticsConversationAsyncQueryResponse. Raises NotFoundError, ConflictError where there are none, InvalidValueError."""
    return bootstrap.working().results(identifier, owner, visible, cursor=cursor, page_size=page_size)


# -- exports


def start_export(body: Body, owner: str, divisions: list[str]) -> Body:
    """ReportingExportJobResponse. `divisions` are those in which the owner may look. Raises InvalidValueError, BadRequestError."""
    return bootstrap.exporting().start(body, owner, divisions)


def exports(owner: str) -> list[Body]:
    """ReportingExportJobResponses, newest first."""
    return bootstrap.exporting().all(owner)


def export(identifier: str, owner: str) -> Body:
    """ReportingExportJobResponse. Raises NotFoundError, also for an export of somebody else."""
    return bootstrap.exporting().get(identifier, owner)


def mark_export(identifier: str, owner: str, read: bool) -> Body:
    """ReportingExportJobResponse. Raises NotFoundError."""
    return bootstrap.exporting().mark(identifier, owner, read)


def delete_export(identifier: str, owner: str) -> None:
    """Raises NotFoundError. Its file expires."""
    bootstrap.exporting().delete(identifier, owner)


def recorded_until() -> str:
    """What happened before is surely in the facts, unless the alarm of the recorder's queue rings."""
    return clock.iso_ms(clock.now_ms() - RECORDED_AFTER_MS)


def table() -> Table:
    """The domain's table, for the idempotency of its creates."""
    return bootstrap.table()


def _mappings() -> Body:
    return {"systemToOrganizationMappings": _presence_mappings(directory.presence_definitions().all())}
