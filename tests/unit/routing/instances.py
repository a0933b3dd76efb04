"""Contact centres of any size, the same for the same seed: what waits, who works, and the rules of every queue."""

import random
from typing import Any, NamedTuple

from msgspec.structs import replace
from switchboard.routing.matching.stages import Measured
from switchboard.routing.models import (
    Agent,
    GroupRule,
    Interaction,
    Level,
    Membership,
    QueueRules,
    Ring,
    ScoreRing,
    Slot,
)
from switchboard.routing.utilization import Capacity, Utilization, of_label

NOW = 10_000_000
SKILLS = [f"skill{number}" for number in range(12)]
LANGUAGES = ["", "", "en", "fr"]
GROUPS = ["night", "experts"]
UTILIZATION: Utilization = {
    "message": Capacity(maximum_capacity=3),
    "call": Capacity(maximum_capacity=1),
    "email": Capacity(maximum_capacity=2, interruptable_media_types=["call", "message"]),
    of_label("sales"): Capacity(maximum_capacity=1, interrupting_label_ids=["urgent"]),
    of_label("urgent"): Capacity(maximum_capacity=2),
}
OWN: Utilization = {
    "message": Capacity(maximum_capacity=5, interruptable_media_types=["call"]),
    of_label("urgent"): Capacity(maximum_capacity=1, interrupting_label_ids=["sales"]),
}
"""Of every fourth agent. The label "gone" has no bounds at all."""
MEASURED: Measured = {
    ("EstimatedWaitTime", "queue0"): 0,
    ("EstimatedWaitTime", "queue1"): 90,
    ("ServiceLevel", "queue0"): 75.0,
    ("ServiceLevel", "queue2"): 100.0,
}
"""Of some queues nothing is known."""


class Instance(NamedTuple):
    waiting: list[Interaction]
    agents: list[Agent]
    rules: dict[str, QueueRules]


def instance(seed: int, waiting: int, agents: int, queues: int = 3) -> Instance:
    """Rings, groups on conditions, levels, preferred and last agents, every evaluation method, media that interrupt, labels,
    capacity in use."""
    chance = random.Random(seed)
    rules = {f"queue{number}": _rules(chance, f"queue{number}", number) for number in range(queues)}
    rules = {
        each: replace(rule, conditional=_group_rules(seed, each, rule, list(rules))) for each, rule in rules.items()
    }
    staff = [_agent(chance, number, list(rules)) for number in range(agents)]
    line = [_interaction(chance, number, list(rules.values()), staff) for number in range(waiting)]
    vip, wishes = random.Random(f"vip {seed}"), random.Random(f"wishes {seed}")
    line = [replace(each, vip=vip.random() < 0.15, expression=_expression(wishes, 0.1)) for each in line]
    return Instance(line, staff, rules)


def one_medium(seed: int, waiting: int, agents: int) -> Instance:
    """One queue and medium, with rings, levels, preferred agents and capacity; no labels, skill expressions, best skills."""
    line, staff, _ = instance(seed, waiting, agents, queues=1)
    chance = random.Random(seed)
    removed = chance.sample(SKILLS, 4)
    rings = [Ring(expires_ms=40_000, removes=removed[number : number + 1]) for number in range(4)]
    rules = QueueRules(
        queue_id="queue0",
        bullseye=rings,
        preferred=[ScoreRing(threshold=80, wait_ms=15_000), ScoreRing(wait_ms=15_000)],
    )
    staff = [
        replace(agent, utilization={}, slots={key: Slot(media="message", since=0) for key in agent.slots})
        for agent in staff
    ]
    line = [replace(each, media="message", label_id="", vip=False, expression=[]) for each in line]
    return Instance(line, staff, {"queue0": rules})


def _rules(chance: random.Random, queue_id: str, number: int) -> QueueRules:
    bullseye = [
        Ring(expires_ms=20_000, removes=chance.sample(SKILLS, 2), groups=chance.sample(GROUPS, ring % 2))
        for ring in range(chance.choice([0, 2, 4, 6]))
    ]
    return QueueRules(
        queue_id=queue_id,
        skill_evaluation=("ALL", "BEST", "NONE", "ALL")[number % 4],
        last_agent_mode=chance.choice(["Disabled", "QueueMembersOnly", "AnyAgent"]),
        default_language=chance.choice(["", "en"]),
        aging_ms=60_000,
        member_groups=chance.sample(GROUPS, chance.choice([0, 0, 1])),
        bullseye=bullseye,
        preferred=[ScoreRing(threshold=80, wait_ms=15_000), ScoreRing(wait_ms=15_000)] if chance.random() < 0.5 else [],
        direct_wait_ms=chance.choice([0, 30_000]),
        level_ms=(0, 40_000)[number % 2],
    )


def _group_rules(seed: int, queue_id: str, rules: QueueRules, queues: list[str]) -> list[GroupRule]:
    chance = random.Random(f"{seed} {queue_id}")
    return [
        GroupRule(
            queue_id=chance.choice(queues),
            metric=chance.choice(["EstimatedWaitTime", "ServiceLevel"]),
            operator=chance.choice(["GreaterThan", "GreaterThanOrEqualTo", "LessThan", "LessThanOrEqualTo"]),
            value=chance.choice([0, 75, 90, 100]),
            groups=chance.sample(GROUPS, 1),
            wait_ms=20_000,
        )
        for _ in range(0 if rules.bullseye else chance.choice([0, 1, 3]))
    ]


def _expression(chance: random.Random, how_often: float, depth: int = 0) -> list[Any]:
    """A skill expression, of two levels at most; empty for most."""
    if chance.random() >= how_often:
        return []
    if depth < 2 and chance.random() < 0.6:
        operation = chance.choice(["and", "or", "not"])
        operands = [_expression(chance, 1, depth + 1) for _ in range(1 if operation == "not" else 2)]
        return [operation, *operands]
    comparison = chance.choice([">", ">=", "<", "<=", "=", "!="])
    if chance.random() < 0.2:
        return ["language", chance.choice(["en", "fr"]), comparison, 3]
    return ["skill", chance.choice(SKILLS), comparison, chance.randint(0, 5)]


def _agent(chance: random.Random, number: int, queues: list[str]) -> Agent:
    media = chance.choice(["message", "message", "call", "email"])
    held = chance.randint(0, 2)
    return Agent(
        user_id=f"user{number:05d}",
        on_queue=chance.random() < 0.95,
        responding=chance.random() < 0.95,
        idle_since=chance.randint(0, NOW),
        queues={
            queue: Membership(joined=chance.random() < 0.9, ring=chance.randint(1, 6))
            for queue in queues
            if chance.random() < 0.7
        },
        groups=[group for group in GROUPS if chance.random() < 0.2],
        skills={skill: float(chance.randint(0, 10)) / 2 for skill in SKILLS if chance.random() < 0.5},
        languages={language: 3.0 for language in ("en", "fr") if chance.random() < 0.7},
        slots={
            f"earlier{number}-{each}": Slot(
                media=media, since=0, label_id=("", "", "sales", "gone")[(number + each) % 4]
            )
            for each in range(held)
        },
        utilization=(OWN, {}, {}, {})[number % 4],
    )


def _interaction(chance: random.Random, number: int, rules: list[QueueRules], staff: list[Agent]) -> Interaction:
    queue = chance.choice(rules)
    wanted = chance.sample(SKILLS, chance.choice([0, 1, 1, 2]))
    known = [agent.user_id for agent in chance.sample(staff, min(3, len(staff)))]
    entered_at = NOW - chance.randint(0, 200_000)
    return Interaction(
        conversation_id=f"conversation{number:06d}",
        participant_id="acd",
        queue_id=queue.queue_id,
        media=chance.choice(["message", "message", "message", "call", "email"]),
        label_id=chance.choice(["", "sales", "urgent", "gone"]),
        priority=chance.choice([0, 0, 0, 1, 5, -3]),
        skill_ids=wanted,
        levels={skill: Level(minimum=chance.choice([1, 2.5]), maximum=5) for skill in wanted if chance.random() < 0.5},
        language_id=chance.choice(LANGUAGES),
        last_agent=chance.choice(known) if known and chance.random() < 0.1 else "",
        direct_agent=chance.choice(known) if known and chance.random() < 0.05 else "",
        direct_wait_ms=45_000 if number % 3 == 0 else 0,
        preferred_agents={user: chance.randint(50, 100) for user in known} if chance.random() < 0.2 else {},
        queued_at=entered_at - chance.choice([0, 0, 60_000]),
        entered_at=entered_at,
        aging_ms=queue.aging_ms,
    )
