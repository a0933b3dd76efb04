"""What can happen to an agent, as pure functions from one state to the next. Times are milliseconds."""

from collections.abc import Callable

from msgspec.structs import replace

from switchboard.routing.models import Agent, Handled, Interaction, Membership, Slot
from switchboard.routing.utilization import Utilization, has_any_room

Change = Callable[[Agent], Agent]

_RECENT = 20


def claim(agent: Agent, interaction: Interaction, due: int, now: int) -> Agent:
    """Take a slot for the interaction until it is released. `idle_since` stays: it moves when the alert is answered."""
    slot = Slot(media=interaction.media, label_id=interaction.label_id, since=now, due=due)
    return _at(replace(agent, slots={**agent.slots, interaction.conversation_id: slot}), agent, now)


def answered(agent: Agent, conversation_id: str, started: int, now: int) -> Agent:
    """The alert that began at `started` was answered."""
    slot = _slot(agent, conversation_id, started)
    if slot is None or not slot.due:
        return agent
    return replace(agent, slots={**agent.slots, conversation_id: replace(slot, due=0)}, idle_since=now)


def keep(agent: Agent, conversation_id: str, started: int) -> Agent:
    """The claim was made for nothing, but the agent is in the conversation by a part that began at `started`: the slot is its."""
    slot = replace(agent.slots[conversation_id], since=started, due=0)
    return replace(agent, slots={**agent.slots, conversation_id: slot})


def give_back(agent: Agent, conversation_id: str, now: int) -> Agent:
    """The claim came to nothing: as if it had not been made."""
    slots = {key: each for key, each in agent.slots.items() if key != conversation_id}
    return agent if slots == agent.slots else _at(replace(agent, slots=slots, renewed_at=now), agent, now)


def release(agent: Agent, conversation_id: str, started: int, now: int) -> Agent:
    """The agent's part that began at `started` no longer takes capacity. A slot taken after that is another part's: it stays."""
    slot = _slot(agent, conversation_id, started)
    if slot is None:
        return agent
    slots = {key: each for key, each in agent.slots.items() if key != conversation_id}
    handled = agent.handled if slot.due else {**agent.handled, slot.media: _longer(agent, slot, now)}
    return _at(replace(agent, slots=slots, handled=handled, idle_since=now, renewed_at=now), agent, now)


def not_responding(agent: Agent, conversation_id: str, started: int, now: int) -> Agent:
    """The agent let the alert that began at `started` ring out: no more work until they say that they are back."""
    if _slot(agent, conversation_id, started) is None:
        return agent
    return _at(replace(release(agent, conversation_id, started, now), responding=False), agent, now)


def go(agent: Agent, on_queue: bool, now: int) -> Agent:
    """On queue (which also means: responding again) or off it. What they have on hand stays theirs."""
    if agent.on_queue == on_queue and agent.responding:
        return agent
    moved = replace(agent, on_queue=on_queue, responding=True, idle_since=now, renewed_at=now)
    return _at(moved, agent, now)


def join(agent: Agent, queue_id: str, membership: Membership | None, now: int) -> Agent:
    """Become a member, change the membership, or (None) leave the queue."""
    queues = {key: each for key, each in agent.queues.items() if key != queue_id}
    if membership is not None:
        queues[queue_id] = membership
    return agent if queues == agent.queues else replace(agent, queues=queues, renewed_at=now)


def belong(agent: Agent, group_id: str, member: bool, now: int) -> Agent:
    """Be in a group of the directory, or not."""
    if member == (group_id in agent.groups):
        return agent
    if member:
        return replace(agent, groups=sorted([*agent.groups, group_id]), renewed_at=now)
    return replace(agent, groups=[each for each in agent.groups if each != group_id])


def set_utilization(agent: Agent, own: Utilization, now: int) -> Agent:
    return agent if agent.utilization == own else replace(agent, utilization=own, renewed_at=now)


def available(agent: Agent, utilization: Utilization) -> bool:
    """Whether new work may be found for them: they can take more, or were alerted just now (a retry must find its claim)."""
    return agent.on_duty and (
        any(slot.due for slot in agent.slots.values()) or has_any_room(agent.held, agent.within(utilization))
    )


def _slot(agent: Agent, conversation_id: str, started: int) -> Slot | None:
    """The slot of the part that began at `started`: a claim comes before its alert, so a younger slot is of a later part."""
    slot = agent.slots.get(conversation_id)
    return slot if slot is not None and slot.since <= started else None


def _longer(agent: Agent, slot: Slot, now: int) -> Handled:
    before = agent.handled.get(slot.media, Handled())
    weight = min(before.count, _RECENT - 1)
    mean = (before.mean_ms * weight + (now - slot.since)) // (weight + 1)
    return Handled(count=before.count + 1, mean_ms=mean)


def _at(new: Agent, old: Agent, now: int) -> Agent:
    return new if new.status == old.status else replace(new, status_since=now)
