"""Conferences while something else happens to the conversation: whatever the order, nobody is left alone in one that is over."""

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any

import pytest
from switchboard.conversations import api as conversations
from switchboard.conversations import console
from switchboard.conversations.errors import StateConflictError
from switchboard.conversations.models import Conversation, Participant
from switchboard.kit.callers import Caller
from switchboard.kit.entities import HOME_DIVISION
from switchboard.kit.errors import MissingPermissionError

from functions.conversations.api import access
from tests.load.replay import Replay

_customers = itertools.count(8000)
Step = Callable[[], None]


class Line:
    """A customer with whom an agent talks; `ben` is another user."""

    def __init__(self, replay: Replay) -> None:
        self._replay = replay
        customer = next(_customers)
        replay.webhook(customer, f"wamid.conference.{customer}", replay.seconds())
        replay.cloud.settle()
        self.id = str(replay.pushed[-1]["eventBody"]["id"])
        replay.answer_everything()
        (self.agent,) = self.now().of_purpose("agent")
        self.ben = next(each for each in replay.users().values() if each != self.agent.user_id)

    def now(self) -> Conversation:
        return self.do(lambda: conversations.get(self.id))

    def do(self, step: Callable[[], Any]) -> Any:
        with self._replay.cloud.acting(), self._replay.cloud.as_function("conversations-api"):
            return step()

    def at_once(self, *steps: Callable[[], Any]) -> list[BaseException | None]:
        """What each of them raised."""
        with ThreadPoolExecutor(len(steps)) as pool:
            started = [pool.submit(copy_context().run, self.do, step) for step in steps]
            found = [each.exception() for each in started]
        self._replay.cloud.settle()
        assert self._replay.cloud.dead_letters() == []
        return found

    def join(self, meanwhile: Step | None = None, check: Callable[[Conversation], None] | None = None) -> None:
        """Ben joins; `meanwhile` happens once, between his first read and his write."""
        due = [meanwhile] if meanwhile else []

        def checked(conversation: Conversation) -> None:
            if check:
                check(conversation)
            while due:
                due.pop()()

        console.join(self.id, self.ben, "Ben", checked)

    def leave(self, participant: Participant) -> None:
        console.set_state(self.id, participant.id, "disconnected")

    def present(self) -> list[tuple[str, str]]:
        return [(each.purpose, each.user_id) for each in self.now().participants if each.active and each.user_id]

    def end(self) -> None:
        self.do(lambda: console.disconnect(self.id))
        self.do(lambda: console.skip_wrap_up(self.id, self.agent.id))
        self._replay.cloud.settle()
        self._replay.pushed.clear()
        assert self.present() == []


@pytest.fixture
def line(replay: Replay) -> Line:
    return Line(replay)


@pytest.mark.parametrize("what", ["parked", "left", "disconnected"])
def test_what_ends_or_is_put_aside_while_somebody_joins_is_not_joined(line: Line, what: str) -> None:
    def meanwhile() -> None:
        if what == "parked":
            console.park(line.id, line.agent.id)
        elif what == "left":
            line.leave(line.agent)
        else:
            console.disconnect(line.id)

    with pytest.raises(StateConflictError):
        line.do(lambda: line.join(meanwhile))
    assert ("user", line.ben) not in line.present()
    line.end()


def test_an_invitation_that_is_withdrawn_at_the_same_moment_lets_nobody_in(line: Line) -> None:
    asked = line.do(lambda: console.consult(line.id, line.agent.id, line.ben, "Ben"))
    line.do(lambda: console.set_state(line.id, asked.id, "connected"))
    caller = Caller("client", line.ben)
    with pytest.raises(MissingPermissionError):
        line.do(lambda: line.join(lambda: line.leave(asked), lambda each: access.may_join(caller, each)))
    assert line.present() == [("agent", line.agent.user_id)]
    line.end()


def test_the_permission_counts_in_the_conversations_divisions(line: Line) -> None:
    access.may_join(Caller("client", line.ben, grants={access.BARGE: frozenset({HOME_DIVISION})}), line.now())
    elsewhere = Caller("client", line.ben, grants={access.BARGE: frozenset({"elsewhere"})})
    with pytest.raises(MissingPermissionError):
        access.may_join(elsewhere, line.now())
    line.end()


def test_joined_and_disconnected_at_once_it_is_over(line: Line) -> None:
    refused, ended = line.at_once(line.join, lambda: console.disconnect(line.id))
    assert refused is None or isinstance(refused, StateConflictError)
    assert ended is None and line.present() == [] and line.now().end
    line.end()


def test_the_same_user_joins_twice_at_once(line: Line) -> None:
    assert line.at_once(line.join, line.join) == [None, None]
    assert line.present() == [("agent", line.agent.user_id), ("user", line.ben)]
    line.end()


def test_when_both_leave_at_once_it_is_over(line: Line) -> None:
    line.do(line.join)
    joined = line.now().participants[-1]
    left = line.at_once(lambda: line.leave(line.agent), lambda: line.leave(joined))
    assert left == [None, None]
    over = line.now()
    assert over.end and not over.engaged and all(each.end for each in over.participants)
    line.end()


def test_who_joined_and_answers_while_they_leave_is_its_agent_alone(line: Line) -> None:
    line.do(line.join)
    joined = line.now().participants[-1]
    queue = line.agent.queue_id
    target = console.QueueTarget(queue, direct_agent=line.ben)
    line.at_once(lambda: console.transfer(line.id, line.agent.id, target))
    ringing = [each for each in line.now().of_purpose("agent") if each.user_id == line.ben]
    assert [each.state for each in ringing] == ["alerting"]
    answer = lambda: console.set_state(line.id, ringing[0].id, "connected")  # noqa: E731
    assert line.at_once(answer, lambda: line.leave(joined)) == [None, None]
    assert line.present() == [("agent", line.ben)]
    line.end()
