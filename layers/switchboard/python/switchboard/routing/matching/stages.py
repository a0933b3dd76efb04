"""Which step of its routing method an interaction has reached by its age (CE43 "Routing methods": a cascade that widens the pool).

The steps follow one another: the agent named directly, where the queue waits for them; score rings, where agents are preferred;
then bullseye rings, or groups that come in on a condition, or everybody in the queue. Beside them the proficiency that it asks for
may fall with its age.
"""

from collections.abc import Iterator, Mapping
from math import ceil
from typing import Literal

from msgspec.structs import replace

from switchboard.kit.model import Record
from switchboard.routing.models import GroupRule, Interaction, Metric, QueueRules

Kind = Literal["Direct", "Preferred", "Bullseye", "Conditional", "Standard"]
Measured = Mapping[tuple[Metric, str], float]
"""What rules go by, by metric and queue (GroupRule says in which unit); what cannot be told is absent."""


class Stage(Record, frozen=True):
    """`ring` counts from 1 (0: the method has none). `threshold` is the least score, None where none is asked for; `removed` are
    skills no longer asked for, `lowered` is by how much less proficiency will do, `groups` come in besides the members; it lasts
    until `until` (0: for good)."""

    kind: Kind
    ring: int = 0
    threshold: int | None = None
    removed: tuple[str, ...] = ()
    lowered: int = 0
    groups: tuple[str, ...] = ()
    until: int = 0


STANDARD = Stage(kind="Standard")


def stage(interaction: Interaction, rules: QueueRules, now: int, measured: Measured) -> Stage:
    """The step at `now`."""
    reached = _reached(interaction, rules, now, measured)
    if not (rules.level_ms and interaction.levels):
        return reached
    lowered = min((now - interaction.entered_at) // rules.level_ms, _falls(interaction))
    return replace(reached, lowered=lowered) if lowered > 0 else reached


def _reached(interaction: Interaction, rules: QueueRules, now: int, measured: Measured) -> Stage:
    patient = rules.direct_wait_ms or interaction.direct_wait_ms
    if not (patient or rules.bullseye or rules.conditional or rules.preferred):
        return STANDARD
    for each in _steps(interaction, rules, measured):
        if not each.until or now < each.until:
            return each
    return STANDARD


def direct_wait_ms(interaction: Interaction, rules: QueueRules) -> int:
    """For how long only the agent who is named directly is considered; 0 where others are from the start."""
    return max(rules.direct_wait_ms, interaction.direct_wait_ms) if interaction.direct_agent else 0


def next_change(interaction: Interaction, rules: QueueRules, now: int) -> int | None:
    """When the interaction next asks for less or is sent on; None where it never does."""
    ends = [each.until for each in _steps(interaction, rules, {})]
    ends += [interaction.entered_at + after for after in (rules.overflow_ms, rules.alert_ms) if after]
    if rules.level_ms:
        ends += [interaction.entered_at + number * rules.level_ms for number in range(1, _falls(interaction) + 1)]
    return min((end for end in ends if end > now), default=None)


def _falls(interaction: Interaction) -> int:
    """How often the levels that it asks for can fall until any will do."""
    return ceil(max((level.minimum for level in interaction.levels.values()), default=0))


def _steps(interaction: Interaction, rules: QueueRules, measured: Measured) -> Iterator[Stage]:
    at = interaction.entered_at
    if alone := direct_wait_ms(interaction, rules):
        at += alone
        yield Stage(kind="Direct", until=at)
    if interaction.preferred_agents:
        for number, score in enumerate(rules.preferred, 1):
            at += score.wait_ms
            yield Stage(kind="Preferred", ring=number, threshold=score.threshold, until=at)
    if rules.bullseye:
        yield from _bullseye(rules, at)
    elif rules.conditional:
        yield from _conditional(rules, at, measured)


def _bullseye(rules: QueueRules, at: int) -> Iterator[Stage]:
    removed: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    for number, ring in enumerate(rules.bullseye, 1):
        groups += tuple(ring.groups)
        at += ring.expires_ms
        until = at if ring.expires_ms else 0
        yield Stage(kind="Bullseye", ring=number, removed=removed, groups=groups, until=until)
        removed += tuple(ring.removes)
    yield Stage(kind="Bullseye", ring=len(rules.bullseye), removed=removed, groups=groups)


def _conditional(rules: QueueRules, at: int, measured: Measured) -> Iterator[Stage]:
    groups: tuple[str, ...] = ()
    for number, rule in enumerate(rules.conditional, 1):
        if _holds(rule, measured):
            groups += tuple(rule.groups)
        at += rule.wait_ms
        last = number == len(rules.conditional)
        yield Stage(kind="Conditional", ring=number, groups=groups, until=0 if last else at)


def _holds(rule: GroupRule, measured: Measured) -> bool:
    """What cannot be told holds for nobody: another queue's agents are brought in on evidence only."""
    value = measured.get((rule.metric, rule.queue_id))
    if value is None:
        return False
    match rule.operator:
        case "GreaterThan":
            return value > rule.value
        case "GreaterThanOrEqualTo":
            return value >= rule.value
        case "LessThan":
            return value < rule.value
        case "LessThanOrEqualTo":
            return value <= rule.value
