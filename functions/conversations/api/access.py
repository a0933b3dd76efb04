"""Who has a conversation and who may act on it: the agents in it on their own parts, others by permission."""

from switchboard.conversations import api as conversations
from switchboard.conversations.models import Conversation, Participant
from switchboard.kit.callers import Caller
from switchboard.kit.errors import NotAuthorizedError, NotFoundError
from switchboard.routing import api as routing

VIEW = "conversation:communication:view"
DISCONNECT = "conversation:communication:disconnect"
TRANSFER = "conversation:communication:transfer"
ASSIGN = "conversation:communication:assign"
BARGE = "conversation:communication:barge"
PICKUP = "conversation:communication:pickup"
TARGET = "conversation:communication:target"
"""The platform's bound of transfers and conferences: only to users and queues of the divisions in which it is granted."""
WRITE = "conversation:message:create"
EDIT = "conversation:participant:edit"


def held(caller: Caller) -> list[Conversation]:
    """The conversations that take up the calling agent, the earliest first. Raises BadRequestError for a machine."""
    found = conversations.find_all(routing.conversations_of(caller.person()))
    return sorted(found.values(), key=lambda each: each.start)


def readable(caller: Caller, conversation_id: str) -> Conversation:
    """The conversation where the caller takes or took part in it, or may view what is in one of its divisions.

    Raises NotFoundError, NotAuthorizedError.
    """
    conversation = conversations.get(conversation_id)
    if not takes_part(caller, conversation) and not caller.may(VIEW, *conversation.division_ids):
        raise NotAuthorizedError(f"You take no part in the conversation and lack {VIEW} in its divisions.")
    return conversation


def takes_part(caller: Caller, conversation: Conversation) -> bool:
    """Whether the caller takes or took part in it."""
    return bool(caller.user_id) and any(each.user_id == caller.user_id for each in conversation.participants)


def writable(caller: Caller, conversation_id: str) -> Conversation:
    """The conversation where the caller takes or took part in it, or may view and write in one of its divisions.

    Raises NotFoundError, NotAuthorizedError, MissingPermissionError.
    """
    conversation = readable(caller, conversation_id)
    if not takes_part(caller, conversation):
        in_division(caller, conversation, WRITE)
    return conversation


def may_target(caller: Caller, division_id: str) -> None:
    """Raises MissingPermissionError unless the caller may hand over to, or ask, the users and queues of the division."""
    caller.require(TARGET, division_id)


def in_division(caller: Caller, conversation: Conversation, permission: str) -> None:
    """Raises MissingPermissionError unless the caller holds the permission in one of the conversation's divisions."""
    caller.require(permission, *conversation.division_ids)


def may_join(caller: Caller, conversation: Conversation) -> None:
    """Raises MissingPermissionError unless the caller is in the conversation, or advises an agent there at the agent's request, or
    holds the permission in one of its divisions."""
    own = [each for each in conversation.participants if each.active and each.user_id == caller.person()]
    if not any(not each.consulted or each.state == "connected" for each in own):
        in_division(caller, conversation, BARGE)


def participant_of(caller: Caller, conversation_id: str, participant_id: str, permission: str) -> Participant:
    """The participant where it is the caller's own, or the wait in which the caller hands over to somebody, or the caller holds the
    permission over others' parts."""
    conversation = readable(caller, conversation_id)
    participant = conversation.participant(participant_id)
    if participant is None:
        raise NotFoundError("participant", participant_id)
    owner = conversation.participant(participant.handed_over_by) or participant
    if owner.user_id != caller.user_id or not caller.user_id:
        in_division(caller, conversation, permission)
    return participant
