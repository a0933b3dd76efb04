"""Who gets the interaction: a pure decision over what is known now. No storage, no clock, the same answer for the same input.

First cut of the ACD engine: the last agent where the queue allows it, an agent named directly, else the longest idle of the
queue's members who have what the interaction needs (CE34, CE43).
"""

from collections.abc import Collection, Iterable

from switchboard.kit.model import Record
from switchboard.routing.models import Agent, Interaction, QueueRules
from switchboard.routing.utilization import Utilization, has_room


class Decision(Record):
    """The agent chosen, by which routing method (the platform's `usedRouting`), and why, for the decision log."""

    user_id: str
    used_routing: str
    why: str
    considered: int = 0


def choose(
    interaction: Interaction,
    agents: Collection[Agent],
    rules: QueueRules,
    utilization: Utilization,
    *,
    resume: bool = False,
) -> Decision | None:
    """The agent for the interaction, None where it has to wait.

    `resume`: an earlier attempt may have died after it took a slot; whoever holds one for this conversation comes first.
    """
    if resume:
        for agent in sorted(agents, key=_longest_idle):
            if interaction.conversation_id in agent.slots and agent.slots[interaction.conversation_id].due:
                return Decision(user_id=agent.user_id, used_routing="Standard", why="holds a slot for it already")
    free = {agent.user_id: agent for agent in agents if can_take(agent, interaction, utilization)}
    if interaction.direct_agent in free:
        return _decision(interaction.direct_agent, "Direct", "named directly", free)
    last = free.get(interaction.last_agent)
    if last is not None and _last_agent_allowed(last, interaction, rules):
        return _decision(last.user_id, "Last", "talked with the customer last and is available", free)
    eligible = [agent for agent in free.values() if qualifies(agent, interaction, rules)]
    if not eligible:
        return None
    if rules.skill_evaluation == "BEST" and interaction.skill_ids:
        best = min(eligible, key=lambda agent: (-proficiency(agent, interaction.skill_ids), *_longest_idle(agent)))
        return _decision(best.user_id, "Standard", "best skills, then longest idle", eligible)
    longest = min(eligible, key=_longest_idle)
    return _decision(longest.user_id, "Standard", "longest idle with every skill asked for", eligible)


def can_take(agent: Agent, interaction: Interaction, utilization: Utilization) -> bool:
    """On duty, with room for the medium, and without a part in the conversation already."""
    return (
        agent.on_duty
        and interaction.conversation_id not in agent.slots
        and has_room(agent.media, interaction.media, utilization)
    )


def qualifies(agent: Agent, interaction: Interaction, rules: QueueRules) -> bool:
    """A joined member who has the skills and the language, unless the queue disregards them."""
    if not agent.joined(interaction.queue_id):
        return False
    if rules.skill_evaluation == "NONE":
        return True
    speaks = not interaction.language_id or interaction.language_id in agent.languages
    return speaks and all(skill in agent.skills for skill in interaction.skill_ids)


def proficiency(agent: Agent, skill_ids: Collection[str]) -> float:
    """The average over the skills asked for."""
    return sum(agent.skills.get(skill, 0) for skill in skill_ids) / max(1, len(skill_ids))


def _last_agent_allowed(agent: Agent, interaction: Interaction, rules: QueueRules) -> bool:
    if rules.last_agent_mode == "QueueMembersOnly":
        return agent.joined(interaction.queue_id)
    return rules.last_agent_mode == "AnyAgent"


def _longest_idle(agent: Agent) -> tuple[int, int, str]:
    # Who has fewer interactions comes first: an agent is not given a fourth while a colleague has none.
    return len(agent.slots), agent.idle_since, agent.user_id


def _decision(user_id: str, used_routing: str, why: str, considered: Iterable[object]) -> Decision:
    return Decision(user_id=user_id, used_routing=used_routing, why=why, considered=len(list(considered)))
