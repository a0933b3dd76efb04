"""Claiming: an agent's slot for an interaction, behind the timer that gives it back if nothing comes of it."""

from datetime import timedelta

from switchboard.kit import clock, timers
from switchboard.routing import agents
from switchboard.routing.batch import Batch
from switchboard.routing.models import Agent, Interaction, QueueRules
from switchboard.routing.queue_settings import alerting_seconds
from switchboard.routing.repository import Repository

DOMAIN, TIMER = "routing", "alertTimeout"


class Claiming:
    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    def claim(self, agent: Agent, interaction: Interaction, rules: QueueRules, batch: Batch) -> Agent:
        """The agent with the slot. The timers of what they are expected to be given next are set in the same call: one whose claim
        is never made finds nothing to give back. Raises ChangedMeanwhileError."""
        due = batch.alert_due(agent.user_id, interaction)
        if not due:
            moment = clock.now() + timedelta(seconds=alerting_seconds(rules, interaction.media))
            due, together = clock.to_ms(moment), batch.expected_like(interaction)
            timers.start_all(DOMAIN, TIMER, moment, [about(agent.user_id, each, due) for each in together])
            batch.alerts_are_timed(agent.user_id, [each for each in together if each != interaction], due)
        return self._repository.save(agents.claim(agent, interaction, due, clock.now_ms()))


def about(user_id: str, interaction: Interaction, due: int) -> dict[str, str | int]:
    """What the timer says that gives the slot back (service/alerting.py)."""
    return {
        "conversationId": interaction.conversation_id,
        "userId": user_id,
        "queueId": interaction.queue_id,
        "dueMs": due,
    }
