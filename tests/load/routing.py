"""Routing measured: the engine against the plain oracle in one process, and request units by how many wait."""

import time
from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from switchboard.kit import model
from switchboard.routing import bootstrap
from switchboard.routing.matching import Pool, match
from switchboard.routing.matching.line import Line
from switchboard.routing.models import Interaction
from switchboard.routing.places import place_of

from local.cloud import LocalCloud
from tests.integration.routing.conftest import Centre
from tests.unit.routing import oracle
from tests.unit.routing.instances import MEASURED, NOW, UTILIZATION, instance, one_medium

WAITING, AGENTS = 5_000, 1_500
ROUTED = 4
"""How many are routed when an agent comes back: what one has room for."""


@dataclass(frozen=True)
class Speed:
    """`ratio`: the oracle's time over the engine's. `operations` on bitmaps per waiting item, `builds` of bitmaps among them."""

    ratio: float
    operations: float
    same: bool


@dataclass(frozen=True)
class Cost:
    """Per routed interaction, of the assign step."""

    calls: float
    writes: float
    reads: float


def speed(*, every_feature: bool = False) -> Speed:
    """One queue of one medium with rings, levels, preferred agents and capacity; or three with everything there is."""
    case = (instance if every_feature else one_medium)(1, WAITING, AGENTS)
    times = []
    for _ in range(3):
        begun = time.process_time()
        pool = Pool(case.agents, UTILIZATION)
        made = match(*case, UTILIZATION, NOW, MEASURED, pool=pool)
        times.append(time.process_time() - begun)
    begun = time.process_time()
    wanted = oracle.match(*case, UTILIZATION, NOW, MEASURED)
    plain = time.process_time() - begun
    same = [(each.conversation_id, each.decision.user_id) for each in made] == [each[:2] for each in wanted]
    return Speed(plain / min(times), (pool.operations + pool.builds) / WAITING, same)


def looks_for_one_agent(waiting: int) -> int:
    """How many lines of what waits are looked at when one agent becomes free: one for each different need."""
    case = one_medium(2, waiting, 50)
    line = Line(case.waiting, case.rules, UTILIZATION, NOW)
    agent = next(each for each in case.agents if each.on_duty and each.joined("queue0") and len(each.slots) < 2)
    line.looks = 0
    line.next_for(agent)
    return line.looks


def cost(waiting: int) -> Cost:
    """An agent comes back while so many wait in the queue, and is given the first of them."""
    with LocalCloud() as cloud:
        centre = Centre(cloud)
        queue = centre.queue(mediaSettings={"message": {"alertingTimeoutSeconds": 600}})
        agent = centre.agent(queue, on_queue=False)
        for _ in range(ROUTED):
            centre.start(queue)
        with cloud.as_function("routing-assign"):
            table = bootstrap.table()
            table.put_all([_waiting(queue, number, centre.now()) for number in range(waiting - ROUTED)])
        cloud.calls.clear()
        centre.say(agent, "IDLE")
        totals: Counter[str] = Counter()
        for each in cloud.calls.entities():
            if each["function"].endswith("routing-assign"):
                totals["calls"] += each["count"]
                totals["writes"] += each["writeUnits"]
                totals["reads"] += each["readUnits"]
        return Cost(totals["calls"] / ROUTED, totals["writes"] / ROUTED, totals["reads"] / ROUTED)


def _waiting(queue: str, number: int, now: int) -> dict[str, str]:
    """One who came later than those who are routed."""
    interaction = Interaction(
        conversation_id=str(UUID(int=number)),
        participant_id=str(UUID(int=number)),
        queue_id=queue,
        queued_at=now + 1 + number,
        entered_at=now + 1 + number,
        aging_ms=60_000,
    )
    return {"PK": f"WAIT#{queue}", "SK": place_of(interaction), "doc": model.dump(interaction)}
