"""A participant's part: answer, hold, leave, wrap up, transfer, attributes."""

from typing import Any

from switchboard.conversations import console
from switchboard.conversations.models import Participant, WrapUp
from switchboard.directory import api as directory
from switchboard.kit.checks import require
from switchboard.kit.errors import InvalidValueError
from switchboard.kit.http import Answer, Api, Request
from switchboard.routing import api as routing

from functions.conversations.api import access

ACCEPTED = Answer(status=202)
STATES = ("connected", "disconnected")


def register(api: Api) -> None:
    api.operation("ConversationsApi.patch_conversations_message_participant")(patch)
    api.operation("ConversationsApi.post_conversations_message_participant_communication_wrapup")(wrap_up)
    api.operation("ConversationsApi.get_conversation_participant_wrapupcodes")(wrapup_codes)
    api.operation("ConversationsApi.patch_conversation_participant_attributes")(patch_attributes)
    api.operation("ConversationsApi.post_conversation_participant_replace_queue")(replace_queue)
    api.operation("ConversationsApi.post_conversation_participant_replace_agent")(replace_agent)


def patch(request: Request) -> Answer:
    """`state`, `held`, `wrapup`, `wrapupSkipped`, in this order where several are sent."""
    body = request.body or {}
    state = body.get("state")
    if state is not None and state not in STATES:
        raise InvalidValueError(f"state can be set to {' or '.join(STATES)}.", field="state")
    permission = access.DISCONNECT if state == "disconnected" else access.PICKUP
    participant = _participant(request, permission)
    conversation_id = request.path["conversationId"]
    given = _wrap_up(body["wrapup"]) if body.get("wrapup") else None
    if state is not None:
        console.set_state(conversation_id, participant.id, state)
    if body.get("held") is not None:
        console.hold(conversation_id, participant.id, body["held"])
    if given is not None:
        console.wrap_up(conversation_id, participant.id, given)
    if body.get("wrapupSkipped"):
        console.skip_wrap_up(conversation_id, participant.id)
    return ACCEPTED


def wrap_up(request: Request) -> None:
    participant = _participant(request, access.DISCONNECT)
    require(request.body or {}, "code")
    console.wrap_up(request.path["conversationId"], participant.id, _wrap_up(request.body))


def wrapup_codes(request: Request) -> list[dict[str, Any]]:
    participant = _participant(request, access.VIEW)
    return routing.wrapup_codes_of(participant.queue_id)


def patch_attributes(request: Request) -> Answer:
    conversation = access.readable(request.caller, request.path["conversationId"])
    given = request.body.get("attributes")
    if given is None:
        raise InvalidValueError("attributes is required.", field="attributes")
    console.set_attributes(conversation.id, request.path["participantId"], given)
    return ACCEPTED


def replace_queue(request: Request) -> Answer:
    """Blind transfer to a queue."""
    participant = _participant(request, access.TRANSFER)
    queue = routing.find_queue(request.body.get("queueId") or "")
    if queue is None:
        raise InvalidValueError(f"There is no queue {request.body.get('queueId')}.", field="queueId")
    target = console.QueueTarget(queue_id=queue["id"], queue_name=queue["name"])
    console.transfer(request.path["conversationId"], participant.id, target)
    return ACCEPTED


def replace_agent(request: Request) -> Answer:
    """Blind transfer to an agent, through the queue the conversation came from."""
    participant = _participant(request, access.TRANSFER)
    user_id = request.body.get("userId") or ""
    if not directory.find_users([user_id]):
        raise InvalidValueError(f"There is no user {user_id}.", field="userId")
    target = console.QueueTarget(queue_id=participant.queue_id, queue_name=participant.queue_name, direct_agent=user_id)
    console.transfer(request.path["conversationId"], participant.id, target)
    return ACCEPTED


def _participant(request: Request, permission: str) -> Participant:
    path = request.path
    return access.participant_of(request.caller, path["conversationId"], path["participantId"], permission)


def _wrap_up(given: dict[str, Any]) -> WrapUp:
    code = given.get("code") or ""
    known = routing.wrapup_code(code)
    if known is None:
        raise InvalidValueError(f"There is no wrap-up code {code}.", field="code")
    return WrapUp(
        code=code,
        name=known["name"],
        notes=(given.get("notes") or "")[:10_000],
        tags=given.get("tags") or [],
        duration_seconds=given.get("durationSeconds") or 0,
        provisional=bool(given.get("provisional")),
    )
