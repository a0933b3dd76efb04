"""Assigning: a waiting interaction and an available agent come together (CE34 step "ACD routing", CE43).

The timer of the alert is set first, then the slot is claimed, then the conversation alerts the agent. Whatever stops us after any
of these, the timer finds a claim without an alert and gives it back, and the retried command finds its own claim.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import cache
from itertools import chain, islice
from typing import Any

from msgspec.structs import replace

from switchboard.kit import clock, model, timers
from switchboard.kit.errors import NotFoundError
from switchboard.kit.logs import logger, metric
from switchboard.kit.sqs import RetryLaterError
from switchboard.routing import agents as transitions
from switchboard.routing.batch import Batch
from switchboard.routing.candidates import Candidates, choice
from switchboard.routing.matching import Decision
from switchboard.routing.matching.lanes import Lane, open_to
from switchboard.routing.matching.needs import need, qualifies
from switchboard.routing.matching.stages import Measured, stage
from switchboard.routing.models import MOST_PREFERRED, Agent, Interaction, QueueRules
from switchboard.routing.ports import Configuration, Conversations
from switchboard.routing.queue_settings import alerting_seconds
from switchboard.routing.repository import ChangedMeanwhileError, Repository
from switchboard.routing.service.ageing import WAITING_AT_ONCE, Ageing
from switchboard.routing.service.claiming import Claiming
from switchboard.routing.utilization import has_room

log = logger(__name__)

SETTLED_MS = 30_000
"""Whoever is available for longer has been offered to everything that waited: their `match` commands are long done."""

RECHECK_SECONDS = 15
"""When a queue is looked at again after something began to wait: index and caches have caught up by then."""

ATTEMPTS = 20
CANDIDATES = 25
CANDIDATES_FOR_BEST = 100
"""The platform compares the proficiency of so many (CE43 "Best Available Skills")."""
MEMBERS_AT_ONCE = 500


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
        self._ageing = Ageing(repository, conversations, configuration)
        self._claiming = Claiming(repository)

    def handle(self, command: Mapping[str, Any], batch: Batch, *, again: bool = False) -> None:
        """Carry out a command of acd.fifo. `again`: an earlier attempt at it did not come to its end."""
        match command["command"]:
            case "offer":
                former = model.parse(Interaction, command["former"]) if "former" in command else None
                self.offer(model.parse(Interaction, command), batch, former, again=again)
            case "withdraw":
                self.withdraw(model.parse(Interaction, command), batch)
            case "widen":
                self.widen(command["queueId"], command["place"], batch, again=again)
            case "match":
                if command.get("changed"):
                    self._configuration.forget(command["queueId"])
                    self._ageing.rank_anew(command["queueId"])
                    batch.queue_moved(command["queueId"])
                self.match(command["queueId"], batch, command.get("userId", ""), again=again)
            case unknown:
                raise ValueError(f"unknown command {unknown}")

    def offer(
        self, interaction: Interaction, batch: Batch, former: Interaction | None = None, *, again: bool = False
    ) -> None:
        """Find an agent at once, or let the interaction wait. `former`: it waits already, and asked for that until now."""
        rules = self._rules(interaction.queue_id)
        entered = interaction.entered_at or interaction.queued_at
        flow_id = rules.in_queue_flows.get(interaction.media, "")
        interaction = replace(interaction, aging_ms=rules.aging_ms, entered_at=entered, in_queue_flow=flow_id)
        if former is not None:
            self._stop_waiting(replace(former, aging_ms=rules.aging_ms), batch)
        candidates = self._candidates(interaction, rules, batch)
        decision = self._choose(interaction, candidates, rules, again)
        first = decision is not None and not self._must_wait(interaction, candidates[decision.user_id], batch)
        if first and self._assign(interaction, candidates, rules, batch, again=again):
            if again or interaction.direct_agent:
                # It may have begun to wait before: on the attempt that failed, or until a supervisor gave it to somebody.
                self._stop_waiting(interaction, batch)
            return
        if self._ageing.send_on(interaction, rules):
            return
        self._repository.places.take(interaction)
        batch.queue_moved(interaction.queue_id)
        self._ageing.tell_if_long(interaction, rules)
        due = clock.now() + timedelta(seconds=RECHECK_SECONDS)
        timers.start("routing", "recheck", due, {"queueId": interaction.queue_id})
        self._ageing.await_change(interaction, rules)
        if decision is not None:
            self.match(interaction.queue_id, batch, again=again)

    def widen(self, queue_id: str, place: str, batch: Batch, *, again: bool = False) -> None:
        """What waits at that place asks for less by its age; or has waited so long that supervisors are told, or that another
        queue takes it. Whoever it may have now was of no use to those before it."""
        interaction = self._repository.places.at(queue_id, place)
        if interaction is None:
            return
        rules = self._rules(queue_id)
        if self._ageing.send_on(interaction, rules):
            return
        self._ageing.tell_if_long(interaction, rules)
        candidates = self._candidates(interaction, rules, batch)
        decision = self._choose(interaction, candidates, rules, again)
        first = decision is not None and not self._must_wait(interaction, candidates[decision.user_id], batch)
        if first and self._assign(interaction, candidates, rules, batch, again=again):
            self._stop_waiting(interaction, batch)
            return
        self._ageing.await_change(interaction, rules)

    def withdraw(self, interaction: Interaction, batch: Batch) -> None:
        """That wait is over. Another of the same conversation keeps its place, however late this comes."""
        if not self._leave(interaction, batch):
            # It stands where the queue's rules put it, which may have changed since they were read.
            self._configuration.forget(interaction.queue_id)
            self._leave(interaction, batch)

    def _leave(self, place: Interaction, batch: Batch) -> bool:
        rules = self._configuration.queue(place.queue_id) or QueueRules(queue_id=place.queue_id)
        return self._stop_waiting(replace(place, aging_ms=rules.aging_ms), batch)

    def match(self, queue_id: str, batch: Batch, user_id: str = "", *, again: bool = False) -> None:
        """While something waits and somebody is available, bring them together. `user_id` became available just now, which
        the index may not know yet: it is about them alone, whoever else is available has a command of their own."""
        come = cache(lambda: self._repository.agent(user_id)) if user_id else None
        pages = self._repository.places.pages(queue_id, WAITING_AT_ONCE, self._wanted(queue_id, come, again))
        first = next(pages, None)
        if first is None:
            return
        rules = self._rules(queue_id)
        candidates = self._available(queue_id, come() if come else None, rules, batch)
        given: list[Interaction] = []
        try:
            for page in chain([first], pages):
                for number, interaction in enumerate(page):
                    if not again and not candidates.has_room:
                        return
                    self._add_named(candidates, interaction, rules)
                    if user_id:
                        room = candidates.room_of(user_id, interaction)
                        batch.expect(page[number : number + room])
                    if self._assign(interaction, candidates, rules, batch, again=again):
                        given.append(interaction)
        finally:
            # They still stand in their places if we die before this: the retried command finds their agents.
            self._repository.places.leave_all(given)
            batch.queue_moved(queue_id)

    def _wanted(self, queue_id: str, come: Callable[[], Agent] | None, again: bool) -> Callable[[Lane], bool] | None:
        """The lanes in which there may be something for who has become available; all on another attempt, which must find what the
        one before gave."""
        if come is None or again:
            return None

        def wanted(lane: Lane) -> bool:
            return open_to(come(), lane, self._rules(queue_id), self._configuration.utilization())

        return wanted

    def _available(self, queue_id: str, agent: Agent | None, rules: QueueRules, batch: Batch) -> Candidates:
        """The agent who has become available, or (None) all who are."""
        everybody = batch.available(queue_id, rules.groups) if agent is None else ()
        candidates = Candidates(islice(everybody, MEMBERS_AT_ONCE), self._configuration.utilization())
        if agent is not None:
            candidates.now_is(agent)
        return candidates

    def _assign(
        self, interaction: Interaction, candidates: Candidates, rules: QueueRules, batch: Batch, *, again: bool
    ) -> bool:
        """True: an agent is alerted, or the interaction needs none any more. False: nobody can take it."""
        for _ in range(ATTEMPTS):
            decision = self._choose(interaction, candidates, rules, again)
            if decision is None:
                return False
            agent = candidates[decision.user_id]
            if interaction.conversation_id not in agent.slots:
                try:
                    agent = self._claiming.claim(agent, interaction, rules, batch)
                except ChangedMeanwhileError as changed:
                    candidates.now_is(changed.stored)
                    batch.now_is(changed.stored)
                    continue
                candidates.taken(agent, interaction)
                batch.now_is(agent)
            self._alert(interaction, agent, decision, rules, batch)
            return True
        raise RetryLaterError(1, "the agents are being claimed by others")

    def _alert(
        self, interaction: Interaction, agent: Agent, decision: Decision, rules: QueueRules, batch: Batch
    ) -> None:
        participant = self._conversations.alert_agent(
            interaction.conversation_id,
            queue_id=interaction.queue_id,
            user_id=agent.user_id,
            user_name=agent.name,
            timeout_ms=alerting_seconds(rules, interaction.media) * 1000,
            choice=choice(decision),
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

    def _candidates(self, interaction: Interaction, rules: QueueRules, batch: Batch) -> Candidates:
        """Those whom the interaction may have now, as far as they are worth comparing, and those whom it names."""
        utilization = self._configuration.utilization()
        wanted = need(interaction, rules, stage(interaction, rules, clock.now_ms(), self._measured(rules)))
        able = (
            agent
            for agent in batch.available(interaction.queue_id, rules.groups)
            if interaction.conversation_id in agent.slots
            or (
                has_room(agent.held, interaction.media, agent.within(utilization), interaction.label_id)
                and qualifies(agent, wanted)
            )
        )
        limit = CANDIDATES_FOR_BEST if wanted.best else CANDIDATES
        candidates = Candidates(islice(able, limit), utilization)
        self._add_named(candidates, interaction, rules)
        return candidates

    def _add_named(self, candidates: Candidates, interaction: Interaction, rules: QueueRules) -> None:
        """The agents that the interaction names may be no members, or not among the longest idle."""
        preferred = sorted(interaction.preferred_agents, key=lambda user: -interaction.preferred_agents[user])
        last = interaction.last_agent if rules.last_agent_mode != "Disabled" else ""
        missing = candidates.missing([interaction.direct_agent, last, *preferred[:MOST_PREFERRED]])
        if missing:
            found = self._repository.agents(missing)
            for user_id in missing:
                candidates.now_is(found.get(user_id) or Agent(user_id=user_id))

    def _choose(
        self, interaction: Interaction, candidates: Candidates, rules: QueueRules, again: bool
    ) -> Decision | None:
        over = self._over(interaction.conversation_id) if again else None
        return candidates.choose(interaction, rules, clock.now_ms(), self._measured(rules), over)

    def _over(self, conversation_id: str) -> dict[str, int]:
        """When the latest part began that each agent had in the conversation and has no more."""
        conversation = self._conversations.find(conversation_id)
        parts = conversation.of_purpose("agent") if conversation else []
        return {each.user_id: each.engaged_since for each in parts if not each.active}

    def _measured(self, rules: QueueRules) -> Measured:
        return self._configuration.measured(rules) if rules.conditional else {}

    def _must_wait(self, interaction: Interaction, agent: Agent, batch: Batch) -> bool:
        """Whether the agent is owed to somebody whose turn comes first: only one who became available just now can be."""
        fresh = agent.renewed_at > clock.now_ms() - SETTLED_MS
        return fresh and batch.better_placed(interaction)

    def _stop_waiting(self, interaction: Interaction, batch: Batch) -> bool:
        batch.queue_moved(interaction.queue_id)
        return self._repository.places.leave(interaction)

    def _rules(self, queue_id: str) -> QueueRules:
        rules = self._configuration.queue(queue_id)
        if rules is None:
            raise NotFoundError("queue", queue_id)
        return rules
