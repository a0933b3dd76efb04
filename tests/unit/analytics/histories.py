"""Conversations as they may go: random histories, every version of each."""

from hypothesis import strategies as st
from msgspec.structs import replace
from switchboard.conversations import conferring, consulting, transferring, transitions, wrapping_up
from switchboard.conversations.models import Conversation, Participant, WrapUp
from switchboard.conversations.transitions import QueueTarget
from switchboard.kit import ids

from tests.unit.conversations.making import ANA, BEN, NOON, SALES, SUPPORT, alerted, new_conversation

STEPS = (
    "alert",
    "answer",
    "miss",
    "hold",
    "resume",
    "park",
    "transfer",
    "leave",
    "consult",
    "join",
    "wrap up",
    "hang up",
)
_moves = st.lists(st.tuples(st.sampled_from(STEPS), st.integers(1, 20_000_000), st.integers(0, 1)), max_size=14)


@st.composite
def histories(draw: st.DrawFn) -> list[Conversation]:
    """The versions of one conversation, the first beginning to wait at some time after noon."""
    now = NOON + draw(st.integers(0, 40_000_000))
    started = replace(new_conversation(), id=ids.derived("history", str(draw(st.integers(0, 10_000)))), start=now)
    versions = [transitions.enqueue(started, QueueTarget(SUPPORT, "Support", skill_ids=("french", "chat")), now)]
    for step, later, choice in draw(_moves):
        now += later
        new = _step(versions[-1], step, now, choice)
        if new is not None and new != versions[-1]:
            versions.append(replace(new, version=versions[-1].version + 1))
    return versions


def _step(conversation: Conversation, step: str, now: int, choice: int) -> Conversation | None:
    """The conversation after the step; None where it cannot be taken now."""
    agent = next(reversed(conversation.of_purpose("agent")), None)
    if step == "alert":
        return alerted(conversation, now, (ANA, BEN)[choice])[0] if transitions.waiting(conversation) else None
    if step == "hang up":
        return transitions.disconnect(conversation, now, "peer")
    if agent is None:
        return None
    return _of_agent(conversation, agent, step, now, choice)


def _of_agent(conversation: Conversation, agent: Participant, step: str, now: int, choice: int) -> Conversation | None:
    alerting = agent.active and agent.state == "alerting"
    talking = agent.active and agent.state == "connected"
    if step == "answer" and alerting:
        return transitions.answer(conversation, agent, now)
    if step == "miss" and alerting:
        return transitions.no_answer(conversation, agent, now, ("transfer.noanswer", "client")[choice])
    if step in ("hold", "resume") and talking:
        return transitions.hold(conversation, agent, step == "hold", now)
    if step == "park" and talking:
        return transitions.park(conversation, agent, 0, now)
    if step == "resume" and agent.active and agent.state == "parked":
        return transitions.resume(conversation, agent, now)
    if step == "transfer" and talking:
        return transferring.transfer(conversation, agent, QueueTarget((SALES, SUPPORT)[choice]), now)
    if step in ("consult", "join") and talking:
        return _with_colleague(conversation, agent, step, now)
    if step == "leave" and talking:
        return transitions.leave(conversation, agent, now)
    if step == "wrap up" and agent.communications[-1].connected:
        return wrapping_up.wrap_up(conversation, agent, WrapUp(code=("sold", "solved")[choice]), now)
    return None


def _with_colleague(conversation: Conversation, agent: Participant, step: str, now: int) -> Conversation:
    if step == "consult":
        return consulting.begin(conversation, agent, ids.derived("adviser"), "Adviser", now)[0]
    return conferring.join(conversation, ids.derived("joining"), "Joining", now)
