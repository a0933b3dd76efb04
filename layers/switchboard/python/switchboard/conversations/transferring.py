"""Transfers: an agent lets somebody else go on with a conversation, as pure functions (CE16, CE43). Times are milliseconds.

An external contact joins by relay (docs/adr/0015): a participant of purpose `external`, alerting until they have written.
"""

from dataclasses import dataclass

from msgspec.structs import replace

from switchboard.channels.message import Party
from switchboard.conversations import consulting, parts, transitions
from switchboard.conversations.errors import StateConflictError
from switchboard.conversations.models import Conversation, Participant, RoutingData, Segment, State
from switchboard.conversations.transitions import QueueTarget
from switchboard.kit import ids

CONTACT_ANSWER_MS = 30 * 60 * 1000
"""How long an external contact has to write before the customer is taken back."""


@dataclass(frozen=True)
class Manner:
    """How an agent transfers. `attended`: they stay until somebody has taken over. `keep_consultations`: who advises stays."""

    attended: bool = False
    keep_consultations: bool = False


BLIND = Manner()


@dataclass(frozen=True)
class ContactTarget:
    """The external contact who takes over, and how the customer's channel addresses them."""

    contact_id: str
    name: str
    party: Party


def transfer(
    conversation: Conversation, participant: Participant, target: QueueTarget, now: int, manner: Manner = BLIND
) -> Conversation:
    """Blind: who transfers leaves, the conversation waits for the next agent; others of ours who are on it stay. Attributes,
    history, skills, language, label, priority and the time it has waited go with it. Returned to the queue it came from, it does
    not come back to who sent it at once."""
    ours = participant.purpose != "customer" and not participant.consulted
    if not ours or not participant.active or participant.state == "disconnected":
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


def hand_back(conversation: Conversation, user_id: str, now: int) -> Conversation:
    """The user works no more: where they advise or have joined it goes on without them; whom they alone attend to waits in their
    queue for somebody else."""
    for identifier in [each.id for each in conversation.participants if each.user_id == user_id]:
        part = conversation.participant(identifier)
        if part is None or not part.active:
            continue
        if part.consulted:
            conversation = consulting.end(conversation, part, now)
        elif part.state == "alerting":
            conversation = transitions.no_answer(conversation, part, now, "transfer.notavailable")
        elif part.queue_id and not parts.attended(conversation, without=part.id):
            conversation = transfer(conversation, part, QueueTarget(part.queue_id, part.queue_name), now)
        else:
            conversation = transitions.leave(conversation, part, now)
    return conversation


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


def expect_transferable(conversation: Conversation, agent: Participant, manner: Manner) -> None:
    """Raises StateConflictError unless the agent can hand the customer to an external contact now."""
    if not agent.speaks:
        raise StateConflictError("Only who serves the customer hands them over.", field="participantId")
    needed: tuple[State, ...] = ("connected",) if manner.attended else ("connected", "parked")
    parts.expect(agent, *needed)
    if conversation.media != "message":
        raise StateConflictError("Nobody is on the line whom an external contact could talk to.", field="contactId")
    if conversation.external is not None:
        raise StateConflictError("An external contact is in the conversation already.", field="contactId")


def to_contact(
    conversation: Conversation, agent: Participant, target: ContactTarget, now: int, manner: Manner = BLIND
) -> Conversation:
    """An external contact is asked to go on; unattended the agent leaves at once, attended when the contact has written."""
    expect_transferable(conversation, agent, manner)
    count = len(conversation.participants)
    contact = Participant(
        id=ids.derived("external", conversation.id, target.contact_id, str(now), str(count)),
        purpose="external",
        start=now,
        name=target.name,
        external_contact_id=target.contact_id,
        address=target.party.identity.value,
        party=target.party,
        handed_over_by=agent.id if manner.attended else "",
        communications=[replace(parts.communication(conversation, "alerting", now), direction="outbound")],
    )
    asked = parts.end_all(parts.end_alerts(conversation, now), "acd", now, "transfer")
    asked = parts.added(asked, contact)
    if manner.attended:
        return asked
    left = parts.put(asked, transitions.gone(agent, now, "transfer"))
    return left if manner.keep_consultations else parts.end_consultations(left, agent.id, now)


def contact_wrote(conversation: Conversation, contact: Participant, now: int) -> Conversation:
    """They are there. Who stayed until then leaves."""
    if not contact.active or contact.state != "alerting":
        return conversation
    there = parts.moved(contact, "connected", Segment(kind="interact", start=now))
    there = parts.with_last(there, replace(there.communications[-1], connected=now))
    joined = parts.put(conversation, replace(there, handed_over_by=""))
    return transitions.hand_over(joined, contact, now)


def set_contact_state(conversation: Conversation, contact: Participant, state: str, now: int) -> Conversation:
    """An agent or a supervisor lets the contact go; with nobody of ours left the conversation is over."""
    if state == "connected":
        raise StateConflictError("An external contact joins by writing.", field="state")
    if not contact.active:
        return conversation
    return parts.settle(parts.put(conversation, parts.ended(contact, now, "client")), now)


def contact_lost(conversation: Conversation, contact: Participant, now: int, disconnect_type: str) -> Conversation:
    """They did not answer, or cannot be reached. A customer whom nobody attends to then waits again in the queue they came from."""
    if not contact.active:
        return conversation
    left = parts.put(conversation, parts.ended(contact, now, disconnect_type))
    if left.engaged:
        return left
    if parked := transitions.parked(left):
        return transitions.resume(left, parked, now)
    came_from = parts.came_from(left)
    if came_from is None:
        return parts.settle(left, now)
    return transitions.onward(left, QueueTarget(came_from.queue_id, came_from.queue_name), now)


def contact_due(contact: Participant) -> int:
    """When it is too late for an external contact to write first; 0 where nobody waits for that."""
    awaited = contact.purpose == "external" and contact.active and contact.state == "alerting"
    return contact.start + CONTACT_ANSWER_MS if awaited else 0
