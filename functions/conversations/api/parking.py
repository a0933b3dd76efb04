"""Parking: an agent puts an interaction aside, which frees their capacity, and takes it up again."""

from typing import Any

from switchboard.conversations import console
from switchboard.kit import clock
from switchboard.kit.errors import InvalidValueError
from switchboard.kit.http import Answer, Api, Request

from functions.conversations.api import access, capacity

ACCEPTED = Answer(status=202)
FARTHEST_MS = 30 * 24 * 3_600_000


def register(api: Api) -> None:
    api.operation("ConversationsApi.patch_conversations_message_participant_parkingstate")(change)


def change(request: Request) -> Answer:
    """`parked`, until `resumeTime` where one is given, else until the customer writes; `connected` takes it up again."""
    path = request.path
    participant = access.participant_of(request.caller, path["conversationId"], path["participantId"], access.PICKUP)
    match request.body.get("state"):
        case "parked":
            console.park(path["conversationId"], participant.id, future(request.body, "resumeTime"))
        case "connected":
            capacity.take_up(participant, path["conversationId"])
            console.set_state(path["conversationId"], participant.id, "connected")
        case _:
            raise InvalidValueError("state can be set to parked or connected.", field="state")
    return ACCEPTED


def future(body: dict[str, Any], field: str) -> int:
    """The moment in milliseconds, 0 where none is given; raises InvalidValueError unless it lies ahead, by 30 days at most."""
    if not body.get(field):
        return 0
    moment, now = clock.to_ms(clock.parse(body[field])), clock.now_ms()
    if moment <= now:
        raise InvalidValueError(f"{field} must lie ahead.", field=field)
    if moment > now + FARTHEST_MS:
        raise InvalidValueError(f"{field} lies more than 30 days ahead.", field=field)
    return moment
