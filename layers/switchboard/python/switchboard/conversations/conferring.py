"""Conference: somebody joins an agent in talking with the customer (CE43, "blind and consult transfer"), as pure functions.

Their part is a participant of purpose `user` in the customer's medium: it takes no capacity and owes no wrap-up, but it serves, so
that the conversation goes on with them when the agent has left. A consultation that led to it goes on beside it.
"""

from switchboard.conversations import parts
from switchboard.conversations.errors import StateConflictError
from switchboard.conversations.models import Conversation, Participant
from switchboard.kit import ids


def join(conversation: Conversation, user_id: str, user_name: str, now: int) -> Conversation:
    """The user talks with the customer too; the same conversation where they do so already."""
    own = [each for each in conversation.participants if each.active and each.user_id == user_id and not each.consulted]
    if any(each.joined for each in own):
        return conversation
    if own:
        raise StateConflictError("The conversation is the user's already.", field="conversationId")
    if conversation.end:
        raise StateConflictError("The conversation is over.", field="conversationId")
    if conversation.media != "message":
        raise StateConflictError("Nobody writes with the customer of a callback.", field="conversationId")
    there = parts.attended(conversation)
    if there is None:
        raise StateConflictError("Nobody of ours is connected with the customer.", field="conversationId")
    part = Participant(
        id=ids.derived("join", conversation.id, user_id, str(now), str(len(conversation.participants))),
        purpose="user",
        start=now,
        name=user_name,
        user_id=user_id,
        barged_participant_id=there.id,
        communications=[parts.communication(conversation, "connected", now)],
    )
    return parts.added(conversation, part)
