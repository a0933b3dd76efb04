"""Composition root of analytics, wired once per function."""

from switchboard.analytics.jobs_repository import JobsRepository
from switchboard.analytics.repository import Repository
from switchboard.analytics.service.query import Queries
from switchboard.analytics.service.record import Recording
from switchboard.analytics.service.work import Working
from switchboard.analytics.service_levels import ConfiguredServiceLevels
from switchboard.conversations import api as conversations
from switchboard.kit import settings
from switchboard.kit.dynamo import Table
from switchboard.kit.sqs import Outgoing, send
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
    queue = settings.required("ANALYTICS_JOBS_QUEUE_URL")
    return Working(JobsRepository(table()), repository(), lambda body: send(queue, Outgoing(body)))
