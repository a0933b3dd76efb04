"""The platform's shapes of internal messages: InternalMessage (an end of the communication), InternalMessageData."""

from typing import Any

from switchboard.conversations.models import Communication, Conversation, InternalMessage, Participant
from switchboard.kit import clock

Body = dict[str, Any]


def communications(source: Conversation, participant: Participant) -> list[Body]:
    """The participant's ends of consultations: a colleague's own, an agent's with everybody they have asked."""
    if participant.consulted:
        agent = source.participant(participant.consult_participant_id)
        return [_end(each, each.id, each.peer_id, agent, participant) for each in participant.communications]
    asked = [each for each in source.participants if each.consult_participant_id == participant.id]
    return [_end(last, last.peer_id, last.id, participant, each) for each in asked for last in each.communications[-1:]]


def _end(
    communication: Communication, own_id: str, peer_id: str, agent: Participant | None, colleague: Participant
) -> Body:
    own = own_id == communication.id
    state = communication.state
    shown = state if own or state != "alerting" else "connected"
    return {
        "id": own_id,
        "peerId": peer_id,
        "state": shown,
        "initialState": "alerting" if own else "connected",
        "disconnectType": communication.disconnect_type.split(".")[0] or None,
        "startAlertingTime": clock.iso_or_none(communication.start_alerting) if own else None,
        "connectedTime": clock.iso_or_none(communication.connected if own else communication.start_alerting),
        "disconnectedTime": clock.iso_or_none(communication.disconnected),
        "provider": "Switchboard",
        "sourceUserId": agent.user_id if agent else None,
        "targetUserId": colleague.user_id,
    }


def message(source: InternalMessage) -> Body:
    """The platform's InternalMessageData."""
    conversation = f"/api/v2/conversations/{source.conversation_id}"
    communication = f"{conversation}/communications/{source.communication_id}"
    return {
        "id": source.id,
        "conversation": {"id": source.conversation_id, "selfUri": conversation},
        "communicationId": source.communication_id,
        "timestamp": clock.iso_ms(source.time),
        "sender": {"id": source.sender_id, "selfUri": f"/api/v2/users/{source.sender_id}"},
        "recipient": {"id": source.recipient_id, "selfUri": f"/api/v2/users/{source.recipient_id}"},
        "normalizedMessage": {"id": source.id, "type": "Text", "text": source.text, "originatingEntity": "Human"},
        "selfUri": f"{communication}/internalmessages/{source.id}",
    }
