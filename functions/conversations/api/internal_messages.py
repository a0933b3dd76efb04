"""Consultations: an agent asks a colleague, and both write to each other without the customer."""

from typing import Any

from switchboard.conversations import api as conversations
from switchboard.conversations import console
from switchboard.directory import api as directory
from switchboard.identity import api as identity
from switchboard.kit import paging
from switchboard.kit.checks import require
from switchboard.kit.errors import InvalidValueError, NotAuthorizedError, NotFoundError
from switchboard.kit.http import Answer, Api, Request

from functions.conversations.api import access

CREATE = "conversation:internalMessaging:create"
ACCEPT = "conversation:internalMessaging:accept"


def register(api: Api) -> None:
    api.operation("ConversationsApi.post_conversation_participant_internalmessages_users_communications")(consult)
    api.operation("ConversationsApi.post_conversation_communication_internalmessages", idempotent=conversations.table)(
        say
    )
    api.operation("ConversationsApi.get_conversation_communication_internalmessages")(list_all)
    api.operation("ConversationsApi.get_conversation_communication_internalmessage")(get)
    api.operation("ConversationsApi.patch_conversation_participant")(patch)


def consult(request: Request) -> dict[str, Any]:
    """`targetUserId`: the colleague, who may accept consultations and is given a minute to; asked again meanwhile it is the same
    communication."""
    require(request.body, "targetUserId")
    path, user_id = request.path, request.body["targetUserId"]
    agent = access.participant_of(request.caller, path["conversationId"], path["participantId"], CREATE)
    user = directory.present_users([user_id]).get(user_id)
    if user is None or user_id == agent.user_id:
        raise InvalidValueError("targetUserId names nobody who could be consulted.", field="targetUserId")
    access.may_target(request.caller, user["division"]["id"])
    if not identity.user(user_id).may(ACCEPT):
        raise InvalidValueError(f"The user that targetUserId names lacks {ACCEPT}.", field="targetUserId")
    colleague = console.consult(path["conversationId"], agent.id, user_id, user["name"])
    end = colleague.communications[-1]
    return {
        "conversation": {"id": path["conversationId"], "selfUri": f"/api/v2/conversations/{path['conversationId']}"},
        "communicationId": end.peer_id,
        "peerCommunicationId": end.id,
        "commandId": end.id,
    }


def patch(request: Request) -> Answer:
    """`state` of a colleague's part in a consultation: `connected` accepts, `disconnected` declines or ends it. The agent who asked
    may end it too."""
    conversation_id, participant_id = request.path["conversationId"], request.path["participantId"]
    state = request.body.get("state")
    if state not in ("connected", "disconnected"):
        raise InvalidValueError("state can be set to connected or disconnected.", field="state")
    conversation = access.readable(request.caller, conversation_id)
    participant = conversation.participant(participant_id)
    if participant is None:
        raise NotFoundError("participant", participant_id)
    if not participant.consulted:
        raise InvalidValueError(
            "The participant's part is changed through its medium's own path.", field="participantId"
        )
    agent = conversation.participant(participant.consult_participant_id)
    own = {participant.user_id} | ({agent.user_id} if agent and state == "disconnected" else set())
    if request.caller.user_id not in own:
        permission = access.DISCONNECT if state == "disconnected" else access.PICKUP
        access.in_division(request.caller, conversation, permission)
    console.set_state(conversation_id, participant_id, state)
    return Answer(status=202)


def say(request: Request) -> dict[str, Any]:
    require(request.body, "text")
    access.readable(request.caller, request.path["conversationId"])
    if not request.caller.user_id:
        raise NotAuthorizedError("Only users consult each other.")
    said = console.say_internally(
        request.path["conversationId"], request.path["communicationId"], request.caller.user_id, request.body["text"]
    )
    return console.internal_message(said)


def list_all(request: Request) -> dict[str, Any]:
    """What both have said, the earliest first."""
    conversation_id, communication_id = _readable(request)
    found = [console.internal_message(each) for each in console.said_internally(conversation_id, communication_id)]
    path = f"/api/v2/conversations/{conversation_id}/communications/{communication_id}/internalmessages"
    return paging.numbered(found, path, request.query)


def get(request: Request) -> dict[str, Any]:
    conversation_id, communication_id = _readable(request)
    for each in console.said_internally(conversation_id, communication_id):
        if each.id == request.path["messageId"]:
            return console.internal_message(each)
    raise NotFoundError("message", request.path["messageId"])


def _readable(request: Request) -> tuple[str, str]:
    """The two who talk may read it, and who may view others' parts."""
    conversation_id, communication_id = request.path["conversationId"], request.path["communicationId"]
    conversation = access.readable(request.caller, conversation_id)
    if request.caller.user_id not in console.consulting_users(conversation, communication_id):
        access.in_division(request.caller, conversation, access.VIEW)
    return conversation_id, communication_id
