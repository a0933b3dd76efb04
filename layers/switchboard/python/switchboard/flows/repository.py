"""Flows and their versions in the flows' table.

A flow is a config entity; its document also holds `saved` and `published` (number, date, by; published also `entry`). A version is
`FLOW#<id>` / `VERSION#<number>` with the definition as JSON. Numbers may skip: a crash can leave a version that no flow names.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from switchboard.flows import models
from switchboard.kit import clock, dynamo
from switchboard.kit.dynamo import ConditionFailedError, Table
from switchboard.kit.entities import Entity, Store

FLOW = Entity(
    kind="flow",
    path="/api/v2/flows",
    permission="architect:flow",
    operations={"get": "ArchitectApi.get_flow"},
    required=("name", "type"),
    read_only=("active", "system", "deleted", "lockedUser", "publishedVersion", "savedVersion", "checkedInVersion"),
    hidden=("saved", "published"),
    present=models.present,
)


class Changed(NamedTuple):
    """What records of the table's stream say: the flows that publish something else than before, and whether anything changed that
    flows are compiled from."""

    published: set[str]
    sources: bool


def changed(records: Iterable[Mapping[str, Any]]) -> Changed:
    published, sources = set(), False
    for record in records:
        after, before = (dynamo.unmarshal(record["dynamodb"].get(image, {})) for image in ("NewImage", "OldImage"))
        new, old = Store.stored(after), Store.stored(before)
        if new is None or new[0] != FLOW.kind:
            sources = True
        elif new[1].get("published") != (old[1] if old else {}).get("published"):
            published.add(new[1]["id"])
    return Changed(published, sources)


@dataclass(frozen=True)
class Version:
    """A saved version: the definition, and when it was saved (milliseconds)."""

    definition: Any
    created_at: int


class FlowRepository:
    def __init__(self, table: Table, used_by: Callable[[str], Iterable[str]]) -> None:
        self.table = table
        self.store = Store(table, replace(FLOW, references=used_by))

    def add_version(self, flow_id: str, after: int, definition: Any, actor: str) -> int:
        """Store a definition under the next free number after `after`; the number."""
        number = after + 1
        while True:
            key = _version_key(flow_id, number)
            item = {"PK": key[0], "SK": key[1], "doc": json.dumps(definition), "createdAt": clock.now_ms()}
            try:
                self.table.create(item | {"createdBy": actor or None})
                return number
            except ConditionFailedError:
                number += 1

    def version(self, flow_id: str, number: int) -> Version | None:
        item = self.table.get(_version_key(flow_id, number))
        return Version(json.loads(item["doc"]), item["createdAt"]) if item else None

    def forget_versions(self, flow_id: str) -> None:
        items = self.table.query(f"FLOW#{flow_id}", prefix="VERSION#")
        self.table.delete_all([(item["PK"], item["SK"]) for item in items])


def _version_key(flow_id: str, number: int) -> dynamo.Key:
    return f"FLOW#{flow_id}", f"VERSION#{number:06d}"
