"""The platform's analytics details of one conversation: participants, sessions, segments and metrics, from its document."""

from collections.abc import Iterator
from typing import Any

from switchboard.conversations.models import Communication, Conversation, Participant, Segment
from switchboard.kit import clock

Body = dict[str, Any]

MEDIA = {"message": "message", "callback": "callback", "email": "email", "call": "voice"}
# The API names disconnect types with dots, analytics in camel case.
DISCONNECT = {
    "transfer.noanswer": "noAnswerTransfer",
    "transfer.consult": "consultTransfer",
    "transfer.conference": "conferenceTransfer",
    "transfer.forward": "forwardTransfer",
    "transfer.notavailable": "notAvailableTransfer",
    "transport.failure": "transportFailure",
    "session.expired": "sessionExpired",
}


def details(conversation: Conversation) -> Body:
    """AnalyticsConversationWithoutAttributes. Durations are milliseconds."""
    (customer,) = conversation.of_purpose("customer")
    direction = customer.communications[0].direction
    return {
        "conversationId": conversation.id,
        "conversationStart": clock.iso_ms(conversation.start),
        "conversationEnd": clock.iso_ms(conversation.end) if conversation.end else None,
        "conversationInitiator": "customer" if direction == "inbound" else "agent",
        "customerParticipation": direction == "inbound",
        "originatingDirection": direction,
        "divisionIds": [conversation.division_id] if conversation.division_id else [],
        "participants": [_participant(conversation, each) for each in conversation.participants],
    }


def _participant(conversation: Conversation, participant: Participant) -> Body:
    return {
        "participantId": participant.id,
        "participantName": participant.name or None,
        "purpose": participant.purpose,
        "userId": participant.user_id or None,
        "externalContactId": participant.external_contact_id or None,
        "sessions": [_session(conversation, participant, each) for each in participant.communications],
    }


def _session(conversation: Conversation, participant: Participant, communication: Communication) -> Body:
    used = participant.routing.used_routing if participant.routing else _used_routing(conversation, participant)
    address = conversation.customer.identity.value
    return {
        "sessionId": communication.id,
        "mediaType": MEDIA[communication.media],
        "messageType": conversation.channel if communication.media == "message" else None,
        "direction": communication.direction,
        "provider": "Switchboard",
        "addressFrom": address,
        "addressTo": conversation.integration_id,
        "usedRouting": used or None,
        "metrics": [
            {"name": name, "value": value, "emitDate": clock.iso_ms(at)}
            for name, value, at in _metrics(conversation, participant, communication)
        ],
        "segments": [_segment(participant, each) for each in communication.segments],
    }


def _used_routing(conversation: Conversation, agent: Participant) -> str:
    """The routing that brought this agent: noted on the acd participant that waited in the same queue before."""
    before = [
        each for each in conversation.of_purpose("acd") if each.queue_id == agent.queue_id and each.start <= agent.start
    ]
    return before[-1].routing.used_routing if agent.purpose == "agent" and before and before[-1].routing else ""


def _segment(participant: Participant, segment: Segment) -> Body:
    disconnect = segment.disconnect_type
    return {
        "segmentType": segment.kind,
        "segmentStart": clock.iso_ms(segment.start),
        "segmentEnd": clock.iso_ms(segment.end) if segment.end else None,
        "disconnectType": DISCONNECT.get(disconnect, disconnect) or None,
        "queueId": participant.queue_id or None,
        "wrapUpCode": segment.wrap_up_code or None,
        "wrapUpNote": participant.wrapup.notes if participant.wrapup and segment.kind == "wrapup" else None,
        "wrapUpTags": participant.wrapup.tags if participant.wrapup and segment.kind == "wrapup" else None,
    }


def _metrics(
    conversation: Conversation, participant: Participant, communication: Communication
) -> Iterator[tuple[str, int, int]]:
    """(name, value, when known)."""
    if participant.purpose == "acd":
        yield from _acd_metrics(conversation, participant, communication)
    if participant.purpose == "agent":
        yield from _agent_metrics(participant, communication)


def _acd_metrics(
    conversation: Conversation, acd: Participant, communication: Communication
) -> Iterator[tuple[str, int, int]]:
    yield "nOffered", 1, acd.start
    answered = [
        each.communications[0].connected
        for each in conversation.of_purpose("agent")
        if each.queue_id == acd.queue_id and each.communications[0].connected >= acd.start
    ]
    if not communication.disconnected:
        return
    waited = communication.disconnected - communication.connected
    yield "tAcd", waited, communication.disconnected
    yield "tWait", waited, communication.disconnected
    if answered and min(answered) <= communication.disconnected:
        yield "tAnswered", waited, communication.disconnected
    elif communication.disconnect_type != "transfer":
        yield "tAbandon", waited, communication.disconnected


def _agent_metrics(agent: Participant, communication: Communication) -> Iterator[tuple[str, int, int]]:
    alerted = communication.start_alerting
    if alerted and (until := communication.connected or communication.disconnected):
        yield "tAlert", until - alerted, until
        if not communication.connected and communication.disconnect_type == "transfer.noanswer":
            yield "tNotResponding", until - alerted, until
    if not communication.connected:
        return
    yield "nConnected", 1, communication.connected
    ended = communication.disconnected
    held = sum(each.end - each.start for each in communication.segments if each.kind == "hold" and each.end)
    acw = agent.end_acw - agent.start_acw if agent.end_acw else 0
    if held:
        yield "tHeldComplete", held, ended or communication.connected
    if ended:
        talked = ended - communication.connected - held
        yield "tTalkComplete", talked, ended
        if acw:
            yield "tAcw", acw, agent.end_acw
        yield "tHandle", talked + held + acw, max(ended, agent.end_acw)
        if communication.disconnect_type == "transfer":
            yield "nTransferred", 1, ended
            yield "nBlindTransferred", 1, ended
