"""What the conversations domain tells the others, derived from its table's stream: state and event cannot disagree.

Facts go on the bus; commands that need order go to a FIFO queue (docs/architecture.md). Both carry ids and states only.
"""

from dataclasses import dataclass, field, replace
from typing import Any

from switchboard.conversations import due
from switchboard.conversations.due import Due
from switchboard.conversations.models import Conversation, Message, Participant, RoutingData
from switchboard.conversations.transitions import occupies, waiting
from switchboard.kit import ids
from switchboard.kit.events import Event
from switchboard.kit.sqs import Outgoing

SOURCE = "switchboard.conversations"


@dataclass(frozen=True)
class Told:
    """What one stream record leads to. `outbound` maps a channel to commands for its send step; `relay` are commands for the step
    that carries words between those outside; `timers` are those to set, by conversation."""

    events: list[Event] = field(default_factory=list)
    acd: list[Outgoing] = field(default_factory=list)
    outbound: dict[str, list[Outgoing]] = field(default_factory=dict)
    relay: list[Outgoing] = field(default_factory=list)
    timers: list[tuple[str, Due]] = field(default_factory=list)


def of_conversation(old: Conversation | None, new: Conversation) -> Told:
    """One event: `conversation.started` for the first document, `conversation.changed` after; both tell the changes."""
    fact = _changed(old, new)
    if old is None:
        fact |= {"integrationId": new.integration_id, "thread": new.thread, "startTime": new.start}
    event = Event(SOURCE, "conversation.changed" if old else "conversation.started", fact)
    appeared = due.of(new) - (due.of(old) if old else frozenset())
    timers = [(new.id, each) for each in sorted(appeared, key=lambda each: each.at)]
    return Told(events=[event], acd=_acd_commands(old, new), timers=timers, relay=_introduction(old, new))


def of_message(old: Message | None, new: Message, audience: list[str]) -> Told:
    """What lies beside the conversation is told of by its copy, or was when it was said; only its media are fetched as others'."""
    told = _of_message(old, new, audience)
    events = [each for each in told.events if not new.beside or each.kind == "message.media.pending"]
    return replace(told, events=events, relay=_relay_commands(old, new))


def _of_message(old: Message | None, new: Message, audience: list[str]) -> Told:
    fact = {
        "conversationId": new.conversation_id,
        "messageId": new.id,
        "channel": new.channel,
        "direction": new.direction,
        "status": new.status,
        "time": new.time,
        "senderUserId": new.sender_user_id,
        "userIds": audience,
    }
    if old is None and new.direction == "inbound":
        events = [Event(SOURCE, "message.received", fact)]
        if '"attachment":' in new.doc:  # quotes inside a text are escaped, so only the document's own key matches
            events.append(Event(SOURCE, "message.media.pending", _address(new) | {"channel": new.channel}))
        return Told(events=events)
    if old is not None and (old.status != new.status or old.doc != new.doc):
        return Told(events=[Event(SOURCE, "message.status", fact)])
    if old is None and new.status == "queued":
        command = Outgoing(_address(new), group=new.conversation_id, deduplication=new.id)
        return Told(events=[Event(SOURCE, "message.status", fact)], outbound={new.channel: [command]})
    return Told()


def _introduction(old: Conversation | None, new: Conversation) -> list[Outgoing]:
    """An external contact who joins is told what it is about."""
    contact = new.external
    if contact is None or (old is not None and old.participant(contact.id)):
        return []
    body = {"command": "introduce", "conversationId": new.id, "participantId": contact.id}
    return [Outgoing(body, group=new.id, deduplication=f"introduce:{contact.id}")]


def _relay_commands(old: Message | None, new: Message) -> list[Outgoing]:
    """A message is carried as it comes, and again when its media have been stored; a copy that fails is followed up."""
    if new.relayed and (old is None or old.doc != new.doc):
        body, mark = {"command": "carry", **_address(new)}, f"carry:{ids.derived(new.id, new.doc)}"
    elif new.heard_by and old is not None and new.status == "failed" != old.status:
        body, mark = {"command": "failed", **_address(new)}, f"failed:{new.id}"
    else:
        return []
    return [Outgoing(body, group=new.conversation_id, deduplication=mark)]


def window_closed(conversation: Conversation) -> Event:
    """The customer service window has closed: only templates go through now."""
    detail = {"conversationId": conversation.id, "channel": conversation.channel, "userIds": conversation.audience}
    return Event(SOURCE, "conversation.window.closed", detail)


def _address(message: Message) -> dict[str, str]:
    return {
        "messageId": message.id,
        "sort": message.sort,
        "conversationId": message.conversation_id,
        "integrationId": message.integration_id,
    }


def _changed(old: Conversation | None, new: Conversation) -> dict[str, Any]:
    before = {each.id: each for each in old.participants} if old else {}
    changes = [_change(before.get(each.id), each) for each in new.participants if before.get(each.id) != each]
    everyone = {*new.audience, *(old.audience if old else []), *(change["userId"] for change in changes)}
    return {
        "conversationId": new.id,
        "version": new.version,
        "channel": new.channel,
        "ended": bool(new.end),
        "userIds": sorted(everyone - {""}),
        "queueIds": sorted({each.queue_id for each in new.participants if each.queue_id}),
        "changes": changes,
    }


def _change(before: Participant | None, after: Participant) -> dict[str, Any]:
    """`waitedMs` (acd) is how long it waited in all, once that is over: what is scheduled for later does not wait until then."""
    last = after.communications[-1]
    waited = sum(each.end - each.start for each in last.segments if each.kind == "interact" and each.end)
    return {
        "participantId": after.id,
        "purpose": after.purpose,
        "userId": after.user_id,
        "queueId": after.queue_id,
        "media": last.media,
        "start": after.engaged_since,
        "end": after.end,
        "before": before.state if before else "",
        "after": after.state,
        "disconnectType": last.disconnect_type,
        "occupied": occupies(before) if before else False,
        "occupies": occupies(after),
        **({"waitedMs": waited} if after.purpose == "acd" else {}),
    }


def _acd_commands(old: Conversation | None, new: Conversation) -> list[Outgoing]:
    was, now = (waiting(old) if old else None), waiting(new)
    commands: list[Outgoing] = []
    body: dict[str, Any]
    left = was is not None and (now is None or now.id != was.id)
    if was and left and not _being_answered(new, was):
        body = {"command": "withdraw", **asked(new.id, was)}
        commands.append(_command(body, was.queue_id, new))
    if now and now.routing and (was is None or was.id != now.id or was.routing != now.routing):
        body = {"command": "offer", **asked(new.id, now)}
        if was and was.routing and was.id == now.id:
            body["former"] = asked(new.id, was)
        commands.append(_command(body, now.queue_id, new))
    return commands


def asked(conversation_id: str, acd: Participant) -> dict[str, Any]:
    """What an acd participant asks of routing (the fields of routing's Interaction)."""
    routing = acd.routing or RoutingData()
    facts: dict[str, Any] = {
        "conversationId": conversation_id,
        "participantId": acd.id,
        "queueId": acd.queue_id,
        "media": acd.communications[-1].media,
        "priority": routing.priority,
        "skillIds": routing.skill_ids,
        "languageId": routing.language_id,
        "lastAgent": routing.last_agent,
        "directAgent": routing.direct_agent,
        "queuedAt": routing.queued_at,
        "enteredAt": acd.since_last("scheduled"),
    }
    if routing.vip:
        facts["vip"] = True
    if routing.by_hand:
        facts["byHand"] = True
    if routing.preferred_agents:
        facts["preferredAgents"] = routing.preferred_agents
    if routing.excluded:
        facts["excluded"] = routing.excluded
    if routing.direct_wait_ms:
        facts["directWaitMs"] = routing.direct_wait_ms
    if routing.label_id:
        facts["labelId"] = routing.label_id
    if routing.skill_levels:
        levels = routing.skill_levels.items()
        facts["levels"] = {skill: {"minimum": low, "maximum": high} for skill, (low, high) in levels}
    if routing.skill_expression:
        facts["expression"] = routing.skill_expression
    return facts


def _being_answered(conversation: Conversation, acd: Participant) -> bool:
    """Whether routing itself took it out of the queue: the acd participant is there and an agent is alerted for it."""
    current = conversation.participant(acd.id)
    return current is not None and current.active and current.state != "scheduled"


def _command(body: dict[str, Any], queue_id: str, conversation: Conversation) -> Outgoing:
    marker = f"{body['command']}:{conversation.id}:{conversation.version}"
    return Outgoing(body, group=queue_id, deduplication=marker)
