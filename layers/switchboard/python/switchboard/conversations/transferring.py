"""Transfers: an agent lets somebody else go on with a conversation, as pure functions (CE16, CE43). Times are milliseconds."""

from dataclasses import dataclass

from msgspec.structs import replace

from switchboard.conversations import parts, transitions
from switchboard.conversations.errors import StateConflictError
from switchboard.conversations.models import Conversation, Participant, RoutingData
from switchboard.conversations.transitions import QueueTarget


@dataclass(frozen=True)
class Manner:
    """How an agent transfers. `attended`: they stay until somebody has taken over. `keep_consultations`: who advises stays."""

    attended: bool = False
    keep_consultations: bool = False


BLIND = Manner()


def transfer(
    conversation: Conversation, participant: Participant, target: QueueTarget, now: int, manner: Manner = BLIND
) -> Conversation:
    """Blind: who transfers leaves, the conversation waits for the next agent; others of ours who are on it stay. Attributes,
    history, skills, language, label, priority and the time it has waited go with it. Returned to the queue it came from, it does
    not come back to who sent it at once."""
    if not participant.active or participant.state == "disconnected" or participant.consulted:
        raise StateConflictError(
            "Only a participant who is in the conversation can transfer it.", field="participantId"
        )
    if manner.attended:
        return _offer_hand_over(conversation, participant, target, now)
    left = parts.put(conversation, transitions.gone(participant, now, "transfer"))
    if not manner.keep_consultations:
        left = parts.end_consultations(left, participant.id, now)
    moved, acd, routing = _awaiting(left, target, now)
    if not participant.user_id or target.direct_agent == participant.user_id:
        return moved
    excluded = {**routing.excluded, participant.user_id: now + transitions.DECLINED_MS}
    return parts.put(moved, replace(acd, routing=replace(routing, excluded=excluded)))


def _offer_hand_over(
    conversation: Conversation, participant: Participant, target: QueueTarget, now: int
) -> Conversation:
    """Attended: the agent stays with the customer until somebody has taken over, and leaves then."""
    if participant.purpose != "agent" or participant.state != "connected":
        raise StateConflictError("Only an agent who is connected hands over attended.", field="transferType")
    moved, acd, _ = _awaiting(conversation, target, now)
    return parts.put(moved, replace(acd, handed_over_by=participant.id))


def _awaiting(
    conversation: Conversation, target: QueueTarget, now: int
) -> tuple[Conversation, Participant, RoutingData]:
    """The conversation waits there, for somebody who is not on it; with the wait and what it asks for."""
    moved = transitions.onward(conversation, target, now)
    acd = moved.participants[-1]
    routing = acd.routing or RoutingData()
    if target.direct_agent in routing.excluded:
        raise StateConflictError("The agent has the conversation already.", field="userId")
    return moved, acd, routing


def withdraw(conversation: Conversation, acd: Participant, now: int) -> Conversation:
    """The attended transfer is called off: the agent keeps the conversation. The customer has not given up, so the wait ends as one
    that was moved on."""
    if not acd.active:
        return conversation
    return parts.put(parts.end_alerts(conversation, now), parts.ended(acd, now, "transfer"))
