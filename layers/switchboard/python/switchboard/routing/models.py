"""What routing decides about: an agent as they are now, and an interaction that waits for one. Times are milliseconds."""

from typing import Literal

from switchboard.kit.model import Record

RoutingStatus = Literal["OFF_QUEUE", "IDLE", "INTERACTING", "NOT_RESPONDING", "COMMUNICATING"]


class Slot(Record):
    """A piece of an agent's capacity, held for one conversation since `since`; `due` is when its alert expires (0: answered)."""

    media: str
    since: int
    due: int = 0


class Membership(Record):
    """An agent's place in a queue: only who has joined gets its work; rings count from 1."""

    joined: bool = True
    ring: int = 1


class Handled(Record):
    """How long an agent's recent interactions of a medium took: `mean_ms` over about the last twenty."""

    count: int = 0
    mean_ms: int = 0


class Agent(Record):
    """One agent; `auto_answer`: they are connected without being asked.

    `idle_since` orders the longest idle first; `renewed_at` is when they last became able to take more (a `match` command follows
    every time). `skills` and `languages` map ids to proficiency, 0 to 5.
    """

    user_id: str
    name: str = ""
    on_queue: bool = False
    responding: bool = True
    auto_answer: bool = False
    status_since: int = 0
    idle_since: int = 0
    renewed_at: int = 0
    queues: dict[str, Membership] = {}
    skills: dict[str, float] = {}
    languages: dict[str, float] = {}
    slots: dict[str, Slot] = {}
    handled: dict[str, Handled] = {}
    version: int = 0

    @property
    def status(self) -> RoutingStatus:
        if not self.on_queue:
            return "OFF_QUEUE"
        if not self.responding:
            return "NOT_RESPONDING"
        return "INTERACTING" if self.slots else "IDLE"

    @property
    def on_duty(self) -> bool:
        """On queue and answering."""
        return self.on_queue and self.responding

    @property
    def media(self) -> list[str]:
        """The medium of each slot held."""
        return [slot.media for slot in self.slots.values()]

    def joined(self, queue_id: str) -> bool:
        membership = self.queues.get(queue_id)
        return membership is not None and membership.joined

    @property
    def joined_queues(self) -> list[str]:
        return sorted(queue_id for queue_id, membership in self.queues.items() if membership.joined)


class Interaction(Record):
    """A conversation that waits in a queue. `participant_id` is its acd participant; `queued_at` keeps its place; `excluded` are
    those who declined it, each until when."""

    conversation_id: str
    participant_id: str
    queue_id: str
    media: str = "message"
    priority: int = 0
    skill_ids: list[str] = []
    language_id: str = ""
    last_agent: str = ""
    direct_agent: str = ""
    excluded: dict[str, int] = {}
    queued_at: int = 0

    @property
    def rank(self) -> str:
        """Sorts the waiting: the higher priority first, then who came first."""
        return f"{_PRIORITY_OFFSET - self.priority:010d}#{self.queued_at:013d}#{self.conversation_id}"


_PRIORITY_OFFSET = 1_000_000_000


class QueueRules(Record):
    """What a queue's configuration says to the assignment. Alerting times are per medium, in seconds; `auto_answer` are the media
    that connect without being answered."""

    queue_id: str
    name: str = ""
    skill_evaluation: Literal["NONE", "BEST", "ALL"] = "ALL"
    last_agent_mode: Literal["Disabled", "QueueMembersOnly", "AnyAgent"] = "QueueMembersOnly"
    alerting_seconds: dict[str, int] = {}
    wrapup_prompt: str = "optional"
    wrapup_timeout_ms: int = 0
    auto_answer: list[str] = []
