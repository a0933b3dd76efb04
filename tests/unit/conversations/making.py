"""Conversations and messages as tests begin with them."""

from switchboard.channels.message import Identity, InboundMessage, OutboundMessage, Party
from switchboard.conversations import transitions
from switchboard.conversations.models import Conversation, Message, Participant
from switchboard.conversations.repository import message_id, sort_key, thread_id
from switchboard.conversations.transitions import AgentTarget, QueueTarget
from switchboard.kit import ids, model

INTEGRATION = ids.derived("integration")
SUPPORT, SALES = ids.derived("support"), ids.derived("sales")
ANA, BEN = ids.derived("ana"), ids.derived("ben")
NOON = 1_772_366_400_000  # 2026-03-01T12:00:00Z
MARIA = Party(identity=Identity(kind="Phone", value="+15551234567"), name="Maria")


def new_conversation() -> Conversation:
    """The customer alone: no flow has led them anywhere yet."""
    identifier = ids.derived("conversation")
    return Conversation(
        id=identifier,
        thread=thread_id(INTEGRATION, MARIA.identity.value),
        channel="whatsapp",
        integration_id=INTEGRATION,
        start=NOON,
        customer=MARIA,
        participants=[transitions.customer_part(identifier, "Maria", MARIA.identity.value, "", NOON, "inbound")],
    )


def waiting_in(queue_id: str = SUPPORT) -> Conversation:
    return transitions.enqueue(new_conversation(), QueueTarget(queue_id, "Support"), NOON)


def alerted(
    conversation: Conversation, now: int, user_id: str = ANA, prompt: str = "optional", timeout_ms: int = 0
) -> tuple[Conversation, Participant]:
    """The conversation offered to an agent, and the agent's part."""
    queue_id = conversation.of_purpose("acd")[-1].queue_id
    target = AgentTarget(
        user_id, "Ana", queue_id=queue_id, timeout_ms=30_000, wrapup_prompt=prompt, wrapup_timeout_ms=timeout_ms
    )
    offered = transitions.alert(conversation, target, now)
    assert offered is not None
    return offered


def answered(now: int = NOON + 5000, prompt: str = "optional", timeout_ms: int = 0) -> tuple[Conversation, Participant]:
    """Waited 3 seconds, alerted 2 seconds, answered at `now`."""
    conversation, agent = alerted(waiting_in(), now - 2000, prompt=prompt, timeout_ms=timeout_ms)
    conversation = transitions.answer(conversation, agent, now)
    return conversation, part_of(conversation, agent)


def part_of(conversation: Conversation, participant: Participant) -> Participant:
    """The participant as it now is."""
    found = conversation.participant(participant.id)
    assert found is not None
    return found


def inbound(said: InboundMessage) -> Message:
    """A stored message of the customer."""
    conversation = new_conversation()
    identifier = message_id(conversation.thread, said.provider_id)
    return Message(
        id=identifier,
        conversation_id=conversation.id,
        thread=conversation.thread,
        sort=sort_key(said.time, identifier),
        direction="inbound",
        channel="whatsapp",
        integration_id=INTEGRATION,
        time=said.time,
        status="received",
        provider_id=said.provider_id,
        doc=model.dump(said),
    )


def outbound(text: str = "Hello", status: str = "queued", sender: str = ANA, **facts: str) -> Message:
    """A stored message to the customer."""
    conversation = new_conversation()
    identifier = message_id(conversation.thread, text)
    said = OutboundMessage(
        message_id=identifier,
        conversation_id=conversation.id,
        integration_id=INTEGRATION,
        recipient=MARIA,
        text=text,
        time=NOON,
    )
    return Message(
        id=identifier,
        conversation_id=conversation.id,
        thread=conversation.thread,
        sort=sort_key(NOON, identifier),
        direction="outbound",
        channel="whatsapp",
        integration_id=INTEGRATION,
        time=NOON,
        status=status,
        sender_user_id=sender,
        doc=model.dump(said),
        **facts,
    )
