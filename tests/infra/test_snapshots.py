"""Each stack's template as it was last agreed. After a wanted change: `pytest tests/infra --snapshot-update`."""

import json
import re
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from tests.infra.assembly import Assembly

STACKS = (
    "access",
    "analytics",
    "channels",
    "contacts",
    "conversations",
    "data",
    "directory",
    "flows",
    "foundation",
    "identity",
    "notifications",
    "operations",
    "responses",
    "routing",
)
ASSET_HASH = re.compile(r"\b[0-9a-f]{64}\b")


def test_every_stack_has_a_snapshot(assembly: Assembly) -> None:
    assert sorted(assembly.templates) == [f"switchboard-dev-{name}" for name in STACKS]


@pytest.mark.parametrize("name", STACKS)
def test_template(assembly: Assembly, snapshot: SnapshotAssertion, name: str) -> None:
    text = json.dumps(assembly.templates[f"switchboard-dev-{name}"])
    masked: dict[str, Any] = json.loads(ASSET_HASH.sub("(asset)", text))
    assert masked == snapshot(extension_class=JSONSnapshotExtension)
