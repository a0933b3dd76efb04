"""The platform's analytics details of one conversation: participants, sessions, segments and metrics, from its document.

The one shape that is answered, stored and counted. A waiting session also says `serviceTarget`, the share that its queue's service
level asks for: the platform's model lacks it, so no answer shows it.
"""

from switchboard.analytics.metrics import direction_of, emissions
from switchboard.analytics.models import Body, Goals
from switchboard.analytics.responses import NONE, Responses
from switchboard.conversations.models import Communication, Conversation, Participant, RoutingData, Segment
from switchboard.kit import clock

MEDIA = {
    "message": "message",
    "callback": "callback",
    "email": "email",
    "call": "voice",
    "internalmessage": "internalmessage",
}
"""Analytics' word for each medium of a communication."""

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


def details(conversation: Conversation, goals: Goals, said: Responses = NONE) -> Body:
    """AnalyticsConversationWithoutAttributes. Durations are milliseconds."""
    direction = direction_of(conversation)
    return {
        "conversationId": conversation.id,
        "conversationStart": clock.iso_ms(conversation.start),
        "conversationEnd": clock.iso_or_none(conversation.end),
        "conversationInitiator": "customer" if direction == "inbound" else "agent",
        "customerParticipation": direction == "inbound",
        "originatingDirection": direction,
        "divisionIds": conversation.division_ids,
        "participants": [_participant(conversation, each, goals, said) for each in conversation.participants],
    }


def _participant(conversation: Conversation, participant: Participant, goals: Goals, said: Responses) -> Body:
    return {
        "participantId": participant.id,
        "participantName": participant.name or None,
        "purpose": participant.purpose,
        "userId": participant.user_id or None,
        "externalContactId": participant.external_contact_id or None,
        "sessions": [_session(conversation, participant, each, goals, said) for each in participant.communications],
    }


def _session(
    conversation: Conversation, participant: Participant, communication: Communication, goals: Goals, said: Responses
) -> Body:
    asked = _asked(conversation, participant)
    goal = goals.get((participant.queue_id, communication.media)) if participant.purpose == "acd" else None
    return {
        "sessionId": communication.id,
        "mediaType": MEDIA[communication.media],
        "messageType": (conversation.channel if communication.media == "message" else "") or None,
        "direction": _direction(conversation, participant, communication),
        "provider": "Switchboard",
        "bargedParticipantId": participant.barged_participant_id or None,
        "addressFrom": conversation.customer.identity.value,
        "addressTo": conversation.integration_id or None,
        "usedRouting": asked.used_routing or None,
        "serviceTarget": goal.percentage if goal else None,
        "metrics": [
            {"name": name, "value": value, "emitDate": clock.iso_ms(at)}
            for name, value, at in (
                *emissions(conversation, participant, communication, goal),
                *said.get(communication.id, ()),
            )
        ],
        "segments": [_segment(participant, asked, each) for each in communication.segments],
    }


def _direction(conversation: Conversation, participant: Participant, communication: Communication) -> str:
    return direction_of(conversation) if participant.purpose == "workflow" else communication.direction


def _asked(conversation: Conversation, participant: Participant) -> RoutingData:
    """What was asked of routing: noted on the acd participant, for an agent on the one that waited in the same queue before."""
    if participant.routing is None and participant.purpose == "agent":
        waited = [
            each
            for each in conversation.of_purpose("acd")
            if each.queue_id == participant.queue_id and each.start <= participant.start
        ]
        participant = waited[-1] if waited else participant
    return participant.routing or RoutingData()


def _segment(participant: Participant, asked: RoutingData, segment: Segment) -> Body:
    wrapup = participant.wrapup if segment.kind == "wrapup" else None
    disconnect = segment.disconnect_type
    return {
        "segmentType": "barging" if participant.joined and segment.kind == "interact" else segment.kind,
        "segmentStart": clock.iso_ms(segment.start),
        "segmentEnd": clock.iso_or_none(segment.end),
        "disconnectType": DISCONNECT.get(disconnect, disconnect) or None,
        "queueId": participant.queue_id or None,
        "requestedRoutingSkillIds": asked.skill_ids or None,
        "requestedLanguageId": asked.language_id or None,
        "wrapUpCode": segment.wrap_up_code or None,
        "wrapUpNote": wrapup.notes if wrapup else None,
        "wrapUpTags": wrapup.tags if wrapup else None,
    }
