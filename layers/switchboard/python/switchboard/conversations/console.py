"""What the console's API uses of conversations besides api.py: the agent's actions, messages, the platform's shapes."""

from collections.abc import Callable, Sequence
from typing import Any

from switchboard.conversations import bootstrap
from switchboard.conversations import consulting as _consulting
from switchboard.conversations import internal_views as _internal_views
from switchboard.conversations import transferring as _transferring
from switchboard.conversations import views as _views
from switchboard.conversations.calling_back import Revision as Revision
from switchboard.conversations.models import Callback as Callback
from switchboard.conversations.models import Conversation, InternalMessage, Message, Participant, WrapUp
from switchboard.conversations.service.relay import Way as Way
from switchboard.conversations.service.start import Opening as Opening
from switchboard.conversations.transferring import BLIND
from switchboard.conversations.transferring import Manner as Manner
from switchboard.conversations.transitions import AGENT_WAIT_MS as AGENT_WAIT_MS
from switchboard.conversations.transitions import AgentTarget as AgentTarget
from switchboard.conversations.transitions import QueueTarget as QueueTarget
from switchboard.kit.errors import NotFoundError

# -- looking


def history(conversation: Conversation) -> list[Message]:
    """Every message of the customer on this integration, earlier conversations included; none where it is a callback alone."""
    if not conversation.thread:
        return []
    return bootstrap.repository().messages(conversation.thread, 0)


def message(identifier: str) -> Message:
    """One that a conversation's own thread holds. Raises NotFoundError."""
    found = bootstrap.repository().message(identifier)
    if found is None or found.beside:
        raise NotFoundError("message", identifier)
    return found


# -- the agent's side


def set_state(conversation_id: str, participant_id: str, state: str) -> None:
    """`connected` or `disconnected`; raises StateConflictError, NotFoundError."""
    bootstrap.participating().set_state(conversation_id, participant_id, state)


def hold(conversation_id: str, participant_id: str, held: bool) -> None:
    bootstrap.participating().hold(conversation_id, participant_id, held)


def park(conversation_id: str, participant_id: str, resume_at: int = 0) -> None:
    """Put an interaction aside until `resume_at` (milliseconds; 0: until the customer writes or the agent wants it)."""
    bootstrap.participating().park(conversation_id, participant_id, resume_at)


def request_after_call_work(conversation_id: str, participant_id: str, wanted: bool) -> None:
    bootstrap.participating().request_after_call_work(conversation_id, participant_id, wanted)


def wrap_up(conversation_id: str, participant_id: str, given: WrapUp) -> None:
    bootstrap.participating().wrap_up(conversation_id, participant_id, given)


def skip_wrap_up(conversation_id: str, participant_id: str) -> None:
    bootstrap.participating().skip_wrap_up(conversation_id, participant_id)


def set_attributes(conversation_id: str, participant_id: str, given: dict[str, str]) -> None:
    bootstrap.participating().set_attributes(conversation_id, participant_id, given)


def transfer(conversation_id: str, participant_id: str, target: QueueTarget, manner: Manner = BLIND) -> None:
    bootstrap.participating().transfer(conversation_id, participant_id, target, manner)


def transfer_to_contact(
    conversation_id: str,
    participant_id: str,
    contact: tuple[str, str],
    ways: Sequence[Way],
    manner: Manner = BLIND,
    field: str = "contactId",
) -> None:
    """Hand the customer to an external contact (id, name) whom one of these ways reaches; `field` is named where none does. Raises
    NotFoundError, StateConflictError, InvalidValueError, WindowClosedError."""
    bootstrap.relaying().begin(conversation_id, participant_id, contact, ways, manner, field)


def consult(conversation_id: str, participant_id: str, user_id: str, user_name: str) -> Participant:
    """An agent asks a colleague for advice; the colleague's part. Raises NotFoundError, StateConflictError."""
    return bootstrap.consulting().begin(conversation_id, participant_id, user_id, user_name)


def join(conversation_id: str, user_id: str, user_name: str, check: Callable[[Conversation], None]) -> None:
    """The user talks with the customer too; harmless repeated. `check` raises where they may not.

    Raises as it; NotFoundError, StateConflictError.
    """
    bootstrap.conferring().join(conversation_id, user_id, user_name, check)


def beside(user_id: str) -> list[Conversation]:
    """The conversations in which the user advises an agent, or has joined one, now."""
    return bootstrap.conferring().beside(user_id)


def hand_back(conversation_id: str, user_id: str) -> None:
    """The user works no more: who has nobody else waits for another agent. Harmless repeated. Raises ConflictError."""
    bootstrap.participating().change(conversation_id, lambda each, now: _transferring.hand_back(each, user_id, now))


def consulting_users(conversation: Conversation, communication_id: str) -> set[str]:
    """The users at both ends of an internal message communication; none where there is no such one."""
    ends = _consulting.ends(conversation, communication_id)
    return set(ends[1:]) if ends else set()


def say_internally(conversation_id: str, communication_id: str, user_id: str, text: str) -> InternalMessage:
    """What the user says at their end of a consultation. Raises NotFoundError, StateConflictError, BadRequestError."""
    return bootstrap.consulting().say(conversation_id, communication_id, user_id, text)


def said_internally(conversation_id: str, communication_id: str) -> list[InternalMessage]:
    """What both ends of a consultation have said, the earliest first. Raises NotFoundError."""
    return bootstrap.consulting().said(conversation_id, communication_id)


def assign(conversation_id: str, user_id: str, instead_of: Sequence[str] | None = None) -> None:
    """What waits is given to an agent by hand. `instead_of`: unless it has been given to somebody but these (None: to whomever).
    Raises NotFoundError, StateConflictError."""
    bootstrap.participating().assign(conversation_id, user_id, instead_of)


def disconnect(conversation_id: str) -> None:
    bootstrap.participating().disconnect(conversation_id)


# -- beginning one


def request_callback(
    identifier: str, callback: Callback, target: QueueTarget, contact_id: str, data: dict[str, str]
) -> Conversation:
    """A conversation with that external contact ("": nobody known) that is a callback; it waits in the queue, at once or from its
    time on. The customer's attributes tell the `data`. One identifier makes one callback, however often."""
    return bootstrap.starting().callback(identifier, callback, target, contact_id, data)


def call_back_instead(
    conversation_id: str, callback: Callback, target: QueueTarget, contact_id: str, data: dict[str, str]
) -> None:
    """The conversation goes on as a callback and keeps its place, and its external contact where none is named ("").

    Raises NotFoundError, StateConflictError, InvalidValueError (more data than can be kept).
    """
    bootstrap.participating().call_back_instead(conversation_id, callback, target, contact_id, data)


def put_off(conversation_id: str, participant_id: str, until: int) -> None:
    """A callback is to be made at `until`. Raises NotFoundError, StateConflictError."""
    bootstrap.participating().put_off(conversation_id, participant_id, until)


def revise_callback(conversation_id: str, revision: Revision) -> Conversation:
    """Change a callback that nobody has taken; the conversation as it then is. Raises NotFoundError, StateConflictError."""
    return bootstrap.participating().revise_callback(conversation_id, revision)


def cancel_callback(conversation_id: str) -> None:
    """End a callback that nobody has taken; harmless repeated. Raises NotFoundError, StateConflictError."""
    bootstrap.participating().cancel_callback(conversation_id)


def planned(opening: Opening) -> str:
    """The id of the conversation that `write_first` will use or begin."""
    return bootstrap.starting().planned(opening)


def write_first(opening: Opening, agent: AgentTarget) -> Conversation:
    """An agent's conversation with a customer who has not written, or their own part in the one there is.

    Raises StateConflictError where there is one and it was not to be used, or somebody else is in it.
    """
    return bootstrap.starting().write_first(opening, agent)


# -- the platform's shapes


def view(conversation: Conversation, with_messages: Sequence[Message] = ()) -> dict[str, Any]:
    """The platform's Conversation, as GET /conversations/{id} and the notifications show it."""
    return _views.conversation(conversation, with_messages)


def message_view(conversation: Conversation, with_messages: Sequence[Message] = ()) -> dict[str, Any]:
    """The platform's MessageConversation."""
    return _views.message_conversation(conversation, with_messages)


def callback_view(conversation: Conversation) -> dict[str, Any]:
    """The platform's CallbackConversation."""
    return _views.callback_conversation(conversation)


def message_data(source: Message) -> dict[str, Any]:
    """The platform's MessageData."""
    return _views.message_data(source)


def internal_message(source: InternalMessage) -> dict[str, Any]:
    """The platform's InternalMessageData."""
    return _internal_views.message(source)
