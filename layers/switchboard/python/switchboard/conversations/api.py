"""What other domains use of conversations. Apart from it, so that functions load no more than they run: steps.py (what the
domain's own queue, stream and timer functions do) and console.py (what the console's API adds)."""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from switchboard.channels.message import Attachment, Party, Problem, identity_at
from switchboard.conversations import bootstrap
from switchboard.conversations.models import Choice as Choice
from switchboard.conversations.models import Conversation, Hearing, Message, Participant, RoutingData
from switchboard.conversations.repository import message_id as _message_id
from switchboard.conversations.repository import thread_id as _thread_id
from switchboard.conversations.service import greet
from switchboard.conversations.service import send as _send
from switchboard.conversations.service.send import Draft as Draft
from switchboard.conversations.service.send import Outgoing as Outgoing
from switchboard.conversations.transitions import AgentTarget as AgentTarget
from switchboard.conversations.transitions import QueueTarget as QueueTarget
from switchboard.conversations.transitions import occupies as occupies
from switchboard.conversations.transitions import waiting as waiting
from switchboard.kit import clock
from switchboard.kit.dynamo import Table
from switchboard.kit.errors import NotFoundError

if TYPE_CHECKING:
    from switchboard.kit.idempotency import Attempt


def message_id(integration_id: str, identity: str, provider_id: str) -> str:
    """The id that a customer's message has or will have: known before it is stored."""
    return _message_id(_thread_id(integration_id, identity), provider_id)


# -- looking


def find(identifier: str) -> Conversation | None:
    return bootstrap.repository().find(identifier)


def get(identifier: str) -> Conversation:
    """Raises NotFoundError."""
    conversation = find(identifier)
    if conversation is None:
        raise NotFoundError("conversation", identifier)
    return conversation


def find_all(identifiers: Iterable[str]) -> dict[str, Conversation]:
    return bootstrap.repository().find_all(list(identifiers))


def messages(conversation: Conversation) -> list[Message]:
    """Those stored by now, in the order they were said; without what a provider delivered more than a week late."""
    return bootstrap.repository().said_in(conversation)


def table() -> Table:
    """The domain's table, for the idempotency of its creates."""
    return bootstrap.table()


# -- other domains' side


def returning(queue_id: str) -> Iterator[str]:
    """Conversations that are parked, scheduled for later or with an external contact and may come back to the queue."""
    return bootstrap.repository().returning(queue_id)


def set_external_contact(conversation_id: str, contact_id: str) -> None:
    """Say who the customer of a conversation is."""
    bootstrap.participating().set_external_contact(conversation_id, contact_id)


def alert_agent(
    conversation_id: str,
    *,
    queue_id: str,
    user_id: str,
    user_name: str,
    timeout_ms: int,
    choice: Choice,
    wrapup_prompt: str = "optional",
    wrapup_timeout_ms: int = 0,
    auto_answer: bool = False,
    known: Conversation | None = None,
) -> Participant | None:
    """Offer the waiting interaction to an agent; None where it does not wait in that queue any more. Harmless repeated.

    `choice` says why it is this agent; `wrapup_prompt` and `wrapup_timeout_ms` what after-call work the queue asks for;
    `auto_answer` connects the agent without asking them. `known` saves a read: the conversation as the caller has it.
    """
    target = AgentTarget(
        user_id, user_name, queue_id, timeout_ms, choice, wrapup_prompt, wrapup_timeout_ms, auto_answer
    )
    return bootstrap.participating().alert(conversation_id, target, known)


def agent_not_responding(conversation_id: str, participant_id: str) -> bool:
    """True: the alert was still open and is now over; the interaction waits again. False: it was answered in time."""
    return bootstrap.participating().not_responding(conversation_id, participant_id)


def change_routing(conversation_id: str, change: Callable[[RoutingData], RoutingData]) -> Conversation:
    """Change what the waiting interaction asks of routing; an offer follows. Raises NotFoundError, StateConflictError where
    it does not wait."""
    return bootstrap.participating().change_routing(conversation_id, change)


def send_on(conversation_id: str, queue_id: str, *, to_id: str, to_name: str, to_division: str = "") -> bool:
    """Let what waits in a queue wait in another, keeping its needs and the time it has waited. Harmless repeated. False: it waits
    on where it is, because it came from there."""
    target = QueueTarget(to_id, to_name, division_id=to_division)
    return bootstrap.participating().send_on(conversation_id, queue_id, target)


# -- flows' side


def hearing(conversation_id: str, participant_id: str) -> Hearing | None:
    """The wait in a queue that this acd participant stands for; None where it is over, or nothing written belongs to it."""
    return greet.hearing(bootstrap.repository(), conversation_id, participant_id)


def tell_waiting(conversation_id: str, text: str, occasion: str) -> None:
    """Queue a flow's message to a customer who waits, once on each `occasion`; nothing where the reply window is closed."""
    greet.tell_waiting(bootstrap.repository(), conversation_id, text, occasion, clock.now_ms())


def told(conversation_id: str, occasion: str) -> bool:
    """Whether something was said on that occasion."""
    return bootstrap.repository().told(conversation_id, occasion)


# -- sending


def send(conversation_id: str, communication_id: str, draft: Draft, attempt: "Attempt") -> Message:
    """Queue a message of a connected agent, unless an attempt before has. Raises NotConnectedError, WindowClosedError,
    BadRequestError."""
    conversation = get(conversation_id)
    _send.connected_communication(conversation, communication_id, draft.sender_user_id)
    return bootstrap.sending().send(conversation, draft, attempt)


def send_agentless(
    channel: str, integration_id: str, to_address: str, draft: Draft, existing: bool, attempt: "Attempt"
) -> Message:
    """One message with no agent in the conversation; a phone number is E.164. Raises as `send`."""
    recipient = Party(identity=identity_at(to_address))
    return bootstrap.sending().send_agentless(channel, integration_id, recipient, draft, existing, attempt)


def load_outgoing(identifier: str, sort: str) -> Outgoing | None:
    return bootstrap.sending().load(identifier, sort)


def claim_outgoing(identifier: str, sort: str) -> bool:
    """queued -> sending, for one of any number of attempts at once."""
    return bootstrap.sending().claim(identifier, sort)


def release_outgoing(identifier: str, sort: str) -> None:
    """sending -> queued: it surely was not sent."""
    bootstrap.sending().release(identifier, sort)


def record_sent(identifier: str, sort: str, provider_id: str) -> None:
    bootstrap.sending().record_sent(identifier, sort, provider_id)


def record_failed(identifier: str, sort: str, problem: Problem) -> None:
    bootstrap.sending().record_failed(identifier, sort, problem)


# -- media


def pending_media(identifier: str, sort: str) -> list[tuple[int, Attachment]]:
    return bootstrap.sending().pending_media(identifier, sort)


def attach_media(identifier: str, sort: str, index: int, attachment: Attachment) -> None:
    bootstrap.sending().attach_media(identifier, sort, index, attachment)
