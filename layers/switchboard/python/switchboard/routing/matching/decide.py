"""One interaction and a pool of agents: who gets it, by which routing method, and why (CE43, CE34, CE18)."""

from collections.abc import Collection, Mapping

from msgspec.structs import replace

from switchboard.kit.model import Record
from switchboard.routing.matching.needs import Need, need, qualifies
from switchboard.routing.matching.pool import Pool
from switchboard.routing.matching.stages import Measured, Stage, stage
from switchboard.routing.models import Agent, Interaction, QueueRules
from switchboard.routing.utilization import Utilization

EXPLAINED = 5
"""How many of those considered a decision names."""


class Decision(Record):
    """The agent chosen, by which routing method (the platform's `usedRouting`), and why.

    `considered` is how many had the same claim to it when it was decided, `others` names the next of them; `ring` is the bullseye
    ring, score ring or step of group routing that it had reached (0: the method has none).
    """

    user_id: str
    used_routing: str
    why: str
    considered: int = 1
    others: tuple[str, ...] = ()
    ring: int = 0


class Assignment(Record):
    conversation_id: str
    decision: Decision


def match(
    waiting: Collection[Interaction],
    agents: Collection[Agent],
    rules: Mapping[str, QueueRules],
    utilization: Utilization,
    now: int,
    measured: Measured | None = None,
    *,
    pool: Pool | None = None,
) -> list[Assignment]:
    """Bring everybody together who can be, those whose turn is first first; `rules` by queue. `pool`: the agents as a pool."""
    pool = pool or Pool(agents, utilization)
    made = []
    for interaction in sorted(waiting, key=lambda each: each.rank):
        decision = decide(interaction, pool, rules[interaction.queue_id], now, measured or {})
        if decision is not None:
            agent = pool.get(decision.user_id)
            if agent is not None:
                pool.take(agent, (interaction.media, interaction.label_id))
            made.append(Assignment(conversation_id=interaction.conversation_id, decision=decision))
    return made


def decide(
    interaction: Interaction, pool: Pool, rules: QueueRules, now: int, measured: Measured, *, explain: bool = False
) -> Decision | None:
    """The agent for the interaction as things stand, None where it has to wait. `explain`: name others who were considered."""
    return _marked(interaction, _decide(interaction, pool, rules, now, measured, explain=explain))


def _decide(
    interaction: Interaction, pool: Pool, rules: QueueRules, now: int, measured: Measured, *, explain: bool
) -> Decision | None:
    step = stage(interaction, rules, now, measured)
    named = _named(interaction, pool, rules, step)
    if named is not None or step.kind == "Direct":
        return named
    wanted = need(interaction, rules, step)
    if interaction.preferred_agents:
        preferred = _preferred(interaction, pool, wanted, step)
        if preferred is not None or step.kind == "Preferred":
            return preferred
    agent, found = pool.first(wanted, (interaction.media, interaction.label_id), interaction.conversation_id)
    if agent is None:
        return None
    return Decision(
        user_id=agent.user_id,
        used_routing=step.kind,
        why=_why(wanted),
        considered=found.bit_count(),
        others=tuple(pool.names(found, EXPLAINED + 1))[1:] if explain else (),
        ring=step.ring,
    )


def holder(interaction: Interaction, agents: Collection[Agent], over: Mapping[str, int]) -> Decision | None:
    """Whoever holds an unanswered slot for the conversation already: an earlier attempt took it and may have died after. `over`
    says when the parts began that agents had in it: a slot that has served one is about to be given back."""
    for agent in sorted(agents, key=lambda each: each.user_id):
        slot = agent.slots.get(interaction.conversation_id)
        if slot is not None and slot.due and over.get(agent.user_id, 0) < slot.since:
            held = Decision(user_id=agent.user_id, used_routing="Standard", why="holds a slot for it already")
            return _marked(interaction, held)
    return None


def _marked(interaction: Interaction, decision: Decision | None) -> Decision | None:
    """A VIP's is told as such, whichever way its agent was found: `why` and `ring` tell that."""
    return replace(decision, used_routing="Vip") if decision and interaction.vip else decision


def _named(interaction: Interaction, pool: Pool, rules: QueueRules, step: Stage) -> Decision | None:
    """The agent named directly, or else the last agent where the queue allows it."""
    direct = _free(interaction.direct_agent, interaction, pool)
    if direct is not None:
        method, why = ("Manual", "assigned by hand") if interaction.by_hand else ("Direct", "named directly")
        return Decision(user_id=direct.user_id, used_routing=method, why=why, ring=step.ring)
    if step.kind == "Direct" or rules.last_agent_mode == "Disabled":
        return None
    last = _free(interaction.last_agent, interaction, pool)
    if last is None or (rules.last_agent_mode == "QueueMembersOnly" and not rules.has_joined(last)):
        return None
    why = "talked with the customer last and is available"
    return Decision(user_id=last.user_id, used_routing="Last", why=why, ring=step.ring)


def _preferred(interaction: Interaction, pool: Pool, wanted: Need, step: Stage) -> Decision | None:
    """The best scored agent of those the score ring admits; every one of them where the rings are over or there are none."""
    least = step.threshold if step.kind == "Preferred" else None
    admitted = []
    for user_id, score in interaction.preferred_agents.items():
        agent = _free(user_id, interaction, pool) if least is None or score >= least else None
        if agent is not None and qualifies(agent, wanted):
            admitted.append((-score, pool.load(user_id), user_id))
    if not admitted:
        return None
    best = sorted(admitted)
    return Decision(
        user_id=best[0][2],
        used_routing="Preferred",
        why="the best scored of the preferred agents who are available",
        considered=len(best),
        others=tuple(user_id for _, _, user_id in best[1 : EXPLAINED + 1]),
        ring=step.ring,
    )


def _free(user_id: str, interaction: Interaction, pool: Pool) -> Agent | None:
    agent = pool.get(user_id) if user_id else None
    media = (interaction.media, interaction.label_id)
    return agent if agent and pool.can_take(agent, media, interaction.conversation_id) else None


def _why(wanted: Need) -> str:
    order = ("best skills, then " if wanted.best else "") + "least busy, then longest idle"
    names = {"every skill": wanted.skills, "the language": wanted.language_id, "the expression": wanted.expression}
    asked = " and ".join(name for name, there in names.items() if there)
    return f"{order} with {asked} asked for" if asked else order
