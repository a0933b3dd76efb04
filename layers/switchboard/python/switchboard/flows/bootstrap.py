"""The composition root of flows."""

from switchboard.channels import api as channels
from switchboard.channels.api import Entry
from switchboard.flows.repository import FlowRepository
from switchboard.flows.service import FlowService
from switchboard.kit import settings
from switchboard.kit.dynamo import Table
from switchboard.kit.entities import Body
from switchboard.routing import api as routing


@settings.per_function
def repository() -> FlowRepository:
    return FlowRepository(Table(settings.required("FLOWS_TABLE")))


@settings.per_function
def service() -> FlowService:
    return FlowService(repository(), _find_queue, _refresh)


def _find_queue(queue_id: str) -> Body | None:
    return routing.find_queue(queue_id)


def _refresh(flow_id: str, entry: Entry) -> None:
    channels.administration().refresh(flow_id, entry)
