"""What can happen to a conversation, as pure functions from one document to the next. Times are milliseconds.

The life of an agent's part (genesys-api section 3): the acd participant waits; the agent's part is alerting, then connected, then
disconnected, and wrap-up may be owed after that. `waiting` is: an acd participant with no agent alerting for it.
"""

from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace

from switchboard.conversations.errors import StateConflictError
from switchboard.conversations.models import (
    Communication,
    Conversation,
    Participant,
    RoutingData,
    Segment,
    State,
    WrapUp,
)
from switchboard.kit import ids

MANDATORY_PROMPTS = ("mandatory", "timeout", "forcedTimeout")


@dataclass(frozen=True)
class QueueTarget:
    """Where an interaction is sent to wait."""

    queue_id: str
    queue_name: str = ""
    priority: int = 0
    skill_ids: tuple[str, ...] = ()
    language_id: str = ""
    last_agent: str = ""
    direct_agent: str = ""


@dataclass(frozen=True)
class AgentTarget:
    """The agent whom routing chose, and what the queue asks of them."""

    user_id: str
    user_name: str = ""
    queue_id: str = ""
    timeout_ms: int = 0
    used_routing: str = "Standard"
    wrapup_prompt: str = "optional"


def waiting(conversation: Conversation) -> Participant | None:
    """The acd participant that waits for an agent now."""
    alerting = any(each.active and each.state == "alerting" for each in conversation.of_purpose("agent"))
    return None if alerting else _acd(conversation)


def occupies(participant: Participant) -> bool:
    """Whether an agent's capacity is in use: still on it, or owing a mandatory wrap-up."""
    if participant.purpose != "agent":
        return False
    owed = participant.wrapup_required and participant.wrapup is None
    return participant.active or owed


def enqueue(conversation: Conversation, target: QueueTarget, now: int, queued_at: int = 0) -> Conversation:
    """Let the conversation wait in a queue. `queued_at` keeps the place of an earlier wait."""
    queued_at = queued_at or now
    acd = Participant(
        id=ids.derived("acd", conversation.id, target.queue_id, str(now), str(len(conversation.participants))),
        purpose="acd",
        start=now,
        name=target.queue_name,
        queue_id=target.queue_id,
        queue_name=target.queue_name,
        routing=RoutingData(
            queue_id=target.queue_id,
            priority=target.priority,
            skill_ids=list(target.skill_ids),
            language_id=target.language_id,
            last_agent=target.last_agent,
            direct_agent=target.direct_agent,
            queued_at=queued_at,
        ),
        communications=[_communication(conversation, "connected", now, "interact")],
    )
    ended = _end_all(_end_alerts(conversation, now), "acd", now, "transfer")
    return replace(ended, end=0, participants=[*ended.participants, acd])


def enter(conversation: Conversation, target: QueueTarget | None, now: int) -> Conversation:
    """A new conversation goes where its flow leads: into a queue, or without one to its end."""
    if target is not None:
        return enqueue(conversation, target, now)
    return disconnect(add_workflow(conversation, now), now, "endpoint")


def alert(conversation: Conversation, target: AgentTarget, now: int) -> tuple[Conversation, Participant] | None:
    """Offer the waiting interaction to an agent. None where it does not wait in that queue (any more)."""
    acd = _acd(conversation)
    if acd is None or acd.queue_id != target.queue_id:
        return None
    for each in conversation.of_purpose("agent"):
        if each.active and each.state == "alerting":
            return (conversation, each) if each.user_id == target.user_id else None
    agent = Participant(
        id=ids.derived("agent", conversation.id, target.user_id, str(now), str(len(conversation.participants))),
        purpose="agent",
        start=now,
        name=target.user_name,
        user_id=target.user_id,
        queue_id=acd.queue_id,
        queue_name=acd.queue_name,
        alerting_timeout_ms=target.timeout_ms,
        wrapup_prompt=target.wrapup_prompt,
        attributes={},
        communications=[_communication(conversation, "alerting", now, "alert")],
    )
    used = replace(acd, routing=replace(acd.routing or RoutingData(), used_routing=target.used_routing))
    return replace(_put(conversation, used), participants=[*_put(conversation, used).participants, agent]), agent


def answer(conversation: Conversation, participant: Participant, now: int) -> Conversation:
    """The agent takes it: their part is connected, the acd participant leaves."""
    if participant.state == "connected":
        return conversation
    _expect(participant, "alerting", "parked")
    last = participant.communications[-1]
    connected = replace(
        last,
        state="connected",
        connected=last.connected or now,
        segments=[*_closed(last.segments, now), Segment(kind="interact", start=now)],
    )
    conversation = _put(conversation, _with_last(participant, connected))
    return _end_all(conversation, "acd", now, "transfer")


def no_answer(conversation: Conversation, participant: Participant, now: int, disconnect_type: str) -> Conversation:
    """The alert ended without an answer; the acd participant waits again, at its old place."""
    _expect(participant, "alerting")
    return _put(conversation, _ended(participant, now, disconnect_type))


def hold(conversation: Conversation, participant: Participant, held: bool, now: int) -> Conversation:
    _expect(participant, "connected")
    last = participant.communications[-1]
    if last.held == held:
        return conversation
    segment = Segment(kind="hold" if held else "interact", start=now)
    return _put(
        conversation,
        _with_last(participant, replace(last, held=held, segments=[*_closed(last.segments, now), segment])),
    )


def leave(
    conversation: Conversation, participant: Participant, now: int, disconnect_type: str = "client"
) -> Conversation:
    """The agent's part ends; wrap-up follows where the queue asks for it. The last of ours to leave ends the conversation."""
    if not participant.active:
        return conversation
    was_connected = participant.state != "alerting"
    ended = _ended(participant, now, disconnect_type)
    if was_connected and ended.wrapup is None and ended.wrapup_prompt in ("optional", *MANDATORY_PROMPTS):
        ended = replace(ended, wrapup_required=ended.wrapup_prompt in MANDATORY_PROMPTS, start_acw=now)
    return _settle(_put(conversation, ended), now)


def wrap_up(conversation: Conversation, participant: Participant, given: WrapUp, now: int) -> Conversation:
    """The agent's note on the interaction; given again it replaces the first."""
    segment = Segment(kind="wrapup", start=participant.start_acw or now, end=now, wrap_up_code=given.code)
    last = participant.communications[-1]
    segments = [each for each in last.segments if each.kind != "wrapup"]
    noted = replace(
        _with_last(participant, replace(last, segments=[*segments, segment])),
        wrapup=replace(given, end_time=now),
        wrapup_required=False,
        end_acw=now if participant.start_acw else 0,
    )
    return _put(conversation, noted)


def skip_wrap_up(conversation: Conversation, participant: Participant, now: int) -> Conversation:
    """Leave an optional wrap-up out; a mandatory one is refused."""
    if participant.wrapup_prompt in MANDATORY_PROMPTS:
        raise StateConflictError("This queue requires a wrap-up code: it cannot be skipped.", field="wrapupSkipped")
    return _put(conversation, replace(participant, wrapup_required=False, end_acw=now))


def transfer(conversation: Conversation, participant: Participant, target: QueueTarget, now: int) -> Conversation:
    """Blind transfer: this agent leaves, the conversation waits for the next one. Attributes and history stay with it."""
    if not participant.active or participant.state == "disconnected":
        raise StateConflictError(
            "Only a participant who is in the conversation can transfer it.", field="participantId"
        )
    ended = _ended(participant, now, "transfer")
    if participant.purpose == "agent" and participant.wrapup_prompt in MANDATORY_PROMPTS:
        ended = replace(ended, wrapup_required=participant.wrapup is None, start_acw=now)
    return enqueue(_put(conversation, ended), target, now)


def direct_to(conversation: Conversation, user_id: str) -> Conversation:
    """A supervisor gives the waiting interaction to one agent."""
    acd = waiting(conversation)
    if acd is None:
        raise StateConflictError("The conversation is not waiting for an agent.", field="conversationId")
    routing = replace(acd.routing or RoutingData(), direct_agent=user_id)
    return _put(conversation, replace(acd, routing=routing))


def disconnect(conversation: Conversation, now: int, disconnect_type: str = "client") -> Conversation:
    """End the whole conversation."""
    for participant in conversation.participants:
        if participant.active and participant.purpose == "agent":
            conversation = leave(conversation, participant, now, disconnect_type)
    for participant in conversation.participants:
        if participant.active and participant.purpose != "customer":
            conversation = _put(conversation, _ended(participant, now, disconnect_type))
    return _settle(conversation, now, disconnect_type)


def reopen(conversation: Conversation, now: int) -> Conversation:
    """The customer writes again within the threading window: their part is connected anew."""
    (customer,) = conversation.of_purpose("customer")
    if customer.active:
        return conversation
    anew = _communication(conversation, "connected", now, "interact")
    anew = replace(anew, id=customer.communications[-1].id, direction=customer.communications[-1].direction)
    segments = [*customer.communications[-1].segments, *anew.segments]
    customer = replace(customer, end=0, communications=[replace(anew, segments=segments)])
    return replace(_put(conversation, customer), end=0)


def set_attributes(conversation: Conversation, participant: Participant, given: dict[str, Any]) -> Conversation:
    """Merge attributes; an explicit null removes one."""
    merged = {**participant.attributes, **given}
    kept = {name: str(value) for name, value in merged.items() if value is not None}
    return _put(conversation, replace(participant, attributes=kept))


def add_workflow(conversation: Conversation, now: int) -> Conversation:
    """A part for what speaks without an agent."""
    workflow = Participant(
        id=ids.derived("workflow", conversation.id),
        purpose="workflow",
        start=now,
        communications=[_communication(conversation, "connected", now, "interact")],
    )
    return replace(conversation, participants=[*conversation.participants, workflow])


def set_contact(conversation: Conversation, contact_id: str) -> Conversation:
    """Say who the customer is."""
    (customer,) = conversation.of_purpose("customer")
    return _put(conversation, replace(customer, external_contact_id=contact_id))


def last_agent(conversation: Conversation) -> str:
    """The agent who last talked with the customer."""
    talked = [each for each in conversation.of_purpose("agent") if any(c.connected for c in each.communications)]
    return max(talked, key=lambda each: each.start).user_id if talked else ""


def customer_part(
    conversation_id: str, name: str, address: str, contact_id: str, now: int, direction: str
) -> Participant:
    """The customer's participant of a new conversation."""
    communication = Communication(
        id=ids.derived("communication", conversation_id, "customer"),
        direction="outbound" if direction == "outbound" else "inbound",
        connected=now,
        segments=[Segment(kind="interact", start=now)],
    )
    return Participant(
        id=ids.derived("customer", conversation_id),
        purpose="customer",
        start=now,
        name=name,
        address=address,
        external_contact_id=contact_id,
        communications=[communication],
    )


def _settle(conversation: Conversation, now: int, disconnect_type: str = "peer") -> Conversation:
    """A conversation that nobody of ours is on any more is over, until the customer writes again."""
    if conversation.engaged or conversation.end:
        return conversation
    parts = [_ended(each, now, disconnect_type) if each.active else each for each in conversation.participants]
    return replace(conversation, participants=parts, end=now)


def _communication(conversation: Conversation, state: State, now: int, segment: str) -> Communication:
    return Communication(
        id=ids.derived("communication", conversation.id, state, str(now), str(len(conversation.participants))),
        state=state,
        initial_state=state,
        start_alerting=now if state == "alerting" else 0,
        connected=now if state == "connected" else 0,
        segments=[Segment(kind="alert" if segment == "alert" else "interact", start=now)],
    )


def _acd(conversation: Conversation) -> Participant | None:
    return next((each for each in reversed(conversation.of_purpose("acd")) if each.active), None)


def _put(conversation: Conversation, participant: Participant) -> Conversation:
    parts = [participant if each.id == participant.id else each for each in conversation.participants]
    return replace(conversation, participants=parts)


def _with_last(participant: Participant, communication: Communication) -> Participant:
    return replace(participant, communications=[*participant.communications[:-1], communication])


def _ended(participant: Participant, now: int, disconnect_type: str) -> Participant:
    last = participant.communications[-1]
    ended = replace(
        last,
        state="disconnected",
        held=False,
        disconnected=now,
        disconnect_type=disconnect_type,
        segments=_closed(last.segments, now, disconnect_type),
    )
    return replace(_with_last(participant, ended), end=now)


def _end_all(conversation: Conversation, purpose: str, now: int, disconnect_type: str) -> Conversation:
    parts = [
        _ended(each, now, disconnect_type) if each.purpose == purpose and each.active else each
        for each in conversation.participants
    ]
    return replace(conversation, participants=parts)


def _end_alerts(conversation: Conversation, now: int) -> Conversation:
    """An alert for a queue that the conversation leaves must not be answered any more."""
    parts = [
        _ended(each, now, "transfer") if each.purpose == "agent" and each.active and each.state == "alerting" else each
        for each in conversation.participants
    ]
    return replace(conversation, participants=parts)


def _closed(segments: list[Segment], now: int, disconnect_type: str = "") -> list[Segment]:
    return [replace(each, end=now, disconnect_type=disconnect_type) if not each.end else each for each in segments]


def _expect(participant: Participant, *states: State) -> None:
    if participant.state not in states or not participant.active:
        raise StateConflictError(
            f"The participant is {participant.state}; this needs {' or '.join(states)}.", field="state"
        )
