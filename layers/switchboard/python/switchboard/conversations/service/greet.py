"""What a flow says to the customer before anybody else does: that it is closed, or a word of welcome (CE43)."""

from switchboard.channels import capabilities
from switchboard.conversations.models import Conversation
from switchboard.conversations.ports import Entrance
from switchboard.conversations.repository import Repository
from switchboard.conversations.service.send import HOUR_MS, Draft, composed


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
