"""What other domains and functions may ask of flows."""

from collections.abc import Collection
from typing import Any

from switchboard.channels.api import Entry
from switchboard.flows import bootstrap, models
from switchboard.flows.repository import FLOW as FLOW
from switchboard.kit.entities import Body, Store


def entry_of(flow_id: str) -> Entry:
    """Where the flow's conversations go. Raises NotFoundError where it does not exist or was never published."""
    return bootstrap.service().entry_of(flow_id)


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


def store() -> Store:
    """The stored flows, for kit.entity_routes to list and show (with FLOW)."""
    return bootstrap.repository().store
