"""The figures of a conversation by somebody who only watched: from the states that its versions show one after the other, and the
steps that led there. Knows neither segments nor the product's metrics.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from switchboard.conversations.models import Conversation, Participant

from tests.unit.analytics.histories import Version

SHORT_MS = 5000


class Figure(NamedTuple):
    """A metric as it became known at `at`, on the part of a queue or of an agent in it."""

    metric: str
    value: int
    at: int
    queue_id: str
    user_id: str


class Stretch(NamedTuple):
    """For how long a participant did something. `over`: it ended."""

    doing: str
    start: int
    end: int
    over: bool


def figures(told: Sequence[Version], goals_ms: Mapping[str, int]) -> list[Figure]:
    """Everything that is known after the last version, in no particular order. `goals_ms` are the queues' service levels."""
    last = told[-1].conversation
    found: list[Figure] = []
    for participant in last.participants:
        emitted: Iterator[tuple[str, int, int]] = iter(())
        if participant.purpose == "acd":
            emitted = _waited(told, participant, goals_ms.get(participant.queue_id))
        if participant.purpose == "agent":
            emitted = _worked(told, participant)
        if participant.joined:
            emitted = _barged(told, participant)
        found += (Figure(metric, value, at, participant.queue_id, participant.user_id) for metric, value, at in emitted)
    return found


def _doing(conversation: Conversation, participant_id: str) -> str:
    """What a participant does in a version."""
    part = conversation.participant(participant_id)
    if part is None:
        return "absent"
    if not part.active:
        return "gone"
    if part.purpose == "acd":
        return "scheduled" if part.state == "scheduled" else "waits"
    if part.state == "connected":
        return "holds" if part.communications[-1].held else "talks"
    return part.state


def _stretches(told: Sequence[Version], participant_id: str) -> list[Stretch]:
    """What a participant did, one after the other."""
    doing = [(each.at, _doing(each.conversation, participant_id)) for each in told]
    changes = [(at, now) for (_, before), (at, now) in pairwise([(0, "absent"), *doing]) if now != before]
    ends = [at for at, _ in changes[1:]]
    return [
        Stretch(now, at, ends[index] if index < len(ends) else at, index < len(ends))
        for index, (at, now) in enumerate(changes)
    ]


def _waited(told: Sequence[Version], acd: Participant, goal_ms: int | None) -> Iterator[tuple[str, int, int]]:
    did = _stretches(told, acd.id)
    waits = [each for each in did if each.doing == "waits"]
    if not waits:
        return
    yield "nOffered", 1, waits[0].start
    if did[-1].doing != "gone":
        return
    ended, waited = did[-1].start, sum(each.end - each.start for each in waits)
    yield "tWait", waited, ended
    yield "tAcd", waited, ended
    index, version = next((index, each) for index, each in enumerate(told) if each.at == ended)
    before = told[index - 1].conversation
    if _answers(before, version, acd):
        yield from [("nOverSla", 1, ended)] if goal_ms is not None and waited > goal_ms else []
        yield from [("oServiceLevel", int(waited <= goal_ms), ended)] if goal_ms is not None else []
    elif not version.conversation.end or _attended(before):
        yield "tFlowOut", waited, ended
    elif waited <= SHORT_MS:
        yield "tShortAbandon", waited, ended
    else:
        yield "tAbandon", waited, ended
        yield from [("oServiceLevel", 0, ended)] if goal_ms is not None else []


def _attended(conversation: Conversation) -> bool:
    """Whether somebody talks with the customer: who waits meanwhile for another has not given up when it ends."""
    return any(
        _doing(conversation, each.id) in ("talks", "holds")
        for each in conversation.participants
        if each.purpose == "agent" or each.joined
    )


def _barged(told: Sequence[Version], joined: Participant) -> Iterator[tuple[str, int, int]]:
    yield from (
        ("tBarging", each.end - each.start, each.end)
        for each in _stretches(told, joined.id)
        if each.doing == "talks" and each.over
    )


def _answers(before: Conversation, version: Version, acd: Participant) -> list[str]:
    """The agents of its queue who have just come on: they ended the wait. Who takes up again what they had parked is none."""
    return [
        each.id
        for each in version.conversation.of_purpose("agent")
        if each.queue_id == acd.queue_id and _doing(before, each.id) == "alerting"
        if _doing(version.conversation, each.id) == "talks"
    ]


def _worked(told: Sequence[Version], agent: Participant) -> Iterator[tuple[str, int, int]]:
    did = _stretches(told, agent.id)
    by_doing = {"alerting": "tAlert", "talks": "tTalk", "holds": "tHeld", "parked": "tPark"}
    yield from (
        (by_doing[each.doing], each.end - each.start, each.end) for each in did if each.doing in by_doing and each.over
    )
    for asked in told[-1].conversation.participants:
        if asked.consult_participant_id == agent.id:
            yield "nConsult", 1, next(each.at for each in told if each.conversation.participant(asked.id))
    gone = did[-1] if did[-1].doing == "gone" else None
    talks = [each for each in did if each.doing == "talks"]
    if not talks:
        if gone and _step_at(told, gone.start) == "miss":
            yield "tNotResponding", did[0].end - did[0].start, gone.start
        return
    yield "nConnected", 1, talks[0].start
    yield from _ended_wait(told, agent, talks[0].start)
    if gone:
        yield from _finished(told, agent, did, gone.start)


def _ended_wait(told: Sequence[Version], agent: Participant, came: int) -> Iterator[tuple[str, int, int]]:
    index, version = next((index, each) for index, each in enumerate(told) if each.at == came)
    before = told[index - 1].conversation
    for acd in version.conversation.of_purpose("acd"):
        ends = _doing(before, acd.id) == "waits" and _doing(version.conversation, acd.id) == "gone"
        if ends and agent.id in _answers(before, version, acd):
            waited = sum(each.end - each.start for each in _stretches(told, acd.id) if each.doing == "waits")
            yield "tAnswered", waited, came


def _finished(
    told: Sequence[Version], agent: Participant, did: Sequence[Stretch], ended: int
) -> Iterator[tuple[str, int, int]]:
    spent = {
        kind: sum(each.end - each.start for each in did if each.doing == kind) for kind in ("talks", "holds", "parked")
    }
    yield "tTalkComplete", spent["talks"], ended
    yield from [("tHeldComplete", spent["holds"], ended)] if spent["holds"] else []
    yield from [("tParkComplete", spent["parked"], ended)] if spent["parked"] else []
    worked = agent.end_acw - agent.start_acw if agent.end_acw else 0
    yield from [("tAcw", worked, agent.end_acw)] if agent.end_acw else []
    surely_ends = agent.wrapup_prompt in ("mandatory", "timeout", "forcedTimeout")
    if not (agent.wrapup_required or (surely_ends and agent.start_acw and not agent.end_acw)):
        yield "tHandle", spent["talks"] + spent["holds"] + worked, max(ended, agent.end_acw)
    step = _step_at(told, ended)
    manner = {"transfer": "nBlindTransferred", "put off": "nBlindTransferred", "answer": "nConsultTransferred"}.get(
        step
    )
    if manner:
        yield "nTransferred", 1, ended
        yield manner, 1, ended


def _step_at(told: Sequence[Version], at: int) -> str:
    return next(each.step for each in told if each.at == at)
