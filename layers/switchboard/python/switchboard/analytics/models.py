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


JobState = Literal["QUEUED", "PENDING", "FULFILLED", "FAILED", "CANCELLED", "EXPIRED"]


class Found(Record):
    """What one step of a job found: `size` conversations of the day, kept under the token of the attempt that found them."""

    day: str
    token: str
    size: int


class Job(Record):
    """A details query that runs in steps, one for each day of its interval. `divisions` are those in which its owner might look
    when they asked; `step` says how many days are done, `found` what each found."""

    id: str
    owner: str
    query: Body
    divisions: list[str]
    submitted: int
    expires: int
    state: JobState = "QUEUED"
    completed: int = 0
    step: int = 0
    found: list[Found] = []
    error: str = ""

    @property
    def open(self) -> bool:
        return self.state in ("QUEUED", "PENDING")


ExportStatus = Literal["SUBMITTED", "RUNNING", "COMPLETED", "FAILED"]


class Export(Record):
    """A view that is written to a file. `request` is what was asked for, `divisions` those in which its owner might look then,
    `problem` the platform's word for why it failed."""

    id: str
    owner: str
    request: Body
    divisions: list[str]
    created: int
    modified: int
    expires: int
    status: ExportStatus = "SUBMITTED"
    problem: str = ""
    read: bool = False


class Interval(NamedTuple):
    """From `start`, up to but without `end`."""

    start: int
    end: int
