"""What flows say to the customer before anybody else does: that it is closed, a word of welcome, how long it will take (CE43)."""

from switchboard.channels import capabilities
from switchboard.conversations.models import Conversation, Hearing
from switchboard.conversations.parts import attended
from switchboard.conversations.ports import Entrance
from switchboard.conversations.repository import Repository
from switchboard.conversations.service.send import HOUR_MS, Draft, composed
from switchboard.conversations.transitions import waiting


def greet(repository: Repository, conversation: Conversation, entrance: Entrance, now: int) -> None:
    """Queue the flow's message, once on each occasion however often the customer writes. The customer has just written, which
    opens the reply window."""
    if not entrance.message:
        return
    hours = capabilities.of(conversation.channel).window_hours
    draft = Draft(text=entrance.message, bot=True)
    # A millisecond after what it answers.
    message = composed(conversation, draft, now + hours * HOUR_MS if hours else 0, now + 1)
    repository.add_once(message, entrance.occasion)


def hearing(repository: Repository, conversation_id: str, participant_id: str) -> Hearing | None:
    """The wait in a queue that this acd participant stands for; None where it is over, or nothing written belongs to it."""
    conversation = repository.find(conversation_id)
    part = conversation.participant(participant_id) if conversation else None
    if conversation is None or part is None or not part.active or conversation.media != "message":
        return None
    accompanied = part.handed_over_by or attended(conversation)
    return Hearing(
        queue_id=part.queue_id, since=part.start, undisturbed=waiting(conversation) == part and not accompanied
    )


def tell_waiting(repository: Repository, conversation_id: str, text: str, occasion: str, now: int) -> None:
    """Queue a flow's message to a customer who waits, once on each occasion; nothing where the reply window is closed."""
    conversation = repository.find(conversation_id)
    if conversation is None:
        return
    hours = capabilities.of(conversation.channel).window_hours
    thread = repository.thread(conversation.thread) if hours else None
    closes = (thread.last_inbound if thread else 0) + hours * HOUR_MS if hours else 0
    if closes > now or not hours:
        repository.add_once(composed(conversation, Draft(text=text, bot=True), closes, now), occasion)
