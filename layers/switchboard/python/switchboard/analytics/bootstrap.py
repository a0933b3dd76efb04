"""Composition root of analytics, wired once per function."""

from collections.abc import Iterable

from switchboard.analytics.exports_repository import ExportsRepository
from switchboard.analytics.jobs_repository import JobsRepository
from switchboard.analytics.models import Body
from switchboard.analytics.repository import Repository
from switchboard.analytics.service.export import Exporting
from switchboard.analytics.service.query import Queries
from switchboard.analytics.service.record import Recording
from switchboard.analytics.service.work import Working
from switchboard.analytics.service_levels import ConfiguredServiceLevels
from switchboard.conversations import api as conversations
from switchboard.directory import api as directory
from switchboard.kit import settings
from switchboard.kit.dynamo import Table
from switchboard.kit.sqs import Outgoing, send_all
from switchboard.routing import api as routing


@settings.per_function
def table() -> Table:
    return Table(settings.required("ANALYTICS_TABLE"))


@settings.per_function
def repository() -> Repository:
    return Repository(table())


@settings.per_function
def service_levels() -> ConfiguredServiceLevels:
    return ConfiguredServiceLevels(routing.queues())


@settings.per_function
def recording() -> Recording:
    return Recording(repository(), conversations, service_levels())


@settings.per_function
def queries() -> Queries:
    return Queries(repository())


@settings.per_function
def working() -> Working:
    return Working(JobsRepository(table()), repository(), _send)


@settings.per_function
def exporting() -> Exporting:
    return Exporting(ExportsRepository(table()), repository(), names, _send)


def _send(body: Body) -> None:
    send_all(settings.required("ANALYTICS_JOBS_QUEUE_URL"), [Outgoing(body)])


def names(dimension: str, identifiers: Iterable[str]) -> dict[str, str]:
    """What reports call the things that a dimension names by their ids; those that are gone have no name."""
    if dimension == "userId":
        found = directory.find_users(identifiers)
    else:
        store = {
            "queueId": routing.queues,
            "requestedRoutingSkillId": routing.skills,
            "wrapUpCode": routing.wrapup_codes,
        }[dimension]
        found = store().find_all(identifiers)
    return {identifier: str(each["name"]) for identifier, each in found.items()}
