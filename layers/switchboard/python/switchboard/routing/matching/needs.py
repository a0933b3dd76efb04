"""What an interaction asks of an agent in the step it has reached. Equal needs have one answer, which is worked out once."""

import operator
from collections.abc import Sequence
from typing import Any, NamedTuple

from switchboard.routing.matching.stages import Stage
from switchboard.routing.models import Agent, Interaction, QueueRules

OUTERMOST_RING = 6
AnySkill = tuple[str, float, float]
Expression = tuple[Any, ...]
"""A skill expression (routing.expressions), empty where none is asked for."""

_ANY_LEVEL = (0.0, 5.0)
_COMPARISONS = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    "!=": operator.ne,
}


class Need(NamedTuple):
    """`skills` are (id, least, most proficiency); `ring` is the outermost whose members are considered, `groups` those whose agents
    are too; `best`: the highest average proficiency comes before the longest idle."""

    queue_id: str
    skills: tuple[AnySkill, ...]
    language_id: str
    ring: int
    groups: tuple[str, ...]
    best: bool
    expression: Expression = ()


def need(interaction: Interaction, rules: QueueRules, stage: Stage) -> Need:
    ring = stage.ring if stage.kind == "Bullseye" and stage.ring < len(rules.bullseye) else OUTERMOST_RING
    groups = (*rules.member_groups, *stage.groups)
    if rules.skill_evaluation == "NONE":
        return Need(interaction.queue_id, (), "", ring, groups, best=False)
    asked = [each for each in interaction.skill_ids if each not in stage.removed]
    skills = tuple([(each, *_level(interaction, each, stage.lowered)) for each in asked])
    language = interaction.language_id or rules.default_language
    if interaction.expression:
        expression = _hashable(interaction.expression)
        return Need(interaction.queue_id, (), interaction.language_id, ring, groups, best=False, expression=expression)
    return Need(
        interaction.queue_id,
        skills,
        language,
        ring,
        groups,
        best=rules.skill_evaluation == "BEST" and skills != (),
    )


def qualifies(agent: Agent, wanted: Need) -> bool:
    """Whether the agent may be given what has this need, capacity aside."""
    if not (_inside(agent, wanted) or _through_group(agent, wanted)):
        return False
    if wanted.language_id and wanted.language_id not in agent.languages:
        return False
    if wanted.expression and not satisfies(agent, wanted.expression):
        return False
    return all(skill in agent.skills and least <= agent.skills[skill] <= most for skill, least, most in wanted.skills)


def satisfies(agent: Agent, expression: Sequence[Any]) -> bool:
    """Whether a skill expression holds for the agent; a comparison holds for nobody who lacks the skill."""
    kind, *rest = expression
    match kind:
        case "and":
            return all(satisfies(agent, each) for each in rest)
        case "or":
            return any(satisfies(agent, each) for each in rest)
        case "not":
            return not satisfies(agent, rest[0])
    identifier, comparison, level = rest
    held = (agent.skills if kind == "skill" else agent.languages).get(identifier)
    return held is not None and compares(comparison, level, held)


def compares(comparison: str, level: float, held: float) -> bool:
    """Whether what is held compares to the level as a skill expression says."""
    return bool(_COMPARISONS[comparison](held, level))


def named(expression: Sequence[Any]) -> set[str]:
    """The skills and languages in a skill expression."""
    if not expression:
        return set()
    kind, *rest = expression
    return {rest[0]} if kind in ("skill", "language") else set().union(*map(named, rest))


def proficiency(agent: Agent, wanted: Need) -> float:
    """The average over the skills asked for."""
    held = agent.skills
    return sum([held.get(skill, 0) for skill, _, _ in wanted.skills]) / max(1, len(wanted.skills))


def _inside(agent: Agent, wanted: Need) -> bool:
    membership = agent.queues.get(wanted.queue_id)
    return membership is not None and membership.joined and membership.ring <= wanted.ring


def _through_group(agent: Agent, wanted: Need) -> bool:
    return any(group in agent.groups for group in wanted.groups) and not agent.left(wanted.queue_id)


def _level(interaction: Interaction, skill_id: str, lowered: int) -> tuple[float, float]:
    level = interaction.levels.get(skill_id)
    return (max(0.0, level.minimum - lowered), level.maximum) if level else _ANY_LEVEL


def _hashable(expression: Sequence[Any]) -> Expression:
    return tuple(_hashable(each) if isinstance(each, list) else each for each in expression)
