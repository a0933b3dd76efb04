"""`make simulate`: an M/M/c queue through the matcher in virtual time, against Erlang C.

Poisson arrivals, exponential handling times, c agents who take one interaction each, first come first served: theory knows the
share that waits and the mean wait (Erlang 1917), so an engine that loses, reorders or delays anything shows here. The error of a
simulated mean is estimated from batches of one run, whose means are nearly independent.
"""

import heapq
import math
import random
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace
from switchboard.routing.matching import Pool, decide
from switchboard.routing.matching.line import Line
from switchboard.routing.models import Agent, Interaction, Membership, QueueRules, Slot
from switchboard.routing.utilization import Capacity

QUEUE = "queue"
RULES = QueueRules(queue_id=QUEUE)
ONE_EACH = {"message": Capacity(maximum_capacity=1)}
AGENTS, HANDLING_SECONDS, CUSTOMERS, BATCHES = 10, 180.0, 100_000, 20
LOADS = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9)
Serve = Callable[[Agent, Interaction, float], None]
PLOT = Path(__file__).parents[2] / "docs" / "erlang-c.svg"


@dataclass(frozen=True)
class Point:
    """Seconds: the wait that theory says and the one simulated, with the error of its mean (one standard deviation)."""

    load: float
    theory: float
    simulated: float
    error: float

    @property
    def deviations(self) -> float:
        return abs(self.simulated - self.theory) / self.error


def erlang_c_wait(agents: int, load: float, handling: float) -> float:
    """The mean wait in seconds of M/M/c at this load of each agent."""
    offered = agents * load
    blocked = 1.0
    for each in range(1, agents + 1):
        blocked = offered * blocked / (each + offered * blocked)
    waits = blocked / (1 - load * (1 - blocked))
    return waits * handling / (agents * (1 - load))


def simulate(load: float, seed: int, customers: int = CUSTOMERS) -> Point:
    """Each event moves the clock: somebody comes and is decided on, or an agent is done and takes who is next in the line."""
    chance = random.Random(seed)
    agents = {
        f"agent{number}": Agent(user_id=f"agent{number}", on_queue=True, queues={QUEUE: Membership()})
        for number in range(AGENTS)
    }
    line = Line([], {QUEUE: RULES}, ONE_EACH, now=0)
    done: list[tuple[float, str]] = []
    came: dict[str, float] = {}
    waits: dict[str, float] = {}

    def serve(agent: Agent, interaction: Interaction, now: float) -> None:
        slots = {interaction.conversation_id: Slot(media="message", since=0)}
        agents[agent.user_id] = replace(agent, slots=slots)
        waits[interaction.conversation_id] = now - came[interaction.conversation_id]
        heapq.heappush(done, (now + chance.expovariate(1 / HANDLING_SECONDS), agent.user_id))

    now = 0.0
    for number in range(customers):
        now += chance.expovariate(AGENTS * load / HANDLING_SECONDS)
        while done and done[0][0] <= now:
            _finish(agents, line, heapq.heappop(done), serve)
        interaction = Interaction(
            conversation_id=f"{number:07d}", participant_id="acd", queue_id=QUEUE, queued_at=int(now * 1000)
        )
        came[interaction.conversation_id] = now
        free = [each for each in agents.values() if not each.slots]
        decision = decide(interaction, Pool(free, ONE_EACH), RULES, 0, {}) if free else None
        if decision is None:
            line.add(interaction)
        else:
            serve(agents[decision.user_id], interaction, now)
    while done:
        _finish(agents, line, heapq.heappop(done), serve)
    return _point(load, [waits[each] for each in sorted(waits)])


def _finish(agents: dict[str, Agent], line: Line, event: tuple[float, str], serve: Serve) -> None:
    at, user_id = event
    agents[user_id] = replace(agents[user_id], slots={}, idle_since=int(at * 1000))
    following = line.next_for(agents[user_id])
    if following is not None:
        line.remove(following)
        serve(agents[user_id], following, at)


def _point(load: float, waits: list[float]) -> Point:
    settled = waits[len(waits) // 10 :]  # the centre starts empty
    size = len(settled) // BATCHES
    means = [statistics.fmean(settled[start : start + size]) for start in range(0, size * BATCHES, size)]
    error = statistics.stdev(means) / math.sqrt(BATCHES)
    return Point(load, erlang_c_wait(AGENTS, load, HANDLING_SECONDS), statistics.fmean(settled), error)


def plot(points: list[Point]) -> str:
    """An SVG of theory (line) and simulation (dots, with two standard deviations): written by hand, it needs no library."""
    width, height, margin = 560, 340, 50
    top = max(max(each.theory, each.simulated + 2 * each.error) for each in points) * 1.1

    def x(load: float) -> float:
        return margin + (load - LOADS[0]) / (LOADS[-1] - LOADS[0]) * (width - 2 * margin)

    def y(seconds: float) -> float:
        return height - margin - seconds / top * (height - 2 * margin)

    steps = [LOADS[0] + number / 100 * (LOADS[-1] - LOADS[0]) for number in range(101)]
    curve = " ".join(f"{x(each):.1f},{y(erlang_c_wait(AGENTS, each, HANDLING_SECONDS)):.1f}" for each in steps)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">',
        f'<rect width="{width}" height="{height}" fill="white"/>',
        f'<polyline points="{curve}" fill="none" stroke="#0972d3" stroke-width="2"/>',
        f'<path d="M{margin} {margin}V{height - margin}H{width - margin}" fill="none" stroke="#414d5c"/>',
        f'<text x="{width / 2}" y="{height - 12}" text-anchor="middle">load of each of {AGENTS} agents</text>',
        f'<text x="{margin}" y="{margin - 14}">mean wait in seconds: Erlang C (line), the matcher (dots, ± 2 s.d.)</text>',
    ]
    for each in points:
        at, low, high = x(each.load), y(each.simulated - 2 * each.error), y(each.simulated + 2 * each.error)
        parts.append(f'<path d="M{at:.1f} {low:.1f}V{high:.1f}" stroke="#d13212"/>')
        parts.append(f'<circle cx="{at:.1f}" cy="{y(each.simulated):.1f}" r="4" fill="#d13212"/>')
        parts.append(f'<text x="{at:.1f}" y="{height - margin + 16}" text-anchor="middle">{each.load:g}</text>')
    for number in range(1, 5):
        seconds = top * number / 4.4
        parts.append(f'<text x="{margin - 6}" y="{y(seconds) + 4:.1f}" text-anchor="end">{seconds:.0f}</text>')
    return "\n".join([*parts, "</svg>", ""])


def main() -> None:
    points = [simulate(load, seed=number) for number, load in enumerate(LOADS, 1)]
    print(f"M/M/{AGENTS}, {HANDLING_SECONDS:g} s of handling, {CUSTOMERS:,} customers: mean wait in seconds")
    print("   load   Erlang C   matcher   standard error   deviations")
    for each in points:
        print(f"  {each.load:5g} {each.theory:10.2f} {each.simulated:9.2f} {each.error:16.2f} {each.deviations:12.1f}")
    PLOT.write_text(plot(points))
    print(f"  plotted in {PLOT.relative_to(PLOT.parents[1])}")


if __name__ == "__main__":
    main()
