"""Whatever customers, agents, routing and timers do to a conversation, in whatever order, it stays a possible one, and routing
knows exactly when it waits."""

from collections.abc import Callable

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from msgspec.structs import replace
from switchboard.conversations import calling_back, due, events, transferring, transitions, wrapping_up
from switchboard.conversations.due import Due
from switchboard.conversations.errors import StateConflictError
from switchboard.conversations.models import Callback, Conversation, Participant, Purpose, Segment, WrapUp
from switchboard.conversations.transitions import AgentTarget, QueueTarget

from tests.unit.conversations.making import ANA, BEN, NOON, SALES, SUPPORT, new_conversation

QUEUES = st.sampled_from([SUPPORT, SALES])
USERS = st.sampled_from([ANA, BEN])
PROMPTS = st.sampled_from(["optional", "mandatory", "agentRequested", "timeout", "forcedTimeout"])
PICK = st.integers(0, 50)


class ConversationLife(RuleBasedStateMachine):
    """`conversation` is the stored document, `queued` is where routing believes it waits, by the commands it was told."""

    conversation: Conversation
    queued: set[str]
    timers: set[Due]
    now: int

    @initialize(queue_id=QUEUES)
    def customer_writes(self, queue_id: str) -> None:
        self.now = NOON
        self.conversation = transitions.enqueue(new_conversation(), QueueTarget(queue_id), NOON)
        self.queued, self.timers = set(), set()
        self.hear(None, self.conversation)

    # -- what happens

    @rule(milliseconds=st.integers(0, 600_000))
    def time_passes(self, milliseconds: int) -> None:
        self.now += milliseconds

    @rule(user_id=USERS, queue_id=QUEUES, prompt=PROMPTS, auto=st.booleans())
    def routing_chooses(self, user_id: str, queue_id: str, prompt: str, auto: bool) -> None:
        """Routing takes what it believes to wait out of the queue, then alerts; the conversation may have gone on meanwhile."""
        self.queued.discard(queue_id)
        target = AgentTarget(
            user_id, queue_id=queue_id, wrapup_prompt=prompt, wrapup_timeout_ms=60_000, auto_answer=auto
        )
        offered = transitions.alert(self.conversation, target, self.now)
        if offered is None:
            assert not self.waits_in(queue_id)
            return
        new, agent = offered
        assert (agent.user_id, agent.active) == (user_id, True)
        assert agent.state == "alerting" or auto
        self.save(new)

    @rule(pick=PICK)
    def agent_answers(self, pick: int) -> None:
        self.attempt("agent", pick, lambda each: transitions.answer(self.conversation, each, self.now))

    @rule(pick=PICK, how=st.sampled_from(["transfer.noanswer", "client"]))
    def alert_ends(self, pick: int, how: str) -> None:
        self.attempt("agent", pick, lambda each: transitions.no_answer(self.conversation, each, self.now, how))

    @rule(pick=PICK, held=st.booleans())
    def agent_holds(self, pick: int, held: bool) -> None:
        self.attempt("agent", pick, lambda each: transitions.hold(self.conversation, each, held, self.now))

    @rule(pick=PICK)
    def agent_leaves(self, pick: int) -> None:
        """Declining an alert is another transition; the service tells them apart."""
        self.attempt("agent", pick, self.leave)

    @rule(pick=PICK)
    def agent_wraps_up(self, pick: int) -> None:
        given = WrapUp(code="code")
        self.attempt("agent", pick, lambda each: wrapping_up.wrap_up(self.conversation, each, given, self.now))

    @rule(pick=PICK, wanted=st.booleans())
    def agent_asks_for_after_call_work(self, pick: int, wanted: bool) -> None:
        self.attempt("agent", pick, lambda each: wrapping_up.request(self.conversation, each, wanted))

    @rule(pick=PICK, after=st.sampled_from([0, 60_000]))
    def agent_parks(self, pick: int, after: int) -> None:
        until = self.now + after if after else 0
        self.attempt("agent", pick, lambda each: transitions.park(self.conversation, each, until, self.now))

    @rule(pick=PICK, after=st.integers(1, 120_000), purpose=st.sampled_from(["agent", "acd"]))
    def it_is_put_off(self, pick: int, after: int, purpose: Purpose) -> None:
        until = self.now + after
        self.attempt(purpose, pick, lambda each: calling_back.put_off(self.conversation, each, until, self.now))

    @rule(queue_id=QUEUES, after=st.sampled_from([0, 60_000]))
    def customer_wants_to_be_called(self, queue_id: str, after: int) -> None:
        callback = Callback(numbers=["+15551234567"], scheduled_at=self.now + after if after else 0)
        try:
            self.save(calling_back.instead(self.conversation, callback, QueueTarget(queue_id), self.now))
        except StateConflictError:
            return

    @precondition(lambda self: self.timers)
    @rule(pick=PICK)
    def a_timer_fires(self, pick: int) -> None:
        """Any that was ever set, in any order, again and again; never early."""
        fired = sorted(self.timers, key=lambda each: (each.at, each.kind, each.participant_id))
        what = fired[pick % len(fired)]
        self.now = max(self.now, what.at)
        self.save(due.happen(self.conversation, what, self.now))
        assert what not in due.of(self.conversation)

    @rule(pick=PICK)
    def agent_skips_wrap_up(self, pick: int) -> None:
        self.attempt("agent", pick, lambda each: wrapping_up.skip(self.conversation, each, self.now))

    @rule(pick=PICK, queue_id=QUEUES, purpose=st.sampled_from(["agent", "acd"]))
    def somebody_transfers(self, pick: int, queue_id: str, purpose: Purpose) -> None:
        target = QueueTarget(queue_id)
        self.attempt(purpose, pick, lambda each: transferring.transfer(self.conversation, each, target, self.now))

    @rule(user_id=USERS)
    def supervisor_assigns(self, user_id: str) -> None:
        try:
            self.save(transitions.direct_to(self.conversation, user_id))
        except StateConflictError:
            assert transitions.waiting(self.conversation) is None

    @rule(how=st.sampled_from(["client", "inactivity"]))
    def it_is_ended(self, how: str) -> None:
        self.save(transitions.disconnect(self.conversation, self.now, how))
        assert self.conversation.end

    @precondition(lambda self: not self.conversation.engaged)
    @rule(queue_id=QUEUES)
    def customer_writes_again(self, queue_id: str) -> None:
        parked = transitions.parked(self.conversation)
        if parked is not None:
            self.save(transitions.resume(self.conversation, parked, self.now))
            return
        reopened = transitions.reopen(self.conversation, self.now)
        self.save(transitions.enqueue(reopened, QueueTarget(queue_id), self.now))

    # -- what must hold

    @invariant()
    def at_most_one_queue_and_one_agent(self) -> None:
        assert len(self.active("acd")) <= 1
        assert len(self.active("agent")) <= 1
        identifiers = [each.id for each in self.conversation.participants]
        assert len(identifiers) == len(set(identifiers))

    @invariant()
    def it_has_ended_when_nobody_of_ours_is_left(self) -> None:
        ours = self.active("acd") + self.active("agent")
        assert self.conversation.unfinished == bool(ours)
        assert self.conversation.engaged == any(each.state != "parked" for each in ours)
        assert bool(self.conversation.end) == (not ours)
        assert bool(self.active("customer")) == bool(ours)

    @invariant()
    def an_agent_is_alerted_only_for_what_waits_in_that_queue(self) -> None:
        for agent in self.active("agent"):
            if agent.state == "alerting":
                assert [each.queue_id for each in self.active("acd")] == [agent.queue_id]
            else:
                assert self.active("acd") == []

    @invariant()
    def routing_knows_where_it_waits(self) -> None:
        waiting = transitions.waiting(self.conversation)
        assert self.queued == ({waiting.queue_id} if waiting else set())

    @invariant()
    def a_timer_is_set_for_all_it_waits_for(self) -> None:
        assert due.of(self.conversation) <= self.timers

    @invariant()
    def what_waits_has_not_begun_to_wait_in_the_future(self) -> None:
        for acd in self.active("acd"):
            assert acd.routing is not None
            assert acd.routing.queued_at <= self.now

    @invariant()
    def segments_follow_each_other(self) -> None:
        for participant in self.conversation.participants:
            (communication,) = participant.communications
            # Wrap-up may be noted while the agent still talks, so it overlaps.
            spans = [each for each in communication.segments if each.kind != "wrapup"]
            assert all(each.end for each in spans[:-1])
            assert bool(spans[-1].end) == (not participant.active)
            assert all(earlier.end <= later.start for earlier, later in zip(spans, spans[1:], strict=False))
            assert all(_forward(each) for each in communication.segments)
            assert participant.active == (communication.state != "disconnected")

    # -- means

    def active(self, purpose: Purpose) -> list[Participant]:
        return [each for each in self.conversation.of_purpose(purpose) if each.active]

    def waits_in(self, queue_id: str) -> bool:
        waiting = transitions.waiting(self.conversation)
        return waiting is not None and waiting.queue_id == queue_id

    def leave(self, agent: Participant) -> Conversation:
        if agent.active and agent.state == "alerting":
            return transitions.decline(self.conversation, agent, self.now)
        return transitions.leave(self.conversation, agent, self.now)

    def attempt(self, purpose: Purpose, pick: int, change: Callable[[Participant], Conversation]) -> None:
        """Try it on one of the participants there ever were; a refusal changes nothing."""
        parts = self.conversation.of_purpose(purpose)
        if not parts:
            return
        chosen = parts[pick % len(parts)]
        try:
            new = change(chosen)
        except StateConflictError:
            return
        self.save(new)

    def save(self, new: Conversation) -> None:
        if new == self.conversation:
            return
        old = self.conversation
        self.conversation = replace(new, version=old.version + 1)
        self.hear(old, self.conversation)

    def hear(self, old: Conversation | None, new: Conversation) -> None:
        """What routing does with the commands that follow from the change."""
        self.timers |= {each for _, each in events.of_conversation(old, new).timers}
        for command in events.of_conversation(old, new).acd:
            assert command.group == command.body["queueId"]
            if command.body["command"] == "offer":
                self.queued.add(command.body["queueId"])
            else:
                self.queued.discard(command.body["queueId"])


def _forward(segment: Segment) -> bool:
    return not segment.end or segment.start <= segment.end


TestConversationLife: type = ConversationLife.TestCase
TestConversationLife.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestConversationLife.pytestmark = [pytest.mark.usefixtures("no_sockets")]
