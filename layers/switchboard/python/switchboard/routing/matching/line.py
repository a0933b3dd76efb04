"""What waits, kept so that one agent who becomes free finds the next at the cost of how many *different needs* wait, not how many.

Interactions of the same need are one line in the order of their turn, of which only the head is looked at; interactions that name
agents stand in these agents' own lines too.
"""

from collections.abc import Iterable, Iterator, Mapping
from heapq import heappop, heappush

from switchboard.routing.matching.needs import OUTERMOST_RING, Need, need, qualifies
from switchboard.routing.matching.stages import Measured, stage
from switchboard.routing.models import Agent, Interaction, QueueRules
from switchboard.routing.utilization import Held, Utilization, has_room

Heap = list[tuple[str, Interaction]]


class Line:
    """What waits as of `now`: steps that are reached later need another. `looks` counts the lines looked at."""

    def __init__(
        self,
        waiting: Iterable[Interaction],
        rules: Mapping[str, QueueRules],
        utilization: Utilization,
        now: int,
        measured: Measured | None = None,
    ) -> None:
        self.looks = 0
        self._rules = rules
        self._utilization = utilization
        self._now = now
        self._measured = measured or {}
        self._alike: dict[tuple[Need, Held], Heap] = {}
        self._naming: dict[tuple[str, Need | None, Held], Heap] = {}
        self._named_by: dict[str, list[tuple[str, Need | None, Held]]] = {}
        self._gone: set[str] = set()
        for interaction in waiting:
            self.add(interaction)

    def add(self, interaction: Interaction) -> None:
        self._gone.discard(interaction.conversation_id)
        rules = self._rules[interaction.queue_id]
        step = stage(interaction, rules, self._now, self._measured)
        wanted, media = need(interaction, rules, step), (interaction.media, interaction.label_id)
        entry = (interaction.rank, interaction)
        if step.kind not in ("Direct", "Preferred"):
            heappush(self._alike.setdefault((wanted, media), []), entry)
        for user_id, asked in self._naming_of(interaction, rules, wanted, step.kind, step.threshold):
            key = (user_id, asked, media)
            if key not in self._naming:
                self._named_by.setdefault(user_id, []).append(key)
            heappush(self._naming.setdefault(key, []), entry)

    def remove(self, interaction: Interaction) -> None:
        """It does not wait any more."""
        self._gone.add(interaction.conversation_id)

    def next_for(self, agent: Agent) -> Interaction | None:
        """What the agent, alone available, would be given."""
        if not agent.on_duty:
            return None
        held, bounds = agent.held, agent.within(self._utilization)
        lines: list[Heap] = []
        for key in self._named_by.get(agent.user_id, []):
            _, asked, media = key
            if (asked is None or qualifies(agent, asked)) and has_room(held, media[0], bounds, media[1]):
                lines.append(self._naming[key])
        self.looks += len(self._alike) + len(lines)
        for (wanted, media), line in self._alike.items():
            if line and qualifies(agent, wanted) and has_room(held, media[0], bounds, media[1]):
                lines.append(line)
        heads = [head for head in (self._head(line, agent) for line in lines) if head is not None]
        return min(heads, key=lambda head: head[0])[1] if heads else None

    def _naming_of(
        self, interaction: Interaction, rules: QueueRules, wanted: Need, kind: str, threshold: int | None
    ) -> Iterator[tuple[str, Need | None]]:
        """Users that the interaction names and what they must bring for it; None: nothing."""
        if interaction.direct_agent:
            yield interaction.direct_agent, None
        if kind == "Direct":
            return
        if interaction.last_agent and rules.last_agent_mode == "AnyAgent":
            yield interaction.last_agent, None
        elif interaction.last_agent and rules.last_agent_mode == "QueueMembersOnly":
            members = tuple(rules.member_rings)
            yield interaction.last_agent, Need(interaction.queue_id, (), "", OUTERMOST_RING, members, best=False)
        for user_id, score in interaction.preferred_agents.items():
            if threshold is None or score >= threshold:
                yield user_id, wanted

    def _head(self, line: Heap, agent: Agent) -> tuple[str, Interaction] | None:
        while line and line[0][1].conversation_id in self._gone:
            heappop(line)
        if not line or line[0][1].conversation_id not in agent.slots:
            return line[0] if line else None
        return min((each for each in line if self._takes(each[1], agent)), default=None, key=lambda each: each[0])

    def _takes(self, interaction: Interaction, agent: Agent) -> bool:
        return interaction.conversation_id not in agent.slots and interaction.conversation_id not in self._gone
