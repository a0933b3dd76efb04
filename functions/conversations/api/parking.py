"""Parking: an agent puts an interaction aside, which frees their capacity, and takes it up again."""

from switchboard.conversations import console
from switchboard.kit.errors import InvalidValueError
from switchboard.kit.http import Answer, Api, Request

from functions.conversations.api import access, capacity
from functions.conversations.api.moments import ahead

ACCEPTED = Answer(status=202)


def register(api: Api) -> None:
    api.operation("ConversationsApi.patch_conversations_message_participant_parkingstate")(change)


def change(request: Request) -> Answer:
    """`parked`, until `resumeTime` where one is given, else until the customer writes; `connected` takes it up again."""
    path = request.path
    participant = access.participant_of(request.caller, path["conversationId"], path["participantId"], access.PICKUP)
    match request.body.get("state"):
        case "parked":
            console.park(path["conversationId"], participant.id, ahead(request.body, "resumeTime"))
        case "connected":
            capacity.take_up(participant, path["conversationId"])
            console.set_state(path["conversationId"], participant.id, "connected")
        case _:
            raise InvalidValueError("state can be set to parked or connected.", field="state")
    return ACCEPTED
