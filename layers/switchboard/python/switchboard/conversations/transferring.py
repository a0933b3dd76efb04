"""Transfers: an agent lets somebody else go on with a conversation, as pure functions (CE16, CE43). Times are milliseconds."""

from dataclasses import dataclass

from msgspec.structs import replace

from switchboard.conversations import parts, transitions
from switchboard.conversations.errors import StateConflictError
from switchboard.conversations.models import Conversation, Participant, RoutingData
from switchboard.conversations.transitions import QueueTarget

LONGEST_HAND_OVER_MS = 30 * 24 * 3600 * 1000
"""For how long who hands over attended is not asked to take over; when they leave it is cut short."""


@dataclass(frozen=True)
class Manner:
    """How an agent transfers. `attended`: they stay until somebody has taken over. `keep_consultations`: who advises stays."""

    attended: bool = False
    keep_consultations: bool = False


BLIND = Manner()


def transfer(
    conversation: Conversation, participant: Participant, target: QueueTarget, now: int, manner: Manner = BLIND
) -> Conversation:
    """Blind: this agent leaves, the conversation waits for the next one. Attributes, history, skills, language, label, priority and
    the time it has waited go with it. Returned to the queue it came from, it does not come back to this agent at once."""
    if not participant.active or participant.state == "disconnected" or participant.consulted:
        raise StateConflictError(
            "Only a participant who is in the conversation can transfer it.", field="participantId"
        )
    if manner.attended:
        return _offer_hand_over(conversation, participant, target, now)
    left = parts.put(conversation, transitions.gone(participant, now, "transfer"))
    if not manner.keep_consultations:
        left = parts.end_consultations(left, participant.id, now)
    moved = transitions.onward(left, target, now)
    acd = moved.participants[-1]
    if acd.routing is None or participant.purpose != "agent" or target.direct_agent == participant.user_id:
        return moved
    excluded = {participant.user_id: now + transitions.DECLINED_MS}
    return parts.put(moved, replace(acd, routing=replace(acd.routing, excluded=excluded)))


def _offer_hand_over(
    conversation: Conversation, participant: Participant, target: QueueTarget, now: int
) -> Conversation:
    """Attended: the agent stays with the customer until somebody has taken over, and leaves then."""
    if participant.purpose != "agent" or participant.state != "connected":
        raise StateConflictError("Only an agent who is connected hands over attended.", field="transferType")
    if target.direct_agent == participant.user_id:
        raise StateConflictError("The agent has the conversation already.", field="userId")
    moved = transitions.onward(conversation, target, now)
    acd = moved.participants[-1]
    routing = replace(acd.routing or RoutingData(), excluded={participant.user_id: now + LONGEST_HAND_OVER_MS})
    return parts.put(moved, replace(acd, routing=routing, handed_over_by=participant.id))


def withdraw(conversation: Conversation, acd: Participant, now: int) -> Conversation:
    """The attended transfer is called off: the agent keeps the conversation. The customer has not given up, so the wait ends as one
    that was moved on."""
    if not acd.active:
        return conversation
    return parts.put(parts.end_alerts(conversation, now), parts.ended(acd, now, "transfer"))
