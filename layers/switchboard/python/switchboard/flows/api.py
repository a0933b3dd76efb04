"""What other domains and functions may ask of flows."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from switchboard.channels.api import Entry
from switchboard.flows import bootstrap, models
from switchboard.flows.calendars.entities import EMERGENCY_GROUP as EMERGENCY_GROUP
from switchboard.flows.calendars.entities import SCHEDULE as SCHEDULE
from switchboard.flows.calendars.entities import SCHEDULE_GROUP as SCHEDULE_GROUP
from switchboard.flows.calendars.rules import schedule_ids as schedule_ids
from switchboard.flows.datatables.entities import DATA_TABLE as DATA_TABLE
from switchboard.flows.datatables.service import DataTables
from switchboard.flows.repository import FLOW as FLOW
from switchboard.flows.repository import changed
from switchboard.flows.waiting.models import Announcements
from switchboard.kit.calendars import Opening
from switchboard.kit.dynamo import Table
from switchboard.kit.entities import Body, Store


def entry_of(flow_id: str) -> Entry:
    """Where the flow's conversations go. Raises NotFoundError where it does not exist or was never published."""
    return bootstrap.service().entry_of(flow_id)


def announcements(flow_id: str) -> Announcements | None:
    """What a published in-queue flow says; None where there is none. Up to 10 s old."""
    return bootstrap.service().announcements(flow_id)


def follow(records: Sequence[Mapping[str, Any]]) -> None:
    """Records of the table's stream: published flows follow what they were compiled from, and integrations what their flows
    publish. Harmless when repeated."""
    change = changed(records)
    for flow_id in sorted(change.published):
        bootstrap.service().renew_flow(flow_id)
    if change.sources:
        bootstrap.service().renew()


def renew_queue(queue_id: str) -> None:
    """Let the published flows that lead to the queue have its name and division of now. Harmless when repeated."""
    bootstrap.service().renew_queue(queue_id)


def naming(identifier: str) -> Iterator[str]:
    """The published flows that name a queue, skill, language or label, each as a refusal names it."""
    return (f"the flow {name}" for name in bootstrap.service().naming(identifier))


def find_all(flow_ids: Collection[str]) -> dict[str, Body]:
    """Flows by id, as stored."""
    return bootstrap.service().find_all(set(flow_ids))


def create(body: Body, actor: str = "", identifier: str = "") -> Body:
    """A flow without a version yet. Raises BadRequestError, InvalidValueError, ConflictError."""
    return bootstrap.service().create(body, actor, identifier)


def save(flow_id: str, definition: Any, actor: str = "") -> Body:
    """Keep a definition as the newest version; the FlowVersion. Raises NotFoundError, InvalidValueError."""
    flow = bootstrap.service().save(flow_id, definition, actor)
    return models.version(flow_id, flow["saved"], "SAVE")


def publish(flow_id: str, version: int | None = None, actor: str = "") -> Body:
    """Let a version (default: the newest) decide where new conversations go; the flow as stored.

    Raises NotFoundError, InvalidValueError naming the field of the definition that is wrong or not understood.
    """
    return bootstrap.service().publish(flow_id, version, actor)


def delete(flow_id: str, actor: str = "") -> None:
    """The flow and its versions. Raises NotFoundError, InUseError saying by what."""
    bootstrap.service().delete(flow_id, actor)


def store() -> Store:
    """The stored flows, for kit.entity_routes to list and show (with FLOW)."""
    return bootstrap.repository().store


def table() -> Table:
    """Where the answers of idempotent creates are kept."""
    return bootstrap.repository().table


def in_division(division_id: str) -> Iterator[str]:
    """What of flows lies in the division, each as a refusal names it."""
    for each in (store(), schedules(), schedule_groups(), emergency_groups(), data_tables().store):
        yield from each.in_division(division_id)


# -- opening hours


def schedules() -> Store:
    return bootstrap.calendars().schedules


def schedule_groups() -> Store:
    return bootstrap.calendars().groups


def emergency_groups() -> Store:
    return bootstrap.calendars().emergencies


def opening(group_id: str, moment: datetime, emergency_group_id: str = "") -> Opening:
    """What a schedule group (and emergency group) says of an aware moment, by schedules up to 10 s old.

    Raises NotFoundError (schedule group), InvalidValueError (emergency group).
    """
    return bootstrap.calendars().opening(group_id, moment, emergency_group_id)


# -- data tables


def data_tables() -> DataTables:
    """Data tables and their rows, for the API function."""
    return bootstrap.data_tables()
