"""What a conversation waits for by the clock. A timer is set for each when it appears, and is stale when the conversation no longer
says the same: nothing is ever cancelled."""

from dataclasses import dataclass
from typing import Literal

from switchboard.conversations import calling_back, consulting, transferring, transitions, wrapping_up
from switchboard.conversations.models import Conversation

Kind = Literal["afterCallWork", "resume", "callback", "consult", "contact"]


@dataclass(frozen=True)
class Due:
    """Something that happens to a participant at a time (milliseconds)."""

    kind: Kind
    participant_id: str
    at: int


def of(conversation: Conversation) -> frozenset[Due]:
    """Everything the conversation waits for now."""
    found = set()
    for each in conversation.participants:
        if at := wrapping_up.due(each):
            found.add(Due("afterCallWork", each.id, at))
        if each.active and each.state == "parked" and each.resume_at:
            found.add(Due("resume", each.id, each.resume_at))
        if each.active and each.state == "scheduled" and conversation.callback:
            found.add(Due("callback", each.id, conversation.callback.scheduled_at))
        if at := consulting.due(each):
            found.add(Due("consult", each.id, at))
        if at := transferring.contact_due(each):
            found.add(Due("contact", each.id, at))
    return frozenset(found)


def happen(conversation: Conversation, due: Due, now: int) -> Conversation:
    """The time has come; the same conversation where it no longer waits for that."""
    participant = conversation.participant(due.participant_id)
    if participant is None or due not in of(conversation):
        return conversation
    match due.kind:
        case "afterCallWork":
            return wrapping_up.time_out(conversation, participant)
        case "resume":
            return transitions.resume(conversation, participant, now)
        case "callback":
            return calling_back.come_due(conversation, participant, now)
        case "consult":
            return consulting.end(conversation, participant, now, "transfer.noanswer")
        case "contact":
            return transferring.contact_lost(conversation, participant, now, "transfer.noanswer")
