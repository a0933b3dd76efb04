"""Taking: an agent takes up an interaction on their own account (starts one, returns to one that was parked). It uses capacity
like any other, so it is refused where there is none."""

from datetime import timedelta
from functools import partial

from switchboard.kit import clock, timers
from switchboard.routing import agents
from switchboard.routing.models import Agent, Interaction
from switchboard.routing.repository import Repository
from switchboard.routing.service.claiming import DOMAIN, TIMER, about
from switchboard.routing.utilization import has_room

UNUSED_SECONDS = 30
"""After which a slot is given back that was taken for nothing: whoever took it died before the conversation said so."""


class Taking:
    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    def take(self, user_id: str, interaction: Interaction) -> bool:
        """Hold a slot for it; False where the agent has no room. Harmless when repeated.

        One that an earlier part of theirs still has is theirs anew: the event of that part's end, which is on its way, must not
        take it.
        """
        due = clock.now() + timedelta(seconds=UNUSED_SECONDS)
        timers.start(DOMAIN, TIMER, due, about(user_id, interaction, clock.to_ms(due)))
        _, agent = self._repository.change(user_id, partial(self._claimed, interaction, clock.to_ms(due)))
        return interaction.conversation_id in agent.slots

    def _claimed(self, interaction: Interaction, due: int, agent: Agent) -> Agent:
        slot = agent.slots.get(interaction.conversation_id)
        bounds = agent.within(self._repository.utilization())
        if slot.due if slot else not has_room(agent.held, interaction.media, bounds, interaction.label_id):
            return agent
        return agents.claim(agent, interaction, due, clock.now_ms())
