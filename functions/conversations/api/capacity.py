"""The capacity of agents who take something up on their own account."""

from switchboard.conversations.models import Participant
from switchboard.kit.errors import ConflictError
from switchboard.routing import api as routing


class NoCapacityError(ConflictError):
    """The agent has as much on hand as their utilization allows."""

    code = "agent.no.capacity"


def take_up(participant: Participant, conversation_id: str) -> None:
    """Hold capacity for a part that was parked; nothing for one that has it. Raises NoCapacityError."""
    if participant.active and participant.state == "parked":
        media = participant.communications[-1].media
        take(participant.user_id, conversation_id, participant.queue_id, media)


def take(user_id: str, conversation_id: str, queue_id: str, media: str) -> None:
    """Hold capacity for a conversation. Raises NoCapacityError."""
    interaction = routing.Interaction(
        conversation_id=conversation_id, participant_id="", queue_id=queue_id, media=media
    )
    if not routing.take(user_id, interaction):
        raise NoCapacityError(
            "The agent has as much on hand as their utilization allows: finish or park something first."
        )
