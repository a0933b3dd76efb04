"""Conversations as they may go: random histories, every version of each."""

from collections.abc import Callable, Iterator
from itertools import islice
from random import Random
from typing import NamedTuple

from hypothesis import strategies as st
from msgspec.structs import replace
from switchboard.conversations import calling_back, conferring, consulting, due, transferring, transitions, wrapping_up
from switchboard.conversations.errors import StateConflictError
from switchboard.conversations.models import Callback, Conversation, Participant, WrapUp
from switchboard.conversations.transferring import Manner
from switchboard.conversations.transitions import QueueTarget
from switchboard.kit import ids

from tests.unit.conversations.making import ANA, BEN, NOON, SALES, SUPPORT, alerted, new_conversation

PROMPTS = ("optional", "mandatory", "timeout", "forcedTimeout", "agentRequested")
STEPS = ("alert", "answer", "miss", "hold", "resume", "park", "transfer", "leave", "consult", "wrap up", "hang up") + (
    *("hand over", "decline", "put off", "move on", "skip", "write again", "time comes", "join", "joiner leaves"),
)
_ENDS = ("hang up", "leave", "joiner leaves")
_moves = st.lists(st.tuples(st.integers(0, 10_000), st.integers(1, 20_000_000), st.integers(0, 1)), max_size=18)


class Version(NamedTuple):
    """A version of a conversation, and when and by which step it came about."""

    at: int
    step: str
    conversation: Conversation


@st.composite
def told_histories(draw: st.DrawFn, *, callbacks: bool = True, noon: int = NOON) -> list[Version]:
    """The versions of one conversation, the first beginning to wait, or a callback wanted for later, at some time after `noon`."""
    now = noon + draw(st.integers(0, 40_000_000))
    identifier = ids.derived("history", str(draw(st.integers(0, 10_000))))
    target = QueueTarget(SUPPORT, "Support", skill_ids=("french", "chat"))
    prompt = draw(st.sampled_from(PROMPTS))
    if callbacks and draw(st.booleans()):
        wanted = Callback(numbers=["+15551234567"], scheduled_at=draw(st.sampled_from([0, now + 30_000_000])))
        first = calling_back.begin(identifier, wanted, target, now)
    else:
        first = transitions.enqueue(replace(new_conversation(), id=identifier, start=now), target, now)
    versions = [Version(now, "begin", first)]
    for chance, later, choice in draw(_moves):
        now += later
        versions += islice(_nexts(versions[-1].conversation, Random(chance), now, choice, prompt), 1)
    return versions


def _nexts(conversation: Conversation, chance: Random, now: int, choice: int, prompt: str) -> Iterator[Version]:
    """The versions that may come next, in an order of chance; those that end it seldom come first."""
    for step in sorted(STEPS, key=lambda each: chance.random() + (each in _ENDS) / 2):
        try:
            new = _step(conversation, step, now, choice, prompt)
        except StateConflictError:
            continue
        if new is not None and new != conversation:
            yield Version(now, step, replace(new, version=conversation.version + 1))


def histories() -> st.SearchStrategy[list[Conversation]]:
    """The versions alone, of conversations by message."""
    return told_histories(callbacks=False).map(lambda told: [each.conversation for each in told])


def _step(conversation: Conversation, step: str, now: int, choice: int, prompt: str) -> Conversation | None:
    """The conversation after the step; None where it cannot be taken now."""
    agent = next(reversed(conversation.of_purpose("agent")), None)
    match step:
        case "alert":
            waits = transitions.waiting(conversation)
            return alerted(conversation, now, (ANA, BEN)[choice], prompt, 60_000)[0] if waits else None
        case "hang up":
            return transitions.disconnect(conversation, now, "peer")
        case "move on":
            target = QueueTarget((SALES, SUPPORT)[choice])
            waits = transitions.waiting(conversation)
            return transitions.send_on(conversation, waits.queue_id, target, now) if waits else None
        case "write again":
            again = transitions.reopen(conversation, now) if conversation.end else conversation
            return None if again is conversation else transitions.onward(again, QueueTarget(SUPPORT), now)
        case "time comes":
            coming = sorted(
                (each for each in due.of(conversation) if each.at <= now), key=lambda each: each.participant_id
            )
            return due.happen(conversation, coming[0], now) if coming else None
        case "joiner leaves":
            there = next((each for each in conversation.participants if each.joined and each.active), None)
            return transitions.leave(conversation, there, now) if there else None
        case "put off" if conversation.callback:
            acd = next((each for each in reversed(conversation.of_purpose("acd")) if each.active), None)
            who = acd or agent
            return calling_back.put_off(conversation, who, now + 5_000_000, now) if who else None
    return _of_agent(conversation, agent, step, now, choice) if agent and step in _OF_AGENTS else None


def _of_agent(conversation: Conversation, agent: Participant, step: str, now: int, choice: int) -> Conversation | None:
    wanted = _OF_AGENTS[step]
    state = agent.state if agent.active else "gone"
    return wanted.take(conversation, agent, now, choice) if state in wanted.states else None


class _OfAgent(NamedTuple):
    """What an agent does while their part is in one of these states."""

    states: tuple[str, ...]
    take: Callable[[Conversation, Participant, int, int], Conversation]


def _transfer(conversation: Conversation, agent: Participant, now: int, choice: int, manner: Manner) -> Conversation:
    return transferring.transfer(conversation, agent, QueueTarget((SALES, SUPPORT)[choice]), now, manner)


_OF_AGENTS = {
    "answer": _OfAgent(("alerting", "parked"), lambda c, agent, now, _: transitions.answer(c, agent, now)),
    "miss": _OfAgent(("alerting",), lambda c, agent, now, _: transitions.no_answer(c, agent, now, "transfer.noanswer")),
    "decline": _OfAgent(("alerting",), lambda c, agent, now, _: transitions.decline(c, agent, now)),
    "hold": _OfAgent(("connected",), lambda c, agent, now, _: transitions.hold(c, agent, True, now)),
    "resume": _OfAgent(
        ("connected", "parked"),
        lambda c, agent, now, _: (
            transitions.resume(c, agent, now) if agent.state == "parked" else transitions.hold(c, agent, False, now)
        ),
    ),
    "park": _OfAgent(("connected",), lambda c, agent, now, _: transitions.park(c, agent, 0, now)),
    "transfer": _OfAgent(
        ("connected", "parked"), lambda c, agent, now, choice: _transfer(c, agent, now, choice, Manner())
    ),
    "hand over": _OfAgent(
        ("connected",), lambda c, agent, now, choice: _transfer(c, agent, now, choice, Manner(attended=True))
    ),
    "consult": _OfAgent(
        ("connected",),
        lambda c, agent, now, _: consulting.begin(c, agent, ids.derived("adviser"), "Adviser", now)[0],
    ),
    "join": _OfAgent(("connected",), lambda c, _, now, __: conferring.join(c, ids.derived("joining"), "Joining", now)),
    "leave": _OfAgent(("connected",), lambda c, agent, now, _: transitions.leave(c, agent, now)),
    "wrap up": _OfAgent(
        ("connected", "parked", "gone"),
        lambda c, agent, now, choice: wrapping_up.wrap_up(c, agent, WrapUp(code=("sold", "solved")[choice]), now),
    ),
    "skip": _OfAgent(("gone",), lambda c, agent, now, _: wrapping_up.skip(c, agent, now)),
}
