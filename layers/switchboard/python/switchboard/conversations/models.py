"""A conversation as it is stored: one document of participants, their communications and segments.

Field names are the platform's. Times are milliseconds since the epoch. Everything here is media-neutral: a communication says
its `media` (message, callback, email, call) and what it adds lies in its own record.
"""

from typing import Literal

from switchboard.channels.message import Party
from switchboard.kit.model import Record

Media = Literal["message", "callback", "email", "call"]
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
    """One participant's part in one medium."""

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
    segments: list[Segment] = []


class WrapUp(Record):
    """What the agent noted at the end: the code's id and name, notes, tags, and how long it took (seconds)."""

    code: str = ""
    name: str = ""
    notes: str = ""
    tags: list[str] = []
    duration_seconds: int = 0
    end_time: int = 0
    provisional: bool = False


class RoutingData(Record):
    """What routing needs of an interaction, and how it was matched (`used_routing`)."""

    queue_id: str = ""
    priority: int = 0
    skill_ids: list[str] = []
    language_id: str = ""
    preferred_agents: dict[str, int] = {}
    last_agent: str = ""
    direct_agent: str = ""
    used_routing: str = ""
    queued_at: int = 0


class Participant(Record):
    """Somebody or something in the conversation. `end` 0: still there."""

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
    attributes: dict[str, str] = {}
    communications: list[Communication] = []
    routing: RoutingData | None = None
    alerting_timeout_ms: int = 0
    wrapup_required: bool = False
    wrapup_prompt: str = ""
    wrapup: WrapUp | None = None
    start_acw: int = 0
    end_acw: int = 0

    @property
    def active(self) -> bool:
        return not self.end

    @property
    def state(self) -> State:
        """The state of the latest communication."""
        return self.communications[-1].state if self.communications else "disconnected"


class Conversation(Record):
    """`thread` names the partition of its messages; `customer` is who it is with, as the channel knows them."""

    id: str
    thread: str
    channel: str
    integration_id: str
    start: int
    customer: Party
    end: int = 0
    division_id: str = ""
    participants: list[Participant] = []
    version: int = 1

    def participant(self, identifier: str) -> Participant | None:
        return next((each for each in self.participants if each.id == identifier), None)

    def of_purpose(self, *purposes: Purpose) -> list[Participant]:
        return [each for each in self.participants if each.purpose in purposes]

    @property
    def engaged(self) -> bool:
        """Somebody of ours is on it, or it waits for somebody."""
        return any(each.active for each in self.participants if each.purpose != "customer")

    @property
    def audience(self) -> list[str]:
        """Users who take part now."""
        return sorted({each.user_id for each in self.participants if each.user_id and each.active})


class Thread(Record):
    """Where a customer stands with us on one integration: the conversation their next message belongs to."""

    id: str
    conversation_id: str = ""
    engaged: bool = False
    last_activity: int = 0
    last_inbound: int = 0
    external_contact_id: str = ""
    audience: list[str] = []


class Message(Record):
    """A stored message. `id` finds it (kit.ids.anchored by thread); `sort` orders it inside the thread."""

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
    sender_user_id: str = ""
