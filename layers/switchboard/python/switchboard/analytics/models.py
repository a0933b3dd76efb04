"""What analytics keeps and what its queries work on. Times are milliseconds since the epoch."""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from switchboard.kit.model import Record

Body = dict[str, Any]


class Goal(Record):
    """A queue's service level for a medium: which share of what is offered is to be answered within `duration_ms`."""

    percentage: float
    duration_ms: int


Goals = Mapping[tuple[str, str], Goal]
"""By queue id and medium, the medium as conversations call it."""


class Fact(Record):
    """All that is known of one version of a conversation with `said` messages: its analytics details (`details.details`)."""

    conversation_id: str
    version: int
    body: Body
    said: int = 0


class Row(NamedTuple):
    """One emission of a metric, with what it can be filtered and grouped by; `target` is the share a service level asks for."""

    name: str
    value: float
    at: int
    dimensions: Mapping[str, tuple[str, ...]]
    target: float = 0


StateKind = Literal["routing", "presence"]


class State(Record):
    """What an agent's routing status or presence became at `at`; `definition_id` is the presence definition."""

    at: int
    value: str
    definition_id: str = ""


class Interval(NamedTuple):
    """From `start`, up to but without `end`."""

    start: int
    end: int
