"""What routing decides about: an agent as they are now, and an interaction that waits for one. Times are milliseconds."""

from typing import Any, Literal

from switchboard.kit.model import Record
from switchboard.routing.utilization import Capacity, Held, Utilization

LARGEST_PRIORITY = 25_000_000
"""Of an interaction, above and below 0."""

BEST_PROFICIENCY = 5

LARGEST_SCORE = 100
"""Of a preferred agent."""

MOST_PREFERRED, MOST_SKILLS = 20, 50
"""That one interaction asks for: it travels with its needs, which are stored and sent each time."""

Metric = Literal["EstimatedWaitTime", "ServiceLevel"]
RoutingStatus = Literal["OFF_QUEUE", "IDLE", "INTERACTING", "NOT_RESPONDING", "COMMUNICATING"]


class Slot(Record):
    """A piece of an agent's capacity, held for one conversation since `since`; `due` is when its alert expires (0: answered)."""

    media: str
    since: int
    due: int = 0
    label_id: str = ""


class Membership(Record):
    """An agent's place in a queue: only who has joined gets its work; rings count from 1. `by_group`: they are a member because a
    group of theirs is (never stored: it follows from the queue's rules and their groups)."""

    joined: bool = True
    ring: int = 1
    by_group: bool = False


class Handled(Record):
    """How long an agent's recent interactions of a medium took: `mean_ms` over about the last twenty."""

    count: int = 0
    mean_ms: int = 0


class Agent(Record):
    """One agent; `auto_answer`: they are connected without being asked.

    `idle_since` orders the longest idle first; `renewed_at` is when they last became able to take more (a `match` command follows
    every time). `skills` and `languages` map ids to proficiency, 0 to 5; `utilization` is what they have of their own,
    `groups` are those of the directory.
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
    groups: list[str] = []
    skills: dict[str, float] = {}
    languages: dict[str, float] = {}
    slots: dict[str, Slot] = {}
    handled: dict[str, Handled] = {}
    utilization: dict[str, Capacity] = {}
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
    def held(self) -> list[Held]:
        """What each slot is held for."""
        return [(slot.media, slot.label_id) for slot in self.slots.values()]

    def within(self, organization: Utilization) -> Utilization:
        """How much they can have at once."""
        return {**organization, **self.utilization} if self.utilization else organization

    def joined(self, queue_id: str) -> bool:
        membership = self.queues.get(queue_id)
        return membership is not None and membership.joined

    def left(self, queue_id: str) -> bool:
        """Whether they are a member who has not joined: then no group of theirs brings them in either."""
        membership = self.queues.get(queue_id)
        return membership is not None and not membership.joined

    @property
    def joined_queues(self) -> list[str]:
        return sorted(queue_id for queue_id, membership in self.queues.items() if membership.joined)


class Level(Record):
    """The proficiency that an interaction asks of a skill, both ends included."""

    minimum: float = 0
    maximum: float = BEST_PROFICIENCY


class Interaction(Record):
    """A conversation that waits in a queue. `participant_id` is its acd participant.

    `queued_at` is when its waiting counts from (a transfer may keep it), `entered_at` when it came into this queue: rings widen
    from there. `vip`: its turn comes before all that is none. `aging_ms`: how long it waits for one point of priority, 0 where
    priority does not rise with age. `levels` bound the proficiency of some of `skill_ids`; an `expression` (routing.expressions)
    stands instead of the skills; `preferred_agents` are scores by user; `excluded` are those who declined it, each until when.
    `by_hand`: the direct agent was given it, or took it, by hand; `direct_wait_ms` is how long at least only the direct agent is
    considered. `in_queue_flow` speaks to whoever waits.
    """

    conversation_id: str
    participant_id: str
    queue_id: str
    media: str = "message"
    label_id: str = ""
    priority: int = 0
    vip: bool = False
    skill_ids: list[str] = []
    levels: dict[str, Level] = {}
    expression: list[Any] = []
    language_id: str = ""
    last_agent: str = ""
    direct_agent: str = ""
    by_hand: bool = False
    direct_wait_ms: int = 0
    preferred_agents: dict[str, int] = {}
    excluded: dict[str, int] = {}
    queued_at: int = 0
    entered_at: int = 0
    aging_ms: int = 0
    in_queue_flow: str = ""

    @property
    def rank(self) -> str:
        """Sorts the waiting: VIPs before everybody else, then the higher priority first, then who came first.

        Everybody's priority rises at the same pace, so the difference of two never changes: the order at one moment is the
        order at every moment, and a stored rank stays true.
        """
        first = _BEFORE_DIGITS if self.vip else ""
        if not self.aging_ms:
            return f"{first}{_LARGEST - self.priority:017d}#{self.queued_at:013d}#{self.conversation_id}"
        as_if_queued_at = self.queued_at - self.priority * self.aging_ms
        return f"{first}{_LARGEST + as_if_queued_at:017d}#{self.queued_at:013d}#{self.conversation_id}"


_LARGEST = 10**16
_BEFORE_DIGITS = "!"


SHORT_ABANDON_MS = 5000
"""Whoever leaves within this time gave the queue no chance to answer."""


class Stay(Record):
    """A wait in a queue that is over: an agent of the queue answered after `waited_ms`, or (not `answered`) the customer left."""

    media: str
    waited_ms: int
    answered: bool


class Ring(Record):
    """A bullseye ring: after `expires_ms` (0: never) `removes` are no longer asked for and the next ring's agents come in.
    `groups` bring agents into the ring besides the members whose ring number it is."""

    expires_ms: int = 0
    removes: list[str] = []
    groups: list[str] = []


class ScoreRing(Record):
    """A step of preferred agent routing: agents who score `threshold` at least (None: any), for `wait_ms`."""

    threshold: int | None = None
    wait_ms: int = 0


class GroupRule(Record):
    """A step of conditional group routing: `wait_ms` after the step before, `groups` come in where the `metric` of `queue_id`
    compares to `value` as `operator` says. `EstimatedWaitTime` is in seconds, `ServiceLevel` in percent (0 to 100)."""

    queue_id: str
    operator: Literal["GreaterThan", "GreaterThanOrEqualTo", "LessThan", "LessThanOrEqualTo"]
    value: float
    metric: Metric = "EstimatedWaitTime"
    groups: list[str] = []
    wait_ms: int = 0


class QueueRules(Record):
    """What a queue's configuration says to the assignment. Alerting times are per medium, in seconds; `goal_ms`, per medium too,
    is how long an answer may take to be within the service level.

    `direct_wait_ms` is how long only a directly named agent is considered; `backup_queue_id` takes the interaction after that.
    `overflow_queue_id` takes what has waited for `overflow_ms`; after `alert_ms` supervisors are told (0: never). With every
    `level_ms` that something waits, it asks for one point of proficiency less at each skill (0: never). `auto_answer` are the
    media that connect without being answered; `in_queue_flows` names the flow that speaks to who waits, by medium.
    """

    queue_id: str
    name: str = ""
    division_id: str = ""
    skill_evaluation: Literal["NONE", "BEST", "ALL"] = "ALL"
    last_agent_mode: Literal["Disabled", "QueueMembersOnly", "AnyAgent"] = "QueueMembersOnly"
    default_language: str = ""
    aging_ms: int = 60_000
    member_groups: list[str] = []
    bullseye: list[Ring] = []
    preferred: list[ScoreRing] = []
    conditional: list[GroupRule] = []
    direct_wait_ms: int = 0
    backup_queue_id: str = ""
    overflow_queue_id: str = ""
    overflow_ms: int = 0
    alert_ms: int = 0
    level_ms: int = 0
    alerting_seconds: dict[str, int] = {}
    goal_ms: dict[str, int] = {}
    wrapup_prompt: str = "optional"
    wrapup_timeout_ms: int = 0
    auto_answer: list[str] = []
    in_queue_flows: dict[str, str] = {}

    @property
    def groups(self) -> set[str]:
        """The groups that may serve the queue besides its members, on a condition or without."""
        return {*self.member_rings, *(group for rule in self.conditional for group in rule.groups)}

    @property
    def member_rings(self) -> dict[str, int]:
        """The groups whose agents are members of the queue, and the ring in which they come in."""
        rings = dict.fromkeys(self.member_groups, 1)
        for number, ring in enumerate(self.bullseye, 1):
            for group in ring.groups:
                rings.setdefault(group, number)
        return rings

    def membership(self, agent: Agent) -> Membership | None:
        """The agent's place in the queue: their own, or else the innermost that a group of theirs has."""
        own = agent.queues.get(self.queue_id)
        if own is not None or not agent.groups:
            return own
        rings = self.member_rings
        through = [rings[group] for group in agent.groups if group in rings]
        return Membership(ring=min(through), by_group=True) if through else None

    def has_joined(self, agent: Agent) -> bool:
        membership = self.membership(agent)
        return membership is not None and membership.joined
