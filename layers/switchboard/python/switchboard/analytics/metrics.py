"""The metrics that one session emits, by the platform's definitions (Platform API, "Analytics: metrics"), each with the moment
from which it is known: what has not come to its end says nothing yet. Durations are milliseconds.

On the session that waits (acd): nOffered; tAcd and tWait when the wait ends; then nOverSla where an answer took longer than the
queue's goal, tAbandon, tShortAbandon for who left within SHORT_ABANDON_MS, or tFlowOut for what left the queue in another way.
Short abandons stand apart: they are neither in tAbandon nor in the service level. oServiceLevel is 1 (answered within the goal) or
0, once for each answer and abandonment of a queue that has a goal. What is scheduled for later neither waits until then nor is it
offered before.

On an agent's session: tAnswered, the wait that they ended, so that it counts for the agent as for the queue; tAlert,
tNotResponding, nConnected, tTalk, tHeld and tPark for each stretch, tTalkComplete, tHeldComplete and tParkComplete at the end,
tAcw, tHandle (talk, hold and after-call work), nTransferred with nBlindTransferred or nConsultTransferred, nConsult for each
colleague who was asked for advice. On the session of who joined an agent: tBarging, the whole of it at its end, which is no
handling of the queue's. nOutbound on the session that wrote to the customer first. What the messages give is in
responses.py.
"""

from collections.abc import Iterator
from itertools import zip_longest
from typing import NamedTuple

from switchboard.analytics.models import Goal
from switchboard.conversations.models import Communication, Conversation, Participant
from switchboard.routing.models import SHORT_ABANDON_MS

EMITTED = (
    "nBlindTransferred",
    "nConnected",
    "nConsult",
    "nConsultTransferred",
    "nOffered",
    "nOutbound",
    "nOverSla",
    "nTransferred",
    "oServiceLevel",
    "tAbandon",
    "tAcd",
    "tAcw",
    "tAlert",
    "tAnswered",
    "tBarging",
    "tFlowOut",
    "tHandle",
    "tHeld",
    "tHeldComplete",
    "tNotResponding",
    "tPark",
    "tParkComplete",
    "tShortAbandon",
    "tTalk",
    "tTalkComplete",
    "tWait",
)
"""What sessions emit; rows add oServiceTarget."""

_STRETCHES = {"interact": "tTalk", "hold": "tHeld", "parked": "tPark"}
_TRANSFERS = {"transfer": "nBlindTransferred", "transfer.consult": "nConsultTransferred"}


class Emission(NamedTuple):
    name: str
    value: int
    at: int


def emissions(
    conversation: Conversation, participant: Participant, communication: Communication, goal: Goal | None
) -> Iterator[Emission]:
    """What the session emitted so far. `goal` is that of the queue it waits in, where it has one."""
    if participant.purpose == "acd":
        yield from _waiting(conversation, participant, communication, goal)
    if participant.purpose == "agent":
        yield from _answering(conversation, communication)
        yield from _handling(participant, communication)
        yield from _consulting(conversation, participant, communication)
    if participant.joined and communication.disconnected:
        yield Emission("tBarging", _total(communication, "interact"), communication.disconnected)
    if participant.purpose == "workflow" and direction_of(conversation) == "outbound":
        yield Emission("nOutbound", 1, participant.start)


def direction_of(conversation: Conversation) -> str:
    """Who began: `inbound` is the customer."""
    (customer,) = conversation.of_purpose("customer")
    return customer.communications[0].direction


def _waiting(
    conversation: Conversation, acd: Participant, communication: Communication, goal: Goal | None
) -> Iterator[Emission]:
    offered = _offered(communication)
    if offered is None:
        return
    yield Emission("nOffered", 1, offered)
    ended = communication.disconnected
    if not ended:
        return
    waited = _total(communication, "interact")
    yield Emission("tAcd", waited, ended)
    yield Emission("tWait", waited, ended)
    if _answered(conversation, acd):
        over = goal is not None and waited > goal.duration_ms
        if over:
            yield Emission("nOverSla", 1, ended)
        if goal:
            yield Emission("oServiceLevel", int(not over), ended)
    elif communication.disconnect_type == "transfer":
        yield Emission("tFlowOut", waited, ended)
    elif waited <= SHORT_ABANDON_MS:
        yield Emission("tShortAbandon", waited, ended)
    else:
        yield Emission("tAbandon", waited, ended)
        if goal:
            yield Emission("oServiceLevel", 0, ended)


def _offered(communication: Communication) -> int | None:
    """When it first waited for an agent. None for a callback whose time never came: nobody could have answered it."""
    followed = zip_longest(communication.segments, communication.segments[1:])
    waits = (
        each for each, after in followed if not (after and after.kind == "scheduled" and after.start == each.start)
    )
    return next((each.start for each in waits if each.kind == "interact"), None)


def _answered(conversation: Conversation, acd: Participant) -> Communication | None:
    """How an agent of the queue came on while it waited: their answer is what ends the wait."""
    ended = acd.communications[-1].disconnected
    found = (
        communication
        for agent in conversation.of_purpose("agent")
        for communication in agent.communications
        if agent.queue_id == acd.queue_id and agent.start >= acd.start and communication.connected
    )
    return next((each for each in found if acd.start <= each.connected <= ended), None)


def _answering(conversation: Conversation, communication: Communication) -> Iterator[Emission]:
    for acd in conversation.of_purpose("acd"):
        if _answered(conversation, acd) is communication:
            waited = acd.communications[-1]
            yield Emission("tAnswered", _total(waited, "interact"), waited.disconnected)


def _consulting(conversation: Conversation, agent: Participant, communication: Communication) -> Iterator[Emission]:
    if communication is agent.communications[-1]:
        for each in conversation.participants:
            if each.consult_participant_id == agent.id:
                yield Emission("nConsult", 1, each.start)


def _handling(agent: Participant, communication: Communication) -> Iterator[Emission]:
    yield from _alert(communication)
    if not communication.connected:
        return
    yield Emission("nConnected", 1, communication.connected)
    yield from _stretches(communication)
    ended = communication.disconnected
    if not ended:
        return
    talked, held, parked = (_total(communication, kind) for kind in _STRETCHES)
    yield Emission("tTalkComplete", talked, ended)
    for name, spent in (("tHeldComplete", held), ("tParkComplete", parked)):
        if spent:
            yield Emission(name, spent, ended)
    worked_after = agent.end_acw - agent.start_acw if agent.end_acw else 0
    if agent.end_acw:
        yield Emission("tAcw", worked_after, agent.end_acw)
    if not _works_after(agent):
        yield Emission("tHandle", talked + held + worked_after, max(ended, agent.end_acw))
    transferred = _TRANSFERS.get(communication.disconnect_type)
    if transferred:
        yield Emission("nTransferred", 1, ended)
        yield Emission(transferred, 1, ended)


def _stretches(communication: Communication) -> Iterator[Emission]:
    for segment in communication.segments:
        if segment.kind in _STRETCHES and segment.end:
            yield Emission(_STRETCHES[segment.kind], segment.end - segment.start, segment.end)


def _works_after(agent: Participant) -> bool:
    """Whether after-call work goes on that surely comes to an end: an optional one may never be taken."""
    return agent.wrapup_required or bool(agent.start_acw and not agent.end_acw and agent.wrapup_prompt != "optional")


def _alert(communication: Communication) -> Iterator[Emission]:
    alerted = communication.start_alerting
    if alerted and (until := communication.connected or communication.disconnected):
        yield Emission("tAlert", until - alerted, until)
        if not communication.connected and communication.disconnect_type == "transfer.noanswer":
            yield Emission("tNotResponding", until - alerted, until)


def _total(communication: Communication, kind: str) -> int:
    return sum(each.end - each.start for each in communication.segments if each.kind == kind and each.end)
