"""A conversation as it is stored: one document of participants, their communications and segments.

Field names are the platform's. Times are milliseconds since the epoch. Everything here is media-neutral: a communication says
its `media` (message, callback, email, call) and what it adds lies in its own record.
"""

from typing import Any, Literal

from switchboard.channels.message import Party
from switchboard.kit.entities import HOME_DIVISION
from switchboard.kit.model import Record

Media = Literal["message", "callback", "email", "call", "internalmessage"]
Purpose = Literal["customer", "acd", "agent", "user", "workflow", "botflow", "external", "campaign"]
State = Literal["alerting", "connected", "parked", "scheduled", "disconnected"]
SegmentKind = Literal["alert", "interact", "hold", "wrapup", "parked", "scheduled", "delay", "system"]


class Segment(Record):
    """A stretch of a communication: `kind` from `start` to `end` (0 = still going on)."""

    kind: SegmentKind
    start: int
    end: int = 0
    disconnect_type: str = ""
    queue_id: str = ""
    wrap_up_code: str = ""


class Communication(Record):
    """One participant's part in one medium. An internal message communication has the consulting agent's end as `peer_id`, and
    counts what was `said` on it."""

    id: str
    media: Media = "message"
    state: State = "connected"
    direction: Literal["inbound", "outbound"] = "inbound"
    initial_state: State = "connected"
    held: bool = False
    start_alerting: int = 0
    connected: int = 0
    disconnected: int = 0
    disconnect_type: str = ""
    peer_id: str = ""
    said: int = 0
    segments: list[Segment] = []


class WrapUp(Record):
    """What the agent noted at the end: the code's id and name, notes, tags, and how long it took (seconds). `provisional`: they are
    not done yet, and it may have no code."""

    code: str = ""
    name: str = ""
    notes: str = ""
    tags: list[str] = []
    duration_seconds: int = 0
    end_time: int = 0
    provisional: bool = False


class RoutingData(Record):
    """What routing needs of an interaction, and how it was matched (`used_routing`). `vip`: its turn comes before all that is none.
    `preferred_agents` are scores by user; `skill_levels` bound the proficiency of some of the skills: [least, most];
    `skill_expression` (routing.expressions) stands instead of the skills; `excluded` says until when somebody who declined is not
    asked again; `by_hand`: the direct agent is a supervisor's choice, or took it from the list; `direct_wait_ms`: for so long only
    the direct agent is asked, even where the queue does not say so."""

    queue_id: str = ""
    priority: int = 0
    vip: bool = False
    skill_ids: list[str] = []
    skill_levels: dict[str, list[float]] = {}
    skill_expression: list[Any] = []
    label_id: str = ""
    language_id: str = ""
    preferred_agents: dict[str, int] = {}
    excluded: dict[str, int] = {}
    last_agent: str = ""
    direct_agent: str = ""
    by_hand: bool = False
    direct_wait_ms: int = 0
    used_routing: str = ""
    queued_at: int = 0


class Choice(Record):
    """Why routing chose this agent: `others` had the same claim and came next, `considered` counts them all; `ring` is the ring or
    step that the search had reached (0: it has none)."""

    used_routing: str = ""
    why: str = ""
    considered: int = 1
    others: tuple[str, ...] = ()
    ring: int = 0


class Participant(Record):
    """Somebody or something in the conversation. `end` 0: still there.

    After-call work runs from `start_acw` to `end_acw` (0: it goes on); `wrapup_required`: a code is owed. `resume_at` is when a
    parked part comes back by itself (0: when the customer writes or the agent wants it). `consult_participant_id` is the agent's
    part that asked this one for advice, `barged_participant_id` the one that this one joined in talking with the customer.
    `handed_over_by` is the agent's part that stays until somebody has taken over from this acd participant, or until this external
    contact has answered. `party` is how the channel addresses an external contact.
    """

    id: str
    purpose: Purpose
    start: int
    end: int = 0
    name: str = ""
    user_id: str = ""
    external_contact_id: str = ""
    queue_id: str = ""
    queue_name: str = ""
    address: str = ""
    party: Party | None = None
    attributes: dict[str, str] = {}
    communications: list[Communication] = []
    routing: RoutingData | None = None
    choice: Choice | None = None
    alerting_timeout_ms: int = 0
    wrapup_required: bool = False
    wrapup_prompt: str = ""
    wrapup_timeout_ms: int = 0
    acw_requested: bool = False
    wrapup: WrapUp | None = None
    start_acw: int = 0
    end_acw: int = 0
    resume_at: int = 0
    consult_participant_id: str = ""
    barged_participant_id: str = ""
    handed_over_by: str = ""

    @property
    def consulted(self) -> bool:
        """Whether this is somebody's part who only advises an agent."""
        return bool(self.consult_participant_id)

    @property
    def joined(self) -> bool:
        """Whether this is the part of somebody who came to an agent's conversation with the customer and writes to them too."""
        return bool(self.barged_participant_id)

    @property
    def speaks(self) -> bool:
        """Whether the customer is written to on this part: an agent's, or that of somebody who joined one."""
        return self.purpose == "agent" or self.joined

    @property
    def active(self) -> bool:
        return not self.end

    @property
    def state(self) -> State:
        """The state of the latest communication."""
        return self.communications[-1].state if self.communications else "disconnected"

    @property
    def talked(self) -> bool:
        """Whether this part was ever answered."""
        return any(each.connected for each in self.communications)

    @property
    def ended_aside(self) -> bool:
        """Whether this part was parked until it ended."""
        kinds = [segment.kind for segment in self.communications[-1].segments if segment.kind != "wrapup"]
        return not self.active and kinds[-1] == "parked"

    @property
    def noted(self) -> bool:
        """Whether the agent has said what came of it, and not only begun to."""
        return self.wrapup is not None and not self.wrapup.provisional

    @property
    def engaged_since(self) -> int:
        """When this part last began to take the agent's capacity: at its start, or when it came back from being parked."""
        return self.since_last("parked")

    def since_last(self, kind: SegmentKind) -> int:
        """When the last such segment ended; its start where there was none."""
        segments = [segment for each in self.communications for segment in each.segments]
        return max([self.start, *(each.end for each in segments if each.kind == kind)])


class Callback(Record):
    """A customer who wants to be called back. `scheduled_at` 0: as soon as an agent is free.

    `numbers` are E.164, tried in this order. `retries` counts how often an agent put it off; `most_retries` -1: without limit.
    """

    numbers: list[str]
    user_name: str = ""
    scheduled_at: int = 0
    retries: int = 0
    most_retries: int = -1
    script_id: str = ""
    caller_id: str = ""
    caller_id_name: str = ""


MOST_PARTICIPANTS = 200
"""Of a conversation that begins again: its document is written whole with each change, and an item has 400 kB at most."""


class Conversation(Record):
    """`customer` is who it is with, as the channel knows them; `thread` names the partition of its messages.

    `thread`, `channel` and `integration_id` are empty where no messages belong to it: a callback that began as one.
    `divisions` is the division of each queue that it came to, in that order; empty for Home, which costs no bytes so.
    """

    id: str
    start: int
    customer: Party
    thread: str = ""
    channel: str = ""
    integration_id: str = ""
    callback: Callback | None = None
    end: int = 0
    divisions: dict[str, str] = {}
    participants: list[Participant] = []
    version: int = 1

    def participant(self, identifier: str) -> Participant | None:
        return next((each for each in self.participants if each.id == identifier), None)

    def of_purpose(self, *purposes: Purpose) -> list[Participant]:
        return [each for each in self.participants if each.purpose in purposes]

    def spoken_on(self, user_id: str, at: int) -> Communication | None:
        """Where one of ours wrote to the customer at that time: their latest part that was connected by then, else their first."""
        own = [each for each in self.participants if each.user_id == user_id and each.speaks]
        ends = [each for part in own for each in part.communications if each.connected]
        return min(ends, key=lambda each: (each.connected > at, abs(each.connected - at)), default=None)

    @property
    def division_ids(self) -> list[str]:
        """The divisions it belongs to: those of its queues, the first first; Home where it came to none."""
        return list(dict.fromkeys(each or HOME_DIVISION for each in self.divisions.values())) or [HOME_DIVISION]

    @property
    def media(self) -> Media:
        """The medium of the parts that join now."""
        return "callback" if self.callback else "message"

    @property
    def unfinished(self) -> bool:
        """Somebody of ours is on it or has parked it, or it waits for somebody."""
        return any(each.active for each in self._serving)

    @property
    def exhausted(self) -> bool:
        """It is over and has been through so much that who writes next begins another."""
        return bool(self.end) and len(self.participants) >= MOST_PARTICIPANTS

    @property
    def external(self) -> Participant | None:
        """The external contact who takes part by relay (docs/adr/0015)."""
        return next((each for each in self.of_purpose("external") if each.active), None)

    @property
    def engaged(self) -> bool:
        """Somebody of ours attends to it or it waits for somebody: the customer's next message needs no more than to be stored."""
        return any(each.active and each.state != "parked" for each in self._serving)

    @property
    def _serving(self) -> list[Participant]:
        """Ours, but for those who only advise one of us."""
        return [each for each in self.participants if each.purpose != "customer" and not each.consulted]

    @property
    def audience(self) -> list[str]:
        """Users who take part now."""
        return sorted({each.user_id for each in self.participants if each.user_id and each.active})


class Hearing(Record):
    """A wait in a queue, as those know it who speak to the customer meanwhile: since when (milliseconds), and whether nobody is
    being alerted for it, or still talks with the customer, just now."""

    queue_id: str
    since: int
    undisturbed: bool


class InternalMessage(Record):
    """What one of two agents said to the other in a consultation, at `time` (milliseconds)."""

    id: str
    conversation_id: str
    communication_id: str
    time: int
    sender_id: str
    recipient_id: str
    text: str


class Thread(Record):
    """Where a customer stands with us on one integration: the conversation their next message belongs to. `relayed`: others outside
    hear what they say; `said_by` is their part where they are an external contact in somebody else's conversation."""

    id: str
    conversation_id: str = ""
    engaged: bool = False
    last_activity: int = 0
    last_inbound: int = 0
    external_contact_id: str = ""
    audience: list[str] = []
    relayed: bool = False
    said_by: str = ""


class Message(Record):
    """A stored message. `id` finds it (kit.ids.anchored by thread); `sort` orders it inside the thread.

    `relayed`: the others outside hear it too, each by a copy in their thread. `said_by` is the part of the external contact who
    said it, `heard_by` that of the one for whom this is a copy.
    """

    id: str
    conversation_id: str
    thread: str
    sort: str
    direction: Literal["inbound", "outbound"]
    channel: str
    integration_id: str
    time: int
    status: str
    provider_id: str = ""
    received: int = 0
    doc: str = ""
    problem_code: str = ""
    problem_text: str = ""
    problem_class: str = ""
    sender_user_id: str = ""
    relayed: bool = False
    said_by: str = ""
    heard_by: str = ""

    @property
    def beside(self) -> bool:
        """Whether it lies in the thread of an external contact: what they said themselves, and what they heard of others. The
        conversation's own thread has the one as a copy, the other as it was said."""
        return bool(self.heard_by or (self.said_by and self.direction == "inbound"))
