"""Pieces of a conversation's transitions: a part that begins, changes or ends inside the document. Times are milliseconds."""

from msgspec.structs import replace

from switchboard.conversations.errors import StateConflictError
from switchboard.conversations.models import Communication, Conversation, Participant, Purpose, Segment, State
from switchboard.kit import ids
from switchboard.kit.entities import HOME_DIVISION


def communication(conversation: Conversation, state: State, now: int) -> Communication:
    """A part's communication as it begins, in the medium that the conversation goes on in."""
    return Communication(
        id=ids.derived("communication", conversation.id, state, str(now), str(len(conversation.participants))),
        media=conversation.media,
        state=state,
        initial_state=state,
        start_alerting=now if state == "alerting" else 0,
        connected=now if state == "connected" else 0,
        segments=[Segment(kind="alert" if state == "alerting" else "interact", start=now)],
    )


def placed(conversation: Conversation, queue_id: str, division_id: str) -> Conversation:
    """The conversation comes to a queue and thereby to its division ("": the one that is known); those it was in stay."""
    division_id = division_id or conversation.divisions.get(queue_id, "")
    kept = "" if division_id == HOME_DIVISION else division_id
    return replace(conversation, divisions={**conversation.divisions, queue_id: kept}) if queue_id else conversation


def put(conversation: Conversation, participant: Participant) -> Conversation:
    """The conversation with this version of one of its participants."""
    parts = [participant if each.id == participant.id else each for each in conversation.participants]
    return replace(conversation, participants=parts)


def added(conversation: Conversation, participant: Participant) -> Conversation:
    return replace(conversation, participants=[*conversation.participants, participant])


def with_last(participant: Participant, last: Communication) -> Participant:
    """The participant with another latest communication."""
    return replace(participant, communications=[*participant.communications[:-1], last])


def moved(participant: Participant, state: State, segment: Segment) -> Participant:
    """The latest communication in another state: its segment ends where the given one begins."""
    last = participant.communications[-1]
    segments = [*closed(last.segments, segment.start), segment]
    return with_last(participant, replace(last, state=state, segments=segments))


def ended(participant: Participant, now: int, disconnect_type: str) -> Participant:
    last = participant.communications[-1]
    over = replace(
        last,
        state="disconnected",
        held=False,
        disconnected=now,
        disconnect_type=disconnect_type,
        segments=closed(last.segments, now, disconnect_type),
    )
    return replace(with_last(participant, over), end=now, resume_at=0)


def end_all(conversation: Conversation, purpose: Purpose, now: int, disconnect_type: str) -> Conversation:
    parts = [
        ended(each, now, disconnect_type) if each.purpose == purpose and each.active else each
        for each in conversation.participants
    ]
    return replace(conversation, participants=parts)


def end_consultations(conversation: Conversation, participant_id: str, now: int) -> Conversation:
    """Who asked for advice has left."""
    asked = [each for each in conversation.participants if each.consult_participant_id == participant_id]
    for each in asked:
        conversation = put(conversation, ended(each, now, "peer")) if each.active else conversation
    return conversation


def attended(conversation: Conversation, *, without: str = "") -> Participant | None:
    """One of ours who is there for the customer now, `without` one part."""
    ours = (each for each in conversation.participants if each.speaks and each.id != without)
    return next((each for each in ours if each.active and each.state == "connected"), None)


def end_joined(conversation: Conversation, user_id: str, now: int) -> Conversation:
    """Who had joined the conversation is its agent from now on: nobody is in it twice."""
    for each in conversation.participants:
        if each.joined and each.active and each.user_id == user_id:
            conversation = put(conversation, ended(each, now, "transfer"))
    return conversation


def end_alerts(conversation: Conversation, now: int) -> Conversation:
    """An alert for a queue that the conversation leaves must not be answered any more."""
    parts = [
        ended(each, now, "transfer") if each.purpose == "agent" and each.active and each.state == "alerting" else each
        for each in conversation.participants
    ]
    return replace(conversation, participants=parts)


def closed(segments: list[Segment], now: int, disconnect_type: str = "") -> list[Segment]:
    return [replace(each, end=now, disconnect_type=disconnect_type) if not each.end else each for each in segments]


def settle(conversation: Conversation, now: int, disconnect_type: str = "peer") -> Conversation:
    """A conversation that nobody of ours is on any more is over, until the customer writes again."""
    if conversation.unfinished or conversation.end:
        return conversation
    parts = [ended(each, now, disconnect_type) if each.active else each for each in conversation.participants]
    return replace(conversation, participants=parts, end=now)


def expect(participant: Participant, *states: State) -> None:
    """Raises StateConflictError unless the participant is in one of the states."""
    if participant.state not in states or not participant.active:
        raise StateConflictError(
            f"The participant is {participant.state}; this needs {' or '.join(states)}.", field="state"
        )


def acd(conversation: Conversation) -> Participant | None:
    """The acd participant that stands in a queue now, whether an agent is alerted for it or not."""
    return next((each for each in reversed(conversation.of_purpose("acd")) if each.active), None)


def latest_acd(conversation: Conversation) -> Participant | None:
    """The latest wait in a queue, over or not."""
    return next(reversed(conversation.of_purpose("acd")), None)


def came_from(conversation: Conversation) -> Participant | None:
    """Who says from which queue the customer came last: their latest wait, else the agent who wrote to them first."""
    found = latest_acd(conversation) or next(reversed(conversation.of_purpose("agent")), None)
    return found if found and found.queue_id else None
