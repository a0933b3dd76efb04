"""What the console's API uses of conversations besides api.py: the agent's actions, messages, the platform's shapes."""

from collections.abc import Sequence
from typing import Any

from switchboard.conversations import bootstrap
from switchboard.conversations import views as _views
from switchboard.conversations.models import Conversation, Message, WrapUp
from switchboard.conversations.transitions import QueueTarget as QueueTarget
from switchboard.kit.errors import NotFoundError

# -- looking


def messages(conversation: Conversation) -> list[Message]:
    """The conversation's messages in the order they were said."""
    found = bootstrap.repository().messages(conversation.thread, 0)
    return [each for each in found if each.conversation_id == conversation.id]


def history(conversation: Conversation) -> list[Message]:
    """Every message of the customer on this integration, earlier conversations included."""
    return bootstrap.repository().messages(conversation.thread, 0)


def message(identifier: str) -> Message:
    """Raises NotFoundError."""
    found = bootstrap.repository().message(identifier)
    if found is None:
        raise NotFoundError("message", identifier)
    return found


# -- the agent's side


def set_state(conversation_id: str, participant_id: str, state: str) -> None:
    """`connected` or `disconnected`; raises StateConflictError, NotFoundError."""
    bootstrap.participating().set_state(conversation_id, participant_id, state)


def hold(conversation_id: str, participant_id: str, held: bool) -> None:
    bootstrap.participating().hold(conversation_id, participant_id, held)


def wrap_up(conversation_id: str, participant_id: str, given: WrapUp) -> None:
    bootstrap.participating().wrap_up(conversation_id, participant_id, given)


def skip_wrap_up(conversation_id: str, participant_id: str) -> None:
    bootstrap.participating().skip_wrap_up(conversation_id, participant_id)


def set_attributes(conversation_id: str, participant_id: str, given: dict[str, str]) -> None:
    bootstrap.participating().set_attributes(conversation_id, participant_id, given)


def transfer(conversation_id: str, participant_id: str, target: QueueTarget) -> None:
    bootstrap.participating().transfer(conversation_id, participant_id, target)


def assign(conversation_id: str, user_id: str) -> None:
    bootstrap.participating().assign(conversation_id, user_id)


def disconnect(conversation_id: str) -> None:
    bootstrap.participating().disconnect(conversation_id)


# -- the platform's shapes


def view(conversation: Conversation, with_messages: Sequence[Message] = ()) -> dict[str, Any]:
    """The platform's Conversation, as GET /conversations/{id} and the notifications show it."""
    return _views.conversation(conversation, with_messages)


def message_view(conversation: Conversation, with_messages: Sequence[Message] = ()) -> dict[str, Any]:
    """The platform's MessageConversation."""
    return _views.message_conversation(conversation, with_messages)


def message_data(source: Message) -> dict[str, Any]:
    """The platform's MessageData."""
    return _views.message_data(source)
