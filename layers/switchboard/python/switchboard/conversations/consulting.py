"""Consultation: an agent asks a colleague for advice by internal messages, while the customer stays with the agent (CE43 "blind and
consult transfer").

The colleague's part is a participant of purpose `user`: it takes no capacity, owes no wrap-up, and does not keep the conversation
open. It reads what the customer writes. The agent's end of the communication is not stored: it is what the colleague's is.
"""

from msgspec.structs import replace

from switchboard.conversations import parts
from switchboard.conversations.errors import StateConflictError
from switchboard.conversations.models import Communication, Conversation, Participant, Segment
from switchboard.kit import ids

ANSWER_MS = 60_000
"""For how long a colleague is asked."""


def begin(
    conversation: Conversation, agent: Participant, user_id: str, user_name: str, now: int
) -> tuple[Conversation, Participant]:
    """Ask a colleague; their part, which is alerting. The same part where they have been asked already."""
    parts.expect(agent, "connected")
    if agent.purpose != "agent":
        raise StateConflictError("Only an agent who is connected consults.", field="participantId")
    for each in conversation.participants:
        if each.active and each.user_id == user_id and not each.joined:
            if each.consult_participant_id == agent.id:
                return conversation, each
            raise StateConflictError("The user is in the conversation already.", field="targetUserId")
    identifier = ids.derived("consult", conversation.id, user_id, str(now), str(len(conversation.participants)))
    communication = Communication(
        id=ids.derived("communication", identifier),
        peer_id=ids.derived("peer", identifier),
        media="internalmessage",
        state="alerting",
        initial_state="alerting",
        start_alerting=now,
        segments=[Segment(kind="alert", start=now)],
    )
    colleague = Participant(
        id=identifier,
        purpose="user",
        start=now,
        name=user_name,
        user_id=user_id,
        consult_participant_id=agent.id,
        communications=[communication],
    )
    return parts.added(conversation, colleague), colleague


def accept(conversation: Conversation, colleague: Participant, now: int) -> Conversation:
    """The colleague is there; the agent's conversation goes on as it was."""
    if colleague.state == "connected":
        return conversation
    parts.expect(colleague, "alerting")
    taken = parts.moved(colleague, "connected", Segment(kind="interact", start=now))
    return parts.put(conversation, parts.with_last(taken, replace(taken.communications[-1], connected=now)))


def end(conversation: Conversation, colleague: Participant, now: int, disconnect_type: str = "client") -> Conversation:
    """Either of the two ends it, or nobody answered."""
    return parts.put(conversation, parts.ended(colleague, now, disconnect_type)) if colleague.active else conversation


def due(participant: Participant) -> int:
    """When nobody is asked any more; 0 where the part is not alerting."""
    alerting = participant.consulted and participant.active and participant.state == "alerting"
    return participant.communications[-1].start_alerting + ANSWER_MS if alerting else 0


def ends(conversation: Conversation, communication_id: str) -> tuple[Participant, str, str] | None:
    """The colleague's part to which an internal message communication belongs, and the users at this and at the other end."""
    for each in conversation.participants:
        agent = conversation.participant(each.consult_participant_id) if each.consulted else None
        if agent is not None:
            last = each.communications[-1]
            if communication_id == last.id:
                return each, each.user_id, agent.user_id
            if communication_id == last.peer_id:
                return each, agent.user_id, each.user_id
    return None


def say(conversation: Conversation, colleague: Participant) -> Conversation:
    """One more was said: the conversation's version moves, so that both hear of it."""
    parts.expect(colleague, "connected")
    last = colleague.communications[-1]
    return parts.put(conversation, parts.with_last(colleague, replace(last, said=last.said + 1)))
