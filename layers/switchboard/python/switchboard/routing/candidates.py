"""The agents whom one command considers, kept true to what was written meanwhile."""

from collections.abc import Iterable, Mapping

from switchboard.conversations.models import Choice
from switchboard.routing.matching import Decision, Pool, decide
from switchboard.routing.matching.decide import holder
from switchboard.routing.matching.stages import Measured
from switchboard.routing.models import Agent, Interaction, QueueRules
from switchboard.routing.utilization import Utilization, has_any_room, has_room


class Candidates:
    def __init__(self, agents: Iterable[Agent], utilization: Utilization) -> None:
        self._agents = {agent.user_id: agent for agent in agents}
        self._utilization = utilization
        self._pool: Pool | None = None

    def __getitem__(self, user_id: str) -> Agent:
        return self._agents[user_id]

    def missing(self, user_ids: Iterable[str]) -> list[str]:
        """Those of the users who are not here."""
        return [user_id for user_id in dict.fromkeys(user_ids) if user_id and user_id not in self._agents]

    def now_is(self, agent: Agent) -> None:
        """The agent as stored now."""
        self._agents[agent.user_id] = agent
        self._pool = None

    def room_of(self, user_id: str, interaction: Interaction) -> int:
        """How many like this one the agent can take."""
        kind = (interaction.media, interaction.label_id)
        agent = self._agents[user_id]
        held, bounds, more = list(agent.held), agent.within(self._utilization), 0
        while has_room(held, interaction.media, bounds, interaction.label_id):
            held.append(kind)
            more += 1
        return more

    def choose(
        self,
        interaction: Interaction,
        rules: QueueRules,
        now: int,
        measured: Measured,
        over: Mapping[str, int] | None = None,
    ) -> Decision | None:
        """`over` (as holder has it): an earlier attempt may have died after it took a slot; whoever holds one for it comes first.
        None: there was no earlier attempt."""
        held = None if over is None else holder(interaction, self._agents.values(), over)
        return held or decide(interaction, self._pool_for(interaction, now), rules, now, measured, explain=True)

    def _pool_for(self, interaction: Interaction, now: int) -> Pool:
        """Without those who have just declined it."""
        if any(until > now for until in interaction.excluded.values()):
            asked = [each for each in self._agents.values() if interaction.excluded.get(each.user_id, 0) <= now]
            return Pool(asked, self._utilization)
        if self._pool is None:
            self._pool = Pool(self._agents.values(), self._utilization)
        return self._pool

    def taken(self, agent: Agent, interaction: Interaction) -> None:
        """The agent, as stored now, has taken the interaction."""
        self._agents[agent.user_id] = agent
        if self._pool is not None:
            self._pool.take(agent, (interaction.media, interaction.label_id))

    @property
    def has_room(self) -> bool:
        """Whether any of them can take one more of anything."""
        everybody = (each for each in self._agents.values() if each.on_duty)
        return any(has_any_room(each.held, each.within(self._utilization)) for each in everybody)


def choice(decision: Decision) -> Choice:
    """The log of why, kept with the agent's part in the conversation."""
    return Choice(
        used_routing=decision.used_routing,
        why=decision.why,
        considered=decision.considered,
        others=decision.others,
        ring=decision.ring,
    )
