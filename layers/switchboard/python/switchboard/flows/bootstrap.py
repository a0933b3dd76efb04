"""The composition root of flows."""

from collections.abc import Iterator, Sequence

from switchboard.channels import console as channels
from switchboard.channels.api import Entry
from switchboard.directory import api as directory
from switchboard.flows.calendars import rules
from switchboard.flows.calendars.service import Calendars
from switchboard.flows.datatables.service import DataTables
from switchboard.flows.repository import FlowRepository
from switchboard.flows.service import FlowService
from switchboard.kit import settings
from switchboard.kit.dynamo import Table
from switchboard.kit.entities import Body
from switchboard.routing import api as routing


class _Routing:
    def find_queue(self, queue_id: str) -> Body | None:
        return routing.find_queue(queue_id)

    def unknown_skill(self, skill_ids: Sequence[str]) -> str:
        known = routing.skills().find_all(skill_ids) if skill_ids else {}
        return next((skill_id for skill_id in skill_ids if skill_id not in known), "")

    def resolved(self, expression: routing.Expression) -> routing.Expression:
        return routing.resolved_skill_expression(expression, "skillExpression")

    def has_label(self, label_id: str) -> bool:
        return routing.utilization_labels().find(label_id) is not None

    def unknown_user(self, user_ids: Sequence[str]) -> str:
        known = directory.present_users(user_ids) if user_ids else {}
        return next((user_id for user_id in user_ids if user_id not in known), "")

    def has_language(self, language_id: str) -> bool:
        return routing.languages().find(language_id) is not None


class _Channels:
    def refresh(self, flow_id: str, entry: Entry) -> None:
        channels.administration().refresh(flow_id, entry)


@settings.per_function
def repository() -> FlowRepository:
    return FlowRepository(Table(settings.required("FLOWS_TABLE")), used_by=_users_of)


def _users_of(flow_id: str) -> Iterator[str]:
    for integration in channels.administration().led_by(flow_id):
        yield f"the integration {integration['name']}"
    for queue in routing.queues().all():
        if flow_id in routing.rules_of(queue).in_queue_flows.values():
            yield f"the queue {queue['name']}"
    for group in calendars().emergencies.all():
        if flow_id in rules.emergency_flow_ids(group):
            yield f"the emergency group {group['name']}"


@settings.per_function
def calendars() -> Calendars:
    return Calendars(
        repository().table,
        flows_naming=lambda group_id: service().naming(group_id),
        known_flows=lambda flow_ids: service().find_all(flow_ids),
    )


@settings.per_function
def data_tables() -> DataTables:
    return DataTables(repository().table, flows_reading=lambda table_id: service().reading(table_id))


@settings.per_function
def service() -> FlowService:
    return FlowService(repository(), _Routing(), _Channels(), calendars(), data_tables().lookup)
