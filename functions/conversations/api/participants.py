"""A participant's part: answer, hold, leave, wrap up, attributes."""

from typing import Any

from switchboard.conversations import console
from switchboard.conversations.models import Participant, WrapUp
from switchboard.kit.checks import check_range, check_size, require
from switchboard.kit.errors import InvalidValueError, NotFoundError
from switchboard.kit.http import Answer, Api, Request
from switchboard.routing import api as routing

from functions.conversations.api import access, capacity

ACCEPTED = Answer(status=202)
STATES = ("connected", "disconnected")
LONGEST_SECONDS = 24 * 3600
LARGEST_TAGS = 10_000  # bytes
AFTER_CALL_WORK = (
    "/api/v2/conversations/aftercallwork/{conversationId}/participants/{participantId}/communications/{communicationId}"
)


def register(api: Api) -> None:
    api.operation("ConversationsApi.patch_conversations_message_participant")(patch)
    api.operation("ConversationsApi.post_conversations_message_participant_communication_wrapup")(wrap_up)
    api.operation("ConversationsApi.get_conversation_participant_wrapupcodes")(wrapup_codes)
    api.operation("ConversationsApi.patch_conversation_participant_attributes")(patch_attributes)
    api.route("PATCH", AFTER_CALL_WORK, request="dict(str, object)", body_required=True)(request_after_call_work)


def patch(request: Request) -> Answer:
    """`state`, `held`, `wrapup`, `wrapupSkipped`, in this order where several are sent."""
    body = request.body or {}
    state = body.get("state")
    if state is not None and state not in STATES:
        raise InvalidValueError(f"state can be set to {' or '.join(STATES)}.", field="state")
    permission = access.DISCONNECT if state == "disconnected" else access.PICKUP
    participant = _participant(request, permission)
    conversation_id = request.path["conversationId"]
    given = wrap_up_of(body["wrapup"], participant) if body.get("wrapup") is not None else None
    if state == "connected":
        capacity.take_up(participant, conversation_id)
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
    if request.path["communicationId"] not in [each.id for each in participant.communications]:
        raise NotFoundError("communication", request.path["communicationId"])
    console.wrap_up(request.path["conversationId"], participant.id, wrap_up_of(request.body or {}, participant))


def wrapup_codes(request: Request) -> list[dict[str, Any]]:
    participant = _participant(request, access.VIEW)
    return routing.wrapup_codes_of(participant.queue_id)


def patch_attributes(request: Request) -> Answer:
    """Who was connected with the customer may, others by permission: flows route by attributes."""
    conversation = access.readable(request.caller, request.path["conversationId"])
    user_id = request.caller.user_id
    own = [each for each in conversation.participants if each.user_id == user_id and not each.consulted]
    if not user_id or not any(each.talked for each in own):
        access.in_division(request.caller, conversation, access.EDIT)
    given = request.body.get("attributes")
    if given is None:
        raise InvalidValueError("attributes is required.", field="attributes")
    console.set_attributes(conversation.id, request.path["participantId"], given)
    return ACCEPTED


def request_after_call_work(request: Request) -> dict[str, Any]:
    """Where the queue leaves it to the agent: they want time after this interaction, or not."""
    wanted = request.body.get("afterCallWorkRequired")
    if not isinstance(wanted, bool):
        raise InvalidValueError("afterCallWorkRequired is true or false.", field="afterCallWorkRequired")
    participant = _participant(request, access.DISCONNECT)
    console.request_after_call_work(request.path["conversationId"], participant.id, wanted)
    return {"afterCallWorkRequired": wanted}


def _participant(request: Request, permission: str) -> Participant:
    path = request.path
    return access.participant_of(request.caller, path["conversationId"], path["participantId"], permission)


def wrap_up_of(given: dict[str, Any], participant: Participant) -> WrapUp:
    """The wrap-up that a body gives; only a provisional one may lack a code. Raises BadRequestError,
    InvalidValueError where the code is none of the queue's."""
    provisional = bool(given.get("provisional"))
    if not provisional:
        require(given, "code")
    check_range(given, "durationSeconds", 0, LONGEST_SECONDS)
    check_size(given, "tags", LARGEST_TAGS)
    code = given.get("code") or ""
    allowed = {each["id"]: each for each in routing.wrapup_codes_of(participant.queue_id)}
    # A queue without codes of its own leaves the choice open.
    known = allowed.get(code) if allowed else routing.wrapup_code(code)
    if code and known is None:
        raise InvalidValueError(f"The queue has no wrap-up code {code}.", field="code")
    return WrapUp(
        code=code,
        name=known["name"] if known else "",
        notes=(given.get("notes") or "")[:10_000],
        tags=given.get("tags") or [],
        duration_seconds=given.get("durationSeconds") or 0,
        provisional=provisional,
    )
