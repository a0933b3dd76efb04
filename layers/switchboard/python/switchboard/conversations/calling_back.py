"""Callbacks: a customer who would rather be called than wait keeps their place in the queue (CE43, distribution flow steps 3 to 8).

A callback waits like any interaction, or is `scheduled` until its time and waits then, from where it stood. It may be a
conversation of its own, or what a conversation that waits goes on as. Times are milliseconds.
"""

import dataclasses
from dataclasses import dataclass, field

from msgspec.structs import replace

from switchboard.channels.message import Identity, Party
from switchboard.conversations import parts, transferring, transitions
from switchboard.conversations.errors import StateConflictError
from switchboard.conversations.models import Callback, Conversation, Participant, RoutingData, Segment
from switchboard.conversations.transitions import QueueTarget


@dataclass(frozen=True)
class Revision:
    """What is to change of a callback that nobody has taken; what is empty stays. `agent_id` is who is to call, through the queue
    where it waits; `target` another queue, which it is brought to at its place."""

    numbers: list[str] = field(default_factory=list)
    scheduled_at: int = 0
    agent_id: str = ""
    target: QueueTarget | None = None
    most_retries: int = -1


def begin(identifier: str, callback: Callback, target: QueueTarget, now: int, contact_id: str = "") -> Conversation:
    """A conversation that is a callback from the start."""
    number = callback.numbers[0]
    customer = transitions.customer_part(identifier, callback.user_name, number, contact_id, now, "inbound", "callback")
    conversation = Conversation(
        id=identifier,
        start=now,
        customer=Party(identity=Identity(kind="Phone", value=number), name=callback.user_name),
        callback=callback,
        participants=[customer],
    )
    return _queued(conversation, target, now, now)


def instead(
    conversation: Conversation, callback: Callback, target: QueueTarget, now: int, contact_id: str = ""
) -> Conversation:
    """The conversation goes on as a callback, at least as important as it was and asking what it asked where `target` asks nothing
    of its own; where it waits, the callback keeps its place. Who of ours is on it leaves, and so does an external contact. The
    customer stays who they are unless `contact_id` says otherwise."""
    if conversation.end:
        raise StateConflictError("The conversation is over: request a callback of its own.", field="conversationId")
    if conversation.callback and parts.acd(conversation):
        raise StateConflictError("A callback has been requested already.", field="conversationId")
    waits, asked = parts.acd(conversation), parts.latest_acd(conversation)
    if asked and asked.routing:
        target = transitions.carrying(target, asked.routing)
        priority = max(target.priority, asked.routing.priority)
        target = dataclasses.replace(target, priority=priority, last_agent=asked.routing.last_agent if waits else "")
    queued_at = waits.routing.queued_at if waits and waits.routing else now
    called = replace(conversation, callback=callback)
    if contact_id:
        called = transitions.set_contact(called, contact_id)
    for each in called.participants:
        if each.speaks and each.active and each.state != "alerting":
            called = parts.put(called, transitions.gone(each, now, "transfer"))
            called = parts.end_consultations(called, each.id, now)
    called = parts.end_all(called, "external", now, "transfer")
    return _queued(called, target, now, queued_at)


def put_off(conversation: Conversation, participant: Participant, until: int, now: int) -> Conversation:
    """Call again at `until`: by the agent who did not reach the customer, which is a retry, or while it waits or is scheduled."""
    callback = conversation.callback
    if callback is None:
        raise StateConflictError("The conversation is no callback.", field="conversationId")
    if participant.purpose == "agent":
        if callback.most_retries >= 0 and callback.retries >= callback.most_retries:
            raise StateConflictError(
                f"The callback was put off {callback.retries} times: the queue allows no more.", field="resumeTime"
            )
        parts.expect(participant, "connected")
        target = QueueTarget(participant.queue_id, participant.queue_name)
        conversation = transferring.transfer(conversation, participant, target, now)
        callback = replace(callback, retries=callback.retries + 1)
    acd, _ = _untaken(conversation)
    conversation = parts.end_alerts(conversation, now)
    return _scheduled(replace(conversation, callback=replace(callback, scheduled_at=until)), acd, now)


def revise(conversation: Conversation, revision: Revision, now: int) -> Conversation:
    """The same conversation where all this is so already. An offer of what now goes elsewhere ends."""
    acd, callback = _untaken(conversation)
    if revision.numbers and revision.numbers != callback.numbers:
        callback = replace(callback, numbers=revision.numbers)
        conversation = _at_number(conversation, revision.numbers[0])
    at = revision.scheduled_at or callback.scheduled_at
    moved = at != callback.scheduled_at
    conversation = replace(conversation, callback=replace(callback, scheduled_at=at))
    routing = acd.routing or RoutingData()
    if revision.target and revision.target.queue_id != acd.queue_id:
        callback = replace(callback, scheduled_at=at, most_retries=revision.most_retries)
        conversation = _queued(replace(conversation, callback=callback), revision.target, now, routing.queued_at)
        acd = conversation.participants[-1]
        asked = replace(_for(routing, revision.agent_id), queue_id=acd.queue_id, used_routing="")
        return parts.put(conversation, replace(acd, routing=asked))
    if revision.agent_id and revision.agent_id != routing.direct_agent:
        conversation = parts.end_alerts(conversation, now)
        acd = replace(acd, routing=_for(routing, revision.agent_id))
        conversation = parts.put(conversation, acd)
    return _scheduled(parts.end_alerts(conversation, now), acd, now) if moved else conversation


def cancel(conversation: Conversation, now: int) -> Conversation:
    """Nobody is to call any more; the same conversation where it is over already."""
    if conversation.callback and conversation.end:
        return conversation
    _untaken(conversation)
    return transitions.disconnect(conversation, now)


def come_due(conversation: Conversation, participant: Participant, now: int) -> Conversation:
    """Its time has come: it waits for an agent, from the place it had."""
    parts.expect(participant, "scheduled")
    return parts.put(conversation, parts.moved(participant, "connected", Segment(kind="interact", start=now)))


def _untaken(conversation: Conversation) -> tuple[Participant, Callback]:
    """Where the callback waits, and what was asked for. Raises StateConflictError where there is none or an agent has it."""
    if conversation.callback is None:
        raise StateConflictError("The conversation is no callback.", field="conversationId")
    acd = parts.acd(conversation)
    if acd is None or any(each.active and each.state != "alerting" for each in conversation.of_purpose("agent")):
        raise StateConflictError(
            "The callback waits for nobody: an agent has it, or it is over.", field="conversationId"
        )
    return acd, conversation.callback


def _for(routing: RoutingData, agent_id: str) -> RoutingData:
    """For that agent first; for nobody in particular where none is named."""
    alone = transitions.AGENT_WAIT_MS if agent_id else 0
    return replace(routing, direct_agent=agent_id, direct_wait_ms=alone, by_hand=False)


def _at_number(conversation: Conversation, number: str) -> Conversation:
    """The customer is reached there; who writes to us is still who they were on their channel."""
    if conversation.thread:
        return conversation
    (customer,) = conversation.of_purpose("customer")
    party = replace(conversation.customer, identity=Identity(kind="Phone", value=number))
    return parts.put(replace(conversation, customer=party), replace(customer, address=number))


def _queued(conversation: Conversation, target: QueueTarget, now: int, queued_at: int) -> Conversation:
    waits = transitions.enqueue(conversation, target, now, queued_at)
    scheduled = waits.callback is not None and waits.callback.scheduled_at > now
    return _scheduled(waits, waits.participants[-1], now) if scheduled else waits


def _scheduled(conversation: Conversation, acd: Participant, now: int) -> Conversation:
    if acd.state == "scheduled":
        return conversation
    return parts.put(conversation, parts.moved(acd, "scheduled", Segment(kind="scheduled", start=now)))
