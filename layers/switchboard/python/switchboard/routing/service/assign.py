"""Assigning: a waiting interaction and an available agent come together (CE34 step "ACD routing", CE43).

The timer of the alert is set first, then the slot is claimed, then the conversation alerts the agent. Whatever stops us after any
of these, the timer finds a claim without an alert and gives it back, and the retried command finds its own claim.
"""

from collections.abc import Mapping
from datetime import timedelta
from itertools import islice
from typing import Any

from switchboard.kit import clock, model, timers
from switchboard.kit.errors import NotFoundError
from switchboard.kit.logs import logger, metric
from switchboard.kit.sqs import RetryLaterError
from switchboard.routing import agents as transitions
from switchboard.routing.batch import Batch
from switchboard.routing.matching import Decision, can_take, choose, qualifies
from switchboard.routing.models import Agent, Interaction, QueueRules
from switchboard.routing.ports import Configuration, Conversations
from switchboard.routing.queue_settings import alerting_seconds
from switchboard.routing.repository import ChangedMeanwhileError, Repository
from switchboard.routing.utilization import has_any_room

log = logger(__name__)

SETTLED_MS = 30_000
"""Whoever is available for longer has been offered to everything that waited: their `match` commands are long done."""

RECHECK_SECONDS = 15
"""When a queue is looked at again after something began to wait: index and caches have caught up by then."""

ATTEMPTS = 20
CANDIDATES = 25
MEMBERS_AT_ONCE = 500
WAITING_AT_ONCE = 1000


class Assigning:
    def __init__(
        self,
        repository: Repository,
        conversations: Conversations,
        configuration: Configuration,
    ) -> None:
        self._repository = repository
        self._conversations = conversations
        self._configuration = configuration

    def handle(self, command: Mapping[str, Any], batch: Batch, *, again: bool = False) -> None:
        """Carry out a command of acd.fifo. `again`: an earlier attempt at it did not come to its end."""
        match command["command"]:
            case "offer":
                self.offer(model.parse(Interaction, command), batch, again=again)
            case "withdraw":
                self.withdraw(command["conversationId"], command["queueId"], batch)
            case "match":
                if command.get("changed"):
                    self._configuration.forget(command["queueId"])
                self.match(command["queueId"], batch, command.get("userId", ""), again=again)
            case unknown:
                raise ValueError(f"unknown command {unknown}")

    def offer(self, interaction: Interaction, batch: Batch, *, again: bool = False) -> None:
        """Find an agent at once, or let the interaction wait."""
        rules = self._rules(interaction.queue_id)
        candidates = self._candidates(interaction, rules, batch)
        decision = self._choose(interaction, candidates, rules, again)
        first = decision is not None and not self._must_wait(interaction, candidates[decision.user_id], batch)
        if first and self._assign(interaction, candidates, rules, batch, again=again):
            if again or interaction.direct_agent:
                # It may have begun to wait before: on the attempt that failed, or until a supervisor gave it to somebody.
                self._stop_waiting(interaction, batch)
            return
        self._repository.wait(interaction)
        batch.queue_moved(interaction.queue_id)
        due = clock.now() + timedelta(seconds=RECHECK_SECONDS)
        timers.start("routing", "recheck", due, {"queueId": interaction.queue_id})
        if decision is not None:
            self.match(interaction.queue_id, batch, again=again)

    def withdraw(self, conversation_id: str, queue_id: str, batch: Batch) -> None:
        """The conversation does not wait in that queue any more."""
        conversation = self._conversations.find(conversation_id)
        for participant in conversation.of_purpose("acd") if conversation else []:
            if participant.queue_id == queue_id and participant.routing:
                place = Interaction(
                    conversation_id=conversation_id,
                    participant_id=participant.id,
                    queue_id=queue_id,
                    priority=participant.routing.priority,
                    queued_at=participant.routing.queued_at,
                )
                self._stop_waiting(place, batch)

    def match(self, queue_id: str, batch: Batch, user_id: str = "", *, again: bool = False) -> None:
        """While something waits and somebody is available, bring them together. `user_id` became available just now, which
        the index may not know yet."""
        rules: QueueRules | None = None
        candidates: dict[str, Agent] = {}
        for interaction in islice(self._repository.waiting(queue_id, page=50), WAITING_AT_ONCE):
            if rules is None:
                rules = self._rules(queue_id)
                candidates = {each.user_id: each for each in islice(batch.available(queue_id), MEMBERS_AT_ONCE)}
                if user_id:
                    candidates[user_id] = self._repository.agent(user_id)
            if not again and not any(self._has_room(agent) for agent in candidates.values()):
                return
            self._add_named(candidates, interaction, rules)
            if self._assign(interaction, candidates, rules, batch, again=again):
                self._stop_waiting(interaction, batch)

    def _assign(
        self, interaction: Interaction, candidates: dict[str, Agent], rules: QueueRules, batch: Batch, *, again: bool
    ) -> bool:
        """True: an agent is alerted, or the interaction needs none any more. False: nobody can take it."""
        for _ in range(ATTEMPTS):
            decision = self._choose(interaction, candidates, rules, again)
            if decision is None:
                return False
            agent = candidates[decision.user_id]
            if interaction.conversation_id not in agent.slots:
                try:
                    agent = self._claim(agent, interaction, rules)
                except ChangedMeanwhileError as changed:
                    candidates[agent.user_id] = changed.stored
                    batch.now_is(changed.stored)
                    continue
                candidates[agent.user_id] = agent
                batch.now_is(agent)
            self._alert(interaction, agent, decision, rules, batch)
            return True
        raise RetryLaterError(1, "the agents are being claimed by others")

    def _claim(self, agent: Agent, interaction: Interaction, rules: QueueRules) -> Agent:
        due = clock.now() + timedelta(seconds=alerting_seconds(rules, interaction.media))
        due_ms = clock.to_ms(due)
        about = {
            "conversationId": interaction.conversation_id,
            "userId": agent.user_id,
            "queueId": interaction.queue_id,
            "dueMs": due_ms,
        }
        timers.start("routing", "alertTimeout", due, about)
        return self._repository.save(transitions.claim(agent, interaction, due_ms, clock.now_ms()))

    def _alert(
        self, interaction: Interaction, agent: Agent, decision: Decision, rules: QueueRules, batch: Batch
    ) -> None:
        participant = self._conversations.alert_agent(
            interaction.conversation_id,
            queue_id=interaction.queue_id,
            user_id=agent.user_id,
            user_name=agent.name,
            timeout_ms=alerting_seconds(rules, interaction.media) * 1000,
            used_routing=decision.used_routing,
            wrapup_prompt=rules.wrapup_prompt,
            wrapup_timeout_ms=rules.wrapup_timeout_ms,
            auto_answer=interaction.media in rules.auto_answer or agent.auto_answer,
            known=batch.conversation(interaction.conversation_id),
        )
        facts = {"conversationId": interaction.conversation_id, "queueId": interaction.queue_id}
        if participant is None:
            batch.now_is(self._give_back(agent.user_id, interaction.conversation_id))
            log.info("no longer waiting", extra=facts)
            return
        log.info(
            "assigned", extra=facts | {"userId": agent.user_id, "why": decision.why, "method": decision.used_routing}
        )
        metric("Assigned", queue=interaction.queue_id)

    def _give_back(self, user_id: str, conversation_id: str) -> Agent:
        now = clock.now_ms()
        _, agent = self._repository.change(user_id, lambda agent: transitions.give_back(agent, conversation_id, now))
        # For that moment they were missing to the other queues they have joined.
        timers.start("routing", "available", clock.now(), {"userId": user_id})
        return agent

    def _candidates(self, interaction: Interaction, rules: QueueRules, batch: Batch) -> dict[str, Agent]:
        utilization = self._configuration.utilization()
        members = (
            agent
            for agent in batch.available(interaction.queue_id)
            if interaction.conversation_id in agent.slots
            or (can_take(agent, interaction, utilization) and qualifies(agent, interaction, rules))
        )
        candidates = {agent.user_id: agent for agent in islice(members, CANDIDATES)}
        self._add_named(candidates, interaction, rules)
        return candidates

    def _add_named(self, candidates: dict[str, Agent], interaction: Interaction, rules: QueueRules) -> None:
        """The agents that the interaction names may be no members, or not among the longest idle."""
        named = [interaction.direct_agent, interaction.last_agent if rules.last_agent_mode != "Disabled" else ""]
        for user_id in named:
            if user_id and user_id not in candidates:
                candidates[user_id] = self._repository.agent(user_id)

    def _choose(
        self, interaction: Interaction, candidates: Mapping[str, Agent], rules: QueueRules, again: bool
    ) -> Decision | None:
        now = clock.now_ms()
        asked = [each for each in candidates.values() if interaction.excluded.get(each.user_id, 0) <= now]
        return choose(interaction, asked, rules, self._configuration.utilization(), resume=again)

    def _must_wait(self, interaction: Interaction, agent: Agent, batch: Batch) -> bool:
        """Whether the agent is owed to somebody whose turn comes first: only one who became available just now can be."""
        fresh = agent.renewed_at > clock.now_ms() - SETTLED_MS
        return fresh and batch.better_placed(interaction)

    def _stop_waiting(self, interaction: Interaction, batch: Batch) -> None:
        self._repository.stop_waiting(interaction)
        batch.queue_moved(interaction.queue_id)

    def _has_room(self, agent: Agent) -> bool:
        return agent.on_duty and has_any_room(agent.media, self._configuration.utilization())

    def _rules(self, queue_id: str) -> QueueRules:
        rules = self._configuration.queue(queue_id)
        if rules is None:
            raise NotFoundError("queue", queue_id)
        return rules
