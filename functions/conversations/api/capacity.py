"""The capacity of agents who take something up on their own account."""

from switchboard.conversations import api as conversations
from switchboard.conversations.models import Participant
from switchboard.kit.errors import ConflictError
from switchboard.routing import api as routing

NO_ROOM = "The agent has as much on hand as their utilization allows: finish or park something first."


class NoCapacityError(ConflictError):
    """The agent has as much on hand as their utilization allows."""

    code = "agent.no.capacity"


def check(agent: routing.Agent, media: str, label_id: str) -> None:
    """Raises NoCapacityError where the agent has no room for one more."""
    if not routing.has_room(agent.held, media, agent.within(routing.utilization()), label_id):
        raise NoCapacityError(NO_ROOM)


def take_up(participant: Participant, conversation_id: str) -> None:
    """Hold capacity for a part that was parked; nothing for one that has it. Raises NoCapacityError."""
    if participant.active and participant.state == "parked":
        media = participant.communications[-1].media
        take(participant.user_id, conversation_id, participant.queue_id, media)


def take(user_id: str, conversation_id: str, queue_id: str, media: str) -> None:
    """Hold capacity for a conversation, which may have begun or not. Raises NoCapacityError."""
    interaction = routing.Interaction(
        conversation_id=conversation_id,
        participant_id="",
        queue_id=queue_id,
        media=media,
        label_id=_label(conversation_id),
    )
    if not routing.take(user_id, interaction):
        raise NoCapacityError(NO_ROOM)


def _label(conversation_id: str) -> str:
    """What it bore when it last waited, as one that routing assigns does."""
    conversation = conversations.find(conversation_id)
    waits = conversation.of_purpose("acd") if conversation else []
    return waits[-1].routing.label_id if waits and waits[-1].routing else ""
