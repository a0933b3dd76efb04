"""Observations: what goes on in queues and with agents at this moment, counted from routing's state. Pure.

Media bear analytics' names (voice, not call). A metric of interactions stands in the group of its medium, one of people in that of
the queue or the user alone, once for each qualifier.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from switchboard.analytics.details import MEDIA
from switchboard.analytics.models import Body
from switchboard.analytics.user_aggregates import presence_qualifier
from switchboard.conversations.models import Communication, Conversation, Participant
from switchboard.directory.models import Presence
from switchboard.kit import clock
from switchboard.routing.models import Agent, Interaction

ALL_MEDIA = tuple(each for each in MEDIA.values() if each != "internalmessage")
"""Those of customers: nobody waits for advice in a queue."""
OF_INTERACTIONS = ("oAlerting", "oInteracting", "oLongestWaiting", "oWaiting")
OF_MEMBERS = (
    "oActiveUsers",
    "oMemberUsers",
    "oOffQueueUsers",
    "oOnQueueUsers",
    "oUserPresences",
    "oUserRoutingStatuses",
)
QUEUE_METRICS = (*OF_INTERACTIONS, *OF_MEMBERS)
OF_ONE_USER = ("oActiveQueues", "oMemberQueues", "oUserPresences", "oUserRoutingStatuses")
USER_METRICS = ("oAlerting", "oInteracting", *OF_ONE_USER)
DETAILED = ("oAlerting", "oInteracting", "oWaiting")
"""Metrics of which the single observations can be had too (`detailMetrics`)."""
MOST_SHOWN = 100
"""Of so many in all the single ones are shown; of more the oldest half and the newest half, as the platform does."""


@dataclass(frozen=True)
class Part:
    """An agent's part in a conversation that alerts them or that they are on."""

    conversation: Conversation
    participant: Participant

    @property
    def communication(self) -> Communication:
        return self.participant.communications[-1]

    @property
    def metric(self) -> str:
        return "oAlerting" if self.communication.state == "alerting" else "oInteracting"


@dataclass(frozen=True)
class QueueNow:
    """A queue as it is: what waits, its members with their presences, and the parts that agents have in its interactions."""

    queue_id: str
    waiting: Sequence[Interaction] = ()
    members: Sequence[Agent] = ()
    presences: Mapping[str, Presence] = field(default_factory=dict)
    parts: Sequence[Part] = ()


@dataclass(frozen=True)
class UserNow:
    agent: Agent
    presence: Presence
    parts: Sequence[Part] = ()


@dataclass(frozen=True)
class Wanted:
    """The metrics that a query asks for, and those with their single observations."""

    metrics: Sequence[str]
    detailed: Collection[str] = ()


def parts_of(conversations: Iterable[Conversation]) -> list[Part]:
    """The parts of agents that are open."""
    return [
        Part(conversation, participant)
        for conversation in conversations
        for participant in conversation.of_purpose("agent")
        if participant.active and participant.state in ("alerting", "connected")
    ]


def of_queue(state: QueueNow, media: Sequence[str], wanted: Wanted, now: int) -> Iterator[Body]:
    """QueueObservationDataContainers of one queue."""
    for medium in media:
        waiting = [each for each in state.waiting if MEDIA.get(each.media) == medium]
        parts = [each for each in state.parts if MEDIA[each.communication.media] == medium]
        data = [
            _of_interactions(metric, waiting, parts, wanted, now)
            for metric in wanted.metrics
            if metric in OF_INTERACTIONS
        ]
        if data:
            yield {"group": {"queueId": state.queue_id, "mediaType": medium}, "data": data}
    people = [each for metric in wanted.metrics if metric in OF_MEMBERS for each in _of_members(metric, state)]
    if people:
        yield {"group": {"queueId": state.queue_id}, "data": people}


def of_user(state: UserNow, wanted: Wanted) -> Iterator[Body]:
    """UserObservationDataContainers of one user."""
    user_id = state.agent.user_id
    for medium in ALL_MEDIA:
        parts = [each for each in state.parts if MEDIA[each.communication.media] == medium]
        data = [_of_parts(metric, parts, wanted) for metric in wanted.metrics if metric not in OF_ONE_USER]
        if data and parts:
            yield {"group": {"userId": user_id, "mediaType": medium}, "data": data}
    own = [_of_one_user(metric, state) for metric in wanted.metrics if metric in OF_ONE_USER]
    if own:
        yield {"group": {"userId": user_id}, "data": own}


def _of_interactions(
    metric: str, waiting: Sequence[Interaction], parts: Sequence[Part], wanted: Wanted, now: int
) -> Body:
    if metric == "oWaiting":
        return _counted(metric, len(waiting), map(_waiting, waiting), wanted)
    if metric == "oLongestWaiting":
        longest = max((now - _waits_since(each) for each in waiting), default=0)
        return {"metric": metric, "stats": {"count": min(1, len(waiting)), "calculatedMetricValue": longest}}
    return _of_parts(metric, parts, wanted)


def _of_parts(metric: str, parts: Sequence[Part], wanted: Wanted) -> Body:
    found = [each for each in parts if each.metric == metric]
    return _counted(metric, len(found), map(_part, found), wanted)


def _counted(metric: str, count: int, observed: Iterable[Body], wanted: Wanted) -> Body:
    counted: Body = {"metric": metric, "stats": {"count": count}}
    if metric not in wanted.detailed:
        return counted
    shown = sorted(observed, key=lambda each: (each["observationDate"], each["conversationId"]))
    if len(shown) <= MOST_SHOWN:
        return {**counted, "observations": shown}
    half = MOST_SHOWN // 2
    return {**counted, "truncated": True, "observations": shown[:half] + shown[-half:]}


def _of_members(metric: str, state: QueueNow) -> Iterator[Body]:
    joined = [each for each in state.members if each.joined(state.queue_id)]
    match metric:
        case "oMemberUsers":
            yield {"metric": metric, "stats": {"count": len(state.members)}}
        case "oActiveUsers":
            yield {"metric": metric, "stats": {"count": len(joined)}}
        case "oOnQueueUsers":
            yield from _qualified(metric, (each.status for each in joined if each.on_queue))
        case "oOffQueueUsers":
            off = [each.user_id for each in joined if not each.on_queue]
            yield from _qualified(metric, (presence_qualifier(state.presences[each].system_presence) for each in off))
        case "oUserPresences":
            yield from _qualified(metric, (state.presences[each.user_id].definition_id for each in joined))
        case "oUserRoutingStatuses":
            yield from _qualified(metric, (each.status for each in joined))


def _of_one_user(metric: str, state: UserNow) -> Body:
    match metric:
        case "oUserPresences":
            return {"metric": metric, "qualifier": state.presence.definition_id, "stats": {"count": 1}}
        case "oUserRoutingStatuses":
            return {"metric": metric, "qualifier": state.agent.status, "stats": {"count": 1}}
        case "oActiveQueues":
            return {"metric": metric, "stats": {"count": len(state.agent.joined_queues)}}
    return {"metric": metric, "stats": {"count": len(state.agent.queues)}}


def _qualified(metric: str, qualifiers: Iterable[str]) -> Iterator[Body]:
    for qualifier, count in sorted(Counter(qualifiers).items()):
        yield {"metric": metric, "qualifier": qualifier, "stats": {"count": count}}


def _waits_since(interaction: Interaction) -> int:
    """Since when it waits in this queue, whatever credit it has for waiting elsewhere."""
    return interaction.entered_at or interaction.queued_at


def _waiting(interaction: Interaction) -> Body:
    return {
        "conversationId": interaction.conversation_id,
        "observationDate": clock.iso_ms(_waits_since(interaction)),
        "requestedRoutingSkillIds": interaction.skill_ids or None,
        "requestedLanguageId": interaction.language_id or None,
        "routingPriority": interaction.priority,
    }


def _part(part: Part) -> Body:
    last = part.communication
    return {
        "conversationId": part.conversation.id,
        "sessionId": last.id,
        "observationDate": clock.iso_ms(last.connected or last.start_alerting),
        "userId": part.participant.user_id,
        "direction": last.direction,
        "addressFrom": part.conversation.customer.identity.value,
    }
