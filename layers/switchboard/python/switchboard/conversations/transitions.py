"""What can happen to a conversation, as pure functions from one document to the next. Times are milliseconds.

The life of an agent's part (genesys-api section 3): the acd participant waits; the agent's part is alerting, then connected, then
disconnected, and wrap-up may be owed after that. `waiting` is: an acd participant with no agent alerting for it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from msgspec.structs import replace

from switchboard.conversations import parts, wrapping_up
from switchboard.conversations.errors import StateConflictError
from switchboard.conversations.models import Choice, Communication, Conversation, Participant, RoutingData, Segment
from switchboard.kit import ids

AGENT_WAIT_MS = 60_000
"""For how long what somebody gives to one agent waits for them alone, while they are busy."""

DECLINED_MS = 10_000
"""For how long who declined is not asked again: the next round of offers comes after that (routing's recheck)."""

ON_IT_MS = 30 * 24 * 3600 * 1000
"""For how long an agent is not asked to take what they are on; when they leave it is cut short."""


@dataclass(frozen=True)
class QueueTarget:
    """Where an interaction is sent to wait. Without a division: the queue's as the conversation knows it, else Home."""

    queue_id: str
    queue_name: str = ""
    priority: int = 0
    skill_ids: tuple[str, ...] = ()
    language_id: str = ""
    label_id: str = ""
    last_agent: str = ""
    direct_agent: str = ""
    direct_wait_ms: int = 0
    vip: bool = False
    preferred_agents: Mapping[str, int] = field(default_factory=dict)
    skill_levels: Mapping[str, list[float]] = field(default_factory=dict)
    skill_expression: Sequence[Any] = ()
    division_id: str = ""


@dataclass(frozen=True)
class AgentTarget:
    """The agent whom routing chose, and what the queue asks of them. `auto_answer`: they are connected without being asked.
    `division_id` is the queue's, for who begins a conversation on its behalf."""

    user_id: str
    user_name: str = ""
    queue_id: str = ""
    timeout_ms: int = 0
    choice: Choice | None = None
    wrapup_prompt: str = "optional"
    wrapup_timeout_ms: int = 0
    auto_answer: bool = False
    division_id: str = ""


def waiting(conversation: Conversation) -> Participant | None:
    """The acd participant that waits for an agent now."""
    alerting = any(each.active and each.state == "alerting" for each in conversation.of_purpose("agent"))
    acd = parts.acd(conversation)
    return None if alerting or acd is None or acd.state == "scheduled" else acd


def occupies(participant: Participant) -> bool:
    """Whether an agent's capacity is in use: still on it and not parked, or kept by after-call work. What had been put aside when
    it ended took none, and there may be none left for the work that is owed."""
    if participant.purpose != "agent":
        return False
    if participant.active:
        return participant.state != "parked"
    return wrapping_up.holds_capacity(participant) and not participant.ended_aside


def enqueue(conversation: Conversation, target: QueueTarget, now: int, queued_at: int = 0) -> Conversation:
    """Let the conversation wait in a queue. `queued_at` keeps the place of an earlier wait. An agent who stays is not asked."""
    left = parts.end_all(parts.end_alerts(conversation, now), "acd", now, "transfer")
    staying = [each.user_id for each in left.of_purpose("agent") if each.active]
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
            vip=target.vip,
            skill_ids=list(target.skill_ids),
            skill_levels=dict(target.skill_levels),
            skill_expression=list(target.skill_expression),
            language_id=target.language_id,
            label_id=target.label_id,
            preferred_agents=dict(target.preferred_agents),
            last_agent=target.last_agent,
            direct_agent=target.direct_agent,
            direct_wait_ms=target.direct_wait_ms,
            excluded=dict.fromkeys(staying, now + ON_IT_MS),
            queued_at=queued_at or now,
        ),
        communications=[parts.communication(conversation, "connected", now)],
    )
    return replace(parts.placed(parts.added(left, acd), target.queue_id, target.division_id), end=0)


def enter(conversation: Conversation, target: QueueTarget | None, now: int) -> Conversation:
    """A new conversation goes where its flow leads: into a queue, or without one to its end."""
    if target is not None:
        return enqueue(conversation, target, now)
    return disconnect(add_workflow(conversation, now), now, "endpoint")


def alert(conversation: Conversation, target: AgentTarget, now: int) -> tuple[Conversation, Participant] | None:
    """Offer the waiting interaction to an agent. None where it does not wait in that queue (any more)."""
    for each in conversation.of_purpose("agent"):
        mine = each.active and each.user_id == target.user_id and each.queue_id == target.queue_id
        if mine and (each.state == "alerting" or target.auto_answer):
            return conversation, each
    acd = waiting(conversation)
    if acd is None or acd.queue_id != target.queue_id:
        return None
    agent = agent_part(conversation, target, acd.queue_name, "alerting", now)
    used = replace(
        acd,
        routing=replace(
            acd.routing or RoutingData(), used_routing=target.choice.used_routing if target.choice else "Standard"
        ),
    )
    conversation = parts.added(parts.put(conversation, used), agent)
    if target.auto_answer:
        conversation = answer(conversation, agent, now)
    return conversation, conversation.participants[-1]


def agent_part(
    conversation: Conversation,
    target: AgentTarget,
    queue_name: str,
    state: Literal["alerting", "connected"],
    now: int,
) -> Participant:
    """An agent's part as it begins."""
    return Participant(
        id=ids.derived("agent", conversation.id, target.user_id, str(now), str(len(conversation.participants))),
        purpose="agent",
        start=now,
        name=target.user_name,
        user_id=target.user_id,
        queue_id=target.queue_id,
        queue_name=queue_name,
        alerting_timeout_ms=target.timeout_ms,
        wrapup_prompt=target.wrapup_prompt,
        wrapup_timeout_ms=target.wrapup_timeout_ms,
        choice=target.choice,
        communications=[parts.communication(conversation, state, now)],
    )


def answer(conversation: Conversation, participant: Participant, now: int) -> Conversation:
    """The agent takes it, or takes it up again: their part is connected, the acd participant leaves."""
    if participant.state == "connected":
        return conversation
    parts.expect(participant, "alerting", "parked")
    taken = replace(parts.moved(participant, "connected", Segment(kind="interact", start=now)), resume_at=0)
    last = taken.communications[-1]
    taken = parts.with_last(taken, replace(last, connected=last.connected or now))
    acd = parts.acd(conversation)
    answered = parts.end_all(parts.put(conversation, taken), "acd", now, "transfer")
    answered = parts.end_joined(answered, participant.user_id, now)
    # Who takes up again what they were about to hand over keeps it.
    return answered if acd and acd.handed_over_by == participant.id else hand_over(answered, acd, now)


def hand_over(conversation: Conversation, awaited: Participant | None, now: int) -> Conversation:
    """The agent who stayed until somebody took over leaves."""
    former = conversation.participant(awaited.handed_over_by) if awaited and awaited.handed_over_by else None
    if former is None or not former.active:
        return conversation
    return parts.end_consultations(parts.put(conversation, gone(former, now, "transfer.consult")), former.id, now)


def no_answer(conversation: Conversation, participant: Participant, now: int, disconnect_type: str) -> Conversation:
    """The alert ended without an answer; the acd participant waits again, at its old place. Who was named and did not answer is not
    waited for."""
    parts.expect(participant, "alerting")
    unanswered = parts.put(conversation, parts.ended(participant, now, disconnect_type))
    acd = parts.acd(unanswered)
    if acd is None or acd.routing is None or acd.routing.direct_agent != participant.user_id:
        return unanswered
    return parts.put(unanswered, replace(acd, routing=replace(acd.routing, direct_wait_ms=0)))


def decline(conversation: Conversation, participant: Participant, now: int) -> Conversation:
    """The agent does not want it: it waits on for others, and does not come back to this agent at once."""
    declined = no_answer(conversation, participant, now, "client")
    acd = parts.acd(declined)
    if acd is None or acd.routing is None:
        return declined
    excluded = {user: until for user, until in acd.routing.excluded.items() if until > now}
    excluded[participant.user_id] = now + DECLINED_MS
    if acd.routing.direct_agent == participant.user_id:
        acd = replace(acd, routing=replace(acd.routing, direct_agent="", by_hand=False))
    routing = replace(acd.routing or RoutingData(), excluded=excluded)
    return parts.put(declined, replace(acd, routing=routing))


def hold(conversation: Conversation, participant: Participant, held: bool, now: int) -> Conversation:
    _expect_agent(participant)
    parts.expect(participant, "connected")
    if participant.communications[-1].held == held:
        return conversation
    segment = Segment(kind="hold" if held else "interact", start=now)
    changed = parts.moved(participant, "connected", segment)
    return parts.put(conversation, parts.with_last(changed, replace(changed.communications[-1], held=held)))


def _expect_agent(participant: Participant) -> None:
    if participant.purpose != "agent":
        raise StateConflictError("Only the customer's agent puts them aside.", field="participantId")


def park(conversation: Conversation, participant: Participant, resume_at: int, now: int) -> Conversation:
    """The agent puts it aside, which frees their capacity; it comes back at `resume_at`, or (0) when the customer writes."""
    _expect_agent(participant)
    if participant.state == "parked":
        return parts.put(conversation, replace(participant, resume_at=resume_at))
    parts.expect(participant, "connected")
    parked = parts.moved(participant, "parked", Segment(kind="parked", start=now))
    parked = parts.with_last(parked, replace(parked.communications[-1], held=False))
    return parts.put(conversation, replace(parked, resume_at=resume_at))


def resume(conversation: Conversation, participant: Participant, now: int) -> Conversation:
    """What was parked wants its agent again: it waits for them, in their queue, where others may take it for them."""
    parts.expect(participant, "parked")
    left = parts.put(conversation, parts.ended(participant, now, "system"))
    left = parts.end_consultations(left, participant.id, now)
    target = QueueTarget(participant.queue_id, participant.queue_name, direct_agent=participant.user_id)
    return onward(left, target, now)


def parked(conversation: Conversation) -> Participant | None:
    """The agent's part that is put aside."""
    return next((each for each in conversation.of_purpose("agent") if each.active and each.state == "parked"), None)


def leave(
    conversation: Conversation, participant: Participant, now: int, disconnect_type: str = "client"
) -> Conversation:
    """A part of ours ends; wrap-up follows an agent's where the queue asks for it. The last to leave ends the conversation."""
    if not participant.active:
        return conversation
    left = parts.put(_unattended(conversation, participant, now), gone(participant, now, disconnect_type))
    return parts.settle(parts.end_consultations(left, participant.id, now), now)


def _unattended(conversation: Conversation, participant: Participant, now: int) -> Conversation:
    """Who leaves while somebody else is awaited is not missed: the next one need not find them there."""
    acd = parts.acd(conversation)
    if acd is None or acd.routing is None or participant.user_id not in acd.routing.excluded:
        return conversation
    excluded = {**acd.routing.excluded, participant.user_id: now + DECLINED_MS}
    handed_over_by = "" if acd.handed_over_by == participant.id else acd.handed_over_by
    routing = replace(acd.routing, excluded=excluded)
    return parts.put(conversation, replace(acd, handed_over_by=handed_over_by, routing=routing))


def gone(participant: Participant, now: int, disconnect_type: str) -> Participant:
    """A part that has ended, with the after-call work of an agent who had answered."""
    after = parts.ended(participant, now, disconnect_type)
    return wrapping_up.begun(after, now) if participant.purpose == "agent" and participant.talked else after


def direct_to(conversation: Conversation, user_id: str, instead_of: Sequence[str] | None = None) -> Conversation:
    """The waiting interaction is given by hand to one agent, who may have declined it before. `instead_of`: only where it has been
    given to none but these (None: to whomever)."""
    acd = waiting(conversation)
    if acd is None:
        raise StateConflictError("The conversation is not waiting for an agent.", field="conversationId")
    if any(each.active and each.user_id == user_id for each in conversation.of_purpose("agent")):
        raise StateConflictError("The agent has the conversation already.", field="id")
    routing = acd.routing or RoutingData()
    if instead_of is not None and routing.by_hand and routing.direct_agent not in (user_id, *instead_of):
        raise StateConflictError("Somebody else has been given the conversation just now.", field="conversationId")
    excluded = {user: until for user, until in routing.excluded.items() if user != user_id}
    routing = replace(routing, direct_agent=user_id, by_hand=True, excluded=excluded)
    return parts.put(conversation, replace(acd, routing=routing))


def change_routing(conversation: Conversation, change: Callable[[RoutingData], RoutingData]) -> Conversation:
    """What the waiting interaction asks of routing is changed: its priority, skills, language, preferred agents."""
    acd = waiting(conversation)
    if acd is None:
        raise StateConflictError("The conversation is not waiting for an agent.", field="conversationId")
    return parts.put(conversation, replace(acd, routing=change(acd.routing or RoutingData())))


def send_on(conversation: Conversation, queue_id: str, target: QueueTarget, now: int) -> Conversation:
    """What waits in a queue waits in another from now on, with what it asked for and the time it has waited already.

    The same conversation where it does not wait in that queue any more; or where the other has sent it on itself: two queues
    that overflow into each other would pass it to and fro until it is too large to be stored.
    """
    acd = waiting(conversation)
    if acd is None or acd.routing is None or acd.queue_id != queue_id:
        return conversation
    waited = [(each.queue_id, each.routing.queued_at) for each in conversation.of_purpose("acd") if each.routing]
    if (target.queue_id, acd.routing.queued_at) in waited:
        return conversation
    sent = enqueue(conversation, target, now, acd.routing.queued_at)
    (there,) = [each for each in sent.of_purpose("acd") if each.active]
    routing = replace(acd.routing, queue_id=target.queue_id, direct_agent="", by_hand=False, used_routing="")
    return parts.put(sent, replace(there, routing=routing, handed_over_by=acd.handed_over_by))


def disconnect(conversation: Conversation, now: int, disconnect_type: str = "client") -> Conversation:
    """End the whole conversation. Whom somebody attends to meanwhile has not given up waiting: that wait was moved on."""
    attended = parts.attended(conversation)
    for participant in conversation.participants:
        if participant.active and participant.purpose == "agent":
            conversation = leave(conversation, participant, now, disconnect_type)
    for participant in conversation.participants:
        if participant.active and participant.purpose != "customer":
            how = "transfer" if attended and participant.purpose == "acd" else disconnect_type
            conversation = parts.put(conversation, parts.ended(participant, now, how))
    return parts.settle(conversation, now, disconnect_type)


def reopen(conversation: Conversation, now: int) -> Conversation:
    """The customer writes again within the threading window, or we write to them: their part is connected anew."""
    (customer,) = conversation.of_purpose("customer")
    if customer.active:
        return conversation
    last = customer.communications[-1]
    anew = Communication(
        id=last.id,
        media=last.media,
        direction=last.direction,
        connected=now,
        segments=[*last.segments, Segment(kind="interact", start=now)],
    )
    customer = replace(customer, end=0, communications=[anew])
    return replace(parts.put(conversation, customer), end=0, callback=None)


def set_attributes(conversation: Conversation, participant: Participant, given: dict[str, Any]) -> Conversation:
    """Merge attributes; an explicit null removes one."""
    merged = {**participant.attributes, **given}
    kept = {name: str(value) for name, value in merged.items() if value is not None}
    return parts.put(conversation, replace(participant, attributes=kept))


def attributes(conversation: Conversation) -> dict[str, str]:
    """Every participant's attributes; the customer's hold against others', and later ones against earlier."""
    ordered = sorted(conversation.participants, key=lambda each: each.purpose == "customer")
    return {name: value for each in ordered for name, value in each.attributes.items()}


def add_workflow(conversation: Conversation, now: int) -> Conversation:
    """A part for what speaks without an agent."""
    workflow = Participant(
        id=ids.derived("workflow", conversation.id),
        purpose="workflow",
        start=now,
        communications=[parts.communication(conversation, "connected", now)],
    )
    return parts.added(conversation, workflow)


def add_agent(conversation: Conversation, target: AgentTarget, queue_name: str, now: int) -> Conversation:
    """An agent begins or joins on their own account: what waits is theirs then. Refused while another agent is on it."""
    if any(each.active for each in conversation.of_purpose("agent")):
        raise StateConflictError("An agent is in the conversation already.", field="conversationId")
    agent = agent_part(conversation, target, queue_name, "connected", now)
    last = replace(agent.communications[-1], direction="outbound")
    joined = parts.end_joined(parts.added(conversation, parts.with_last(agent, last)), target.user_id, now)
    joined = parts.placed(joined, target.queue_id, target.division_id)
    return replace(parts.end_all(joined, "acd", now, "transfer"), end=0)


def set_contact(conversation: Conversation, contact_id: str) -> Conversation:
    """Say who the customer is."""
    (customer,) = conversation.of_purpose("customer")
    return parts.put(conversation, replace(customer, external_contact_id=contact_id))


def last_agent(conversation: Conversation) -> str:
    """The agent who last talked with the customer."""
    talked = [each for each in conversation.of_purpose("agent") if each.talked]
    return max(talked, key=lambda each: each.start).user_id if talked else ""


def customer_part(
    conversation_id: str,
    name: str,
    address: str,
    contact_id: str,
    now: int,
    direction: str,
    media: Literal["message", "callback"] = "message",
) -> Participant:
    """The customer's participant of a new conversation."""
    communication = Communication(
        id=ids.derived("communication", conversation_id, "customer"),
        media=media,
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


def onward(conversation: Conversation, target: QueueTarget, now: int) -> Conversation:
    """To the next queue with what was asked of the last one, and with credit for the time waited there."""
    before = parts.latest_acd(conversation)
    if before is None or before.routing is None:
        return enqueue(conversation, target, now)
    routing = before.routing
    waited = (before.end or now) - routing.queued_at
    carried = carrying(target, routing)
    return enqueue(conversation, carried, now, now - waited)


def carrying(target: QueueTarget, routing: RoutingData) -> QueueTarget:
    """The target, asking what was asked before where it asks nothing of its own."""
    return QueueTarget(
        queue_id=target.queue_id,
        queue_name=target.queue_name,
        division_id=target.division_id,
        priority=target.priority or routing.priority,
        vip=target.vip or routing.vip,
        skill_ids=target.skill_ids or tuple(routing.skill_ids),
        skill_levels=target.skill_levels if target.skill_ids else routing.skill_levels,
        skill_expression=target.skill_expression or (() if target.skill_ids else routing.skill_expression),
        language_id=target.language_id or routing.language_id,
        label_id=target.label_id or routing.label_id,
        last_agent=target.last_agent,
        direct_agent=target.direct_agent,
        direct_wait_ms=target.direct_wait_ms,
        preferred_agents=target.preferred_agents or routing.preferred_agents,
    )
