"""The matcher as one would first write it: for every interaction look at every agent. Slow, and easy to believe.

It shares the records with the engine and nothing else: every rule is written out again from the use cases (CE43, CE18, CE34).
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from switchboard.routing.models import Agent, GroupRule, Interaction, QueueRules
from switchboard.routing.utilization import Utilization


class Given(NamedTuple):
    conversation_id: str
    user_id: str
    used_routing: str
    ring: int


class Asked(NamedTuple):
    """What is asked at the moment: by which method, at which ring, without which skills, with which groups besides members."""

    method: str
    ring: int = 0
    outermost: int = 6
    threshold: int | None = None
    removed: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    lowered: int = 0


Held = dict[str, list[tuple[str, str, str]]]


def match(
    waiting: Sequence[Interaction],
    agents: Sequence[Agent],
    rules: Mapping[str, QueueRules],
    utilization: Utilization,
    now: int,
    measured: Mapping[tuple[str, str], float],
) -> list[Given]:
    held: Held = {
        each.user_id: [(key, slot.media, slot.label_id) for key, slot in each.slots.items()] for each in agents
    }
    given = []
    for interaction in sorted(waiting, key=lambda each: turn(each, now)):
        found = _one(interaction, agents, rules[interaction.queue_id], utilization, now, measured, held)
        if found is not None:
            held[found.user_id].append((interaction.conversation_id, interaction.media, interaction.label_id))
            given.append(found._replace(used_routing="Vip") if interaction.vip else found)
    return given


def turn(interaction: Interaction, now: int) -> tuple[bool, float, int, str]:
    """VIPs first; then the higher score first: own priority, and a point for each stretch waited."""
    score = float(interaction.priority)
    if interaction.aging_ms:
        score += (now - interaction.queued_at) / interaction.aging_ms
    return not interaction.vip, -score, interaction.queued_at, interaction.conversation_id


def _one(
    interaction: Interaction,
    agents: Sequence[Agent],
    rules: QueueRules,
    utilization: Utilization,
    now: int,
    measured: Mapping[tuple[str, str], float],
    held: Held,
) -> Given | None:
    asked = _asked(interaction, rules, now, measured)
    asked = asked._replace(lowered=(now - interaction.entered_at) // rules.level_ms if rules.level_ms else 0)
    able = []
    for agent in agents:
        if agent.on_queue and agent.responding and _room(interaction, agent, held[agent.user_id], utilization):
            able.append(agent)
    for agent in able:
        if agent.user_id == interaction.direct_agent:
            return Given(interaction.conversation_id, agent.user_id, "Direct", asked.ring)
    if asked.method == "Direct":
        return None
    for agent in able:
        allowed = rules.last_agent_mode == "AnyAgent"
        if rules.last_agent_mode == "QueueMembersOnly":
            allowed = _is_member(agent, rules)
        if agent.user_id == interaction.last_agent and allowed:
            return Given(interaction.conversation_id, agent.user_id, "Last", asked.ring)
    found = _best(interaction, able, rules, asked, held, preferring=True)
    method = "Preferred"
    if found is None and asked.method != "Preferred":
        found = _best(interaction, able, rules, asked, held, preferring=False)
        method = asked.method
    return Given(interaction.conversation_id, found, method, asked.ring) if found else None


def _best(
    interaction: Interaction, able: list[Agent], rules: QueueRules, asked: Asked, held: Held, *, preferring: bool
) -> str | None:
    best = None
    for agent in able:
        score = interaction.preferred_agents.get(agent.user_id)
        if preferring and (score is None or (asked.threshold is not None and score < asked.threshold)):
            continue
        if not _qualifies(agent, interaction, rules, asked):
            continue
        merit = float(score or 0) if preferring else _average(agent, interaction, rules, asked)
        key = (-merit, len(held[agent.user_id]), agent.idle_since, agent.user_id)
        if best is None or key < best:
            best = key
    return best[-1] if best else None


def _asked(interaction: Interaction, rules: QueueRules, now: int, measured: Mapping[tuple[str, str], float]) -> Asked:
    waited = now - interaction.entered_at
    alone = max(rules.direct_wait_ms, interaction.direct_wait_ms)
    if interaction.direct_agent and alone:
        if waited < alone:
            return Asked("Direct")
        waited -= alone
    if interaction.preferred_agents:
        for number, score_ring in enumerate(rules.preferred, 1):
            if waited < score_ring.wait_ms:
                return Asked("Preferred", number, threshold=score_ring.threshold)
            waited -= score_ring.wait_ms
    removed: set[str] = set()
    groups: set[str] = set()
    for number, ring in enumerate(rules.bullseye, 1):
        groups |= set(ring.groups)
        innermost = number if number < len(rules.bullseye) else 6
        if waited < ring.expires_ms or not ring.expires_ms:
            return Asked("Bullseye", number, innermost, None, frozenset(removed), frozenset(groups))
        waited -= ring.expires_ms
        removed |= set(ring.removes)
    if rules.bullseye:
        return Asked("Bullseye", len(rules.bullseye), 6, None, frozenset(removed), frozenset(groups))
    return _by_groups(rules, waited, measured) if rules.conditional else Asked("Standard")


def _by_groups(rules: QueueRules, waited: int, measured: Mapping[tuple[str, str], float]) -> Asked:
    reached = 1
    while reached < len(rules.conditional) and waited >= sum(each.wait_ms for each in rules.conditional[:reached]):
        reached += 1
    groups = {group for rule in rules.conditional[:reached] if _holds(rule, measured) for group in rule.groups}
    return Asked("Conditional", reached, groups=frozenset(groups))


def _holds(rule: GroupRule, measured: Mapping[tuple[str, str], float]) -> bool:
    if (rule.metric, rule.queue_id) not in measured:
        return False
    value = measured[rule.metric, rule.queue_id]
    if value == rule.value:
        return rule.operator in ("GreaterThanOrEqualTo", "LessThanOrEqualTo")
    return rule.operator.startswith("Greater") if value > rule.value else rule.operator.startswith("Less")


def _is_member(agent: Agent, rules: QueueRules) -> bool:
    """Whoever is one and has not left, or is in a group that the queue or any of its rings names."""
    if rules.queue_id in agent.queues:
        return agent.queues[rules.queue_id].joined
    named = set(rules.member_groups)
    for ring in rules.bullseye:
        named |= set(ring.groups)
    return bool(named & set(agent.groups))


def _room(interaction: Interaction, agent: Agent, held: list[tuple[str, str, str]], organization: Utilization) -> bool:
    utilization = dict(organization)
    utilization.update(agent.utilization)
    same = labelled = 0
    for conversation_id, media, label_id in held:
        if conversation_id == interaction.conversation_id:
            return False
        if media == interaction.media:
            same += 1
        elif interaction.media not in utilization[media].interruptable_media_types:
            return False
        if not interaction.label_id or not label_id:
            continue
        if label_id == interaction.label_id:
            labelled += 1
        elif _hinders(label_id, interaction.label_id, utilization):
            return False
    bound = utilization.get(f"label:{interaction.label_id}")
    if interaction.label_id and bound is not None and labelled >= bound.maximum_capacity:
        return False
    return same < utilization[interaction.media].maximum_capacity


def _hinders(on_hand: str, coming: str, utilization: Utilization) -> bool:
    bound = utilization.get(f"label:{on_hand}")
    return bound is not None and coming not in bound.interrupting_label_ids


def _qualifies(agent: Agent, interaction: Interaction, rules: QueueRules, asked: Asked) -> bool:
    membership = agent.queues.get(interaction.queue_id)
    inside = membership is not None and membership.joined and membership.ring <= asked.outermost
    groups = asked.groups | set(rules.member_groups)
    left = membership is not None and not membership.joined
    if not inside and (left or not groups & set(agent.groups)):
        return False
    if rules.skill_evaluation == "NONE":
        return True
    if interaction.expression:
        spoken = not interaction.language_id or interaction.language_id in agent.languages
        return spoken and satisfies(agent, interaction.expression)
    language = interaction.language_id or rules.default_language
    if language and language not in agent.languages:
        return False
    for skill in interaction.skill_ids:
        if skill in asked.removed:
            continue
        if skill not in agent.skills:
            return False
        level = interaction.levels.get(skill)
        if level is not None and not level.minimum - asked.lowered <= agent.skills[skill] <= level.maximum:
            return False
    return True


def satisfies(agent: Agent, expression: Sequence[Any]) -> bool:
    kind = expression[0]
    if kind == "not":
        return not satisfies(agent, expression[1])
    if kind in ("and", "or"):
        holding = sum(satisfies(agent, each) for each in expression[1:])
        return holding == len(expression) - 1 if kind == "and" else holding > 0
    _, wanted, comparison, level = expression
    known = agent.skills if kind == "skill" else agent.languages
    if wanted not in known:
        return False
    has = known[wanted]
    greater, same = has > level, has == level
    return {
        ">": greater,
        ">=": greater or same,
        "=": same,
        "!=": not same,
        "<": not greater and not same,
        "<=": not greater,
    }[str(comparison)]


def _average(agent: Agent, interaction: Interaction, rules: QueueRules, asked: Asked) -> float:
    wanted = [skill for skill in interaction.skill_ids if skill not in asked.removed and not interaction.expression]
    if rules.skill_evaluation != "BEST" or not wanted:
        return 0
    return sum(agent.skills[skill] for skill in wanted) / len(wanted)
