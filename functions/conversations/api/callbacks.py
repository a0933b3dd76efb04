"""Callbacks: ask for one, at once or for a time; an agent takes it, puts it off, ends it and notes its outcome (CE43)."""

from typing import Any

from switchboard.contacts import api as contacts
from switchboard.conversations import api as conversations
from switchboard.conversations import console
from switchboard.conversations.console import Callback, QueueTarget
from switchboard.conversations.models import Conversation
from switchboard.directory import api as directory
from switchboard.kit import paging, phones
from switchboard.kit.checks import check_range, check_size, dotted, require
from switchboard.kit.errors import InvalidValueError
from switchboard.kit.http import Answer, Api, Request
from switchboard.routing import api as routing
from switchboard.routing.models import LARGEST_PRIORITY, LARGEST_SCORE, MOST_PREFERRED, MOST_SKILLS

from functions.conversations.api import access, customers, participants, queues
from functions.conversations.api.moments import ahead

ACCEPTED = Answer(status=202)
PRIORITY = 100
"""Of a callback whose requester names none: it comes before those who wait on the line (CE43, step 4a)."""
CREATE = "conversation:callback:create"
MOST_NUMBERS = 10
LONGEST_NAME = 200
LARGEST_DATA = 20_000  # bytes


def register(api: Api) -> None:
    api.operation("ConversationsApi.post_conversations_callbacks", CREATE, idempotent=conversations.table)(create)
    api.operation("ConversationsApi.patch_conversations_callback_participant")(patch)
    api.operation("ConversationsApi.post_conversations_callback_participant_communication_wrapup")(participants.wrap_up)
    api.operation("ConversationsApi.get_conversations_callback")(get)
    api.operation("ConversationsApi.get_conversations_callbacks")(list_own)
    api.operation("ConversationsApi.get_conversations_callback_participant_wrapupcodes")(participants.wrapup_codes)
    api.operation("ConversationsApi.patch_conversations_callback_participant_attributes")(patch_attributes)
    api.route(
        "POST",
        "/api/v2/conversations/{conversationId}/participants/{participantId}/callbacks",
        CREATE,
        request="CreateCallbackCommand",
        body_required=True,
    )(create_instead)


def create(request: Request) -> dict[str, Any]:
    """A conversation of its own: it waits in the queue, at once or from `callbackScheduledTime` on.

    The customer is who `externalContactId` names (ours; the platform's model lacks it), else whom the numbers lead to.
    """
    callback, target = _asked(request)
    data = _data(request.body)
    contact_id = customers.named(request) or contacts.of_numbers(callback.numbers, callback.user_name)
    conversation = console.request_callback(request.attempt.identity, callback, target, contact_id, data)
    return identified(conversation)


def identified(conversation: Conversation) -> dict[str, Any]:
    """CreateCallbackResponse: a callback goes by the id of the part that waits for an agent."""
    waits = [each for each in conversation.of_purpose("acd") if each.active]
    return {
        "conversation": {"id": conversation.id, "selfUri": f"/api/v2/conversations/{conversation.id}"},
        "callbackIdentifiers": [{"type": "ACD", "id": each.id} for each in waits],
    }


def create_instead(request: Request) -> Answer:
    """The conversation goes on as a callback, which keeps the place it waits in and the external contact it has."""
    path = request.path
    access.participant_of(request.caller, path["conversationId"], path["participantId"], access.TRANSFER)
    callback, target = _asked(request)
    data = _data(request.body)
    contact_id = customers.named(request) or _unless_known(path["conversationId"], callback)
    console.call_back_instead(path["conversationId"], callback, target, contact_id, data)
    return ACCEPTED


def get(request: Request) -> dict[str, Any]:
    return console.callback_view(access.readable(request.caller, request.path["conversationId"]))


def list_own(request: Request) -> dict[str, Any]:
    """The callbacks that the calling agent is on now."""
    own = [each for each in access.held(request.caller) if each.callback]
    return paging.whole([console.callback_view(each) for each in own])


def patch_attributes(request: Request) -> dict[str, Any]:
    participants.patch_attributes(request)
    return {"attributes": request.body["attributes"]}


def patch(request: Request) -> Answer:
    """As for messages; `resumeTime` puts the callback off until then."""
    until = ahead(request.body or {}, "resumeTime")
    if not until:
        return participants.patch(request)
    path = request.path
    participant = access.participant_of(request.caller, path["conversationId"], path["participantId"], access.TRANSFER)
    console.put_off(path["conversationId"], participant.id, until)
    return ACCEPTED


def _unless_known(conversation_id: str, callback: Callback) -> str:
    """Whom the numbers lead to, where nobody has told yet who the customer is; empty where somebody has."""
    (customer,) = conversations.get(conversation_id).of_purpose("customer")
    return "" if customer.external_contact_id else contacts.of_numbers(callback.numbers, callback.user_name)


def _asked(request: Request) -> tuple[Callback, QueueTarget]:
    """The callback and where it waits. Raises InvalidValueError, BadRequestError naming the field, MissingPermissionError."""
    body = request.body
    if not body.get("queueId") and dotted(body, "routingData.queueId"):
        body = body | {"queueId": body["routingData"]["queueId"]}
    require(body, "queueId")
    queue = queues.named(body["queueId"])
    request.caller.require(CREATE, queue["division"]["id"])
    callback = Callback(
        numbers=numbers_of(body),
        user_name=(body.get("callbackUserName") or "")[:LONGEST_NAME],
        scheduled_at=ahead(body, "callbackScheduledTime"),
        most_retries=most_retries(queue),
        script_id=_short(body, "scriptId"),
        caller_id=phones.normalise(body["callerId"], "callerId") if body.get("callerId") else "",
        caller_id_name=_short(body, "callerIdName"),
    )
    return callback, _target(queue, body.get("routingData") or {})


def _short(body: dict[str, Any], field: str) -> str:
    """Raises InvalidValueError: a conversation is stored whole, which has its limits."""
    text = body.get(field) or ""
    if len(text) > LONGEST_NAME:
        raise InvalidValueError(f"{field} has more than {LONGEST_NAME} characters.", field=field)
    return text


def _data(body: dict[str, Any]) -> dict[str, str]:
    """What the agent is to see of it, as the customer's attributes. Raises InvalidValueError."""
    check_size(body, "data", LARGEST_DATA)
    return {key: str(value) for key, value in (body.get("data") or {}).items() if value is not None}


def _target(queue: dict[str, Any], asked: dict[str, Any]) -> QueueTarget:
    check_range({"routingData": asked}, "routingData.priority", -LARGEST_PRIORITY, LARGEST_PRIORITY)
    if len(asked.get("skillIds") or ()) > MOST_SKILLS:
        raise InvalidValueError(f"At most {MOST_SKILLS} skills are asked for.", field="routingData.skillIds")
    formula = "routingData.skillExpression"
    expression = routing.parse_skill_expression(asked.get("skillExpression") or "", formula)
    stores = {"skillIds": routing.skills(), "languageId": routing.languages(), "label": routing.utilization_labels()}
    for field, store in stores.items():
        wanted = asked.get(field) or []
        wanted = [wanted] if isinstance(wanted, str) else wanted
        known = store.find_all(wanted)
        if missing := [each for each in wanted if each not in known]:
            raise InvalidValueError(f"There is no {store.entity.kind} {missing[0]}.", field=f"routingData.{field}")
    priority = asked.get("priority")
    return QueueTarget(
        queue_id=queue["id"],
        queue_name=queue["name"],
        division_id=queue["division"]["id"],
        priority=PRIORITY if priority is None else priority,
        skill_ids=tuple(asked.get("skillIds") or ()),
        skill_expression=routing.resolved_skill_expression(expression, formula),
        language_id=asked.get("languageId") or "",
        label_id=asked.get("label") or "",
        preferred_agents=_preferred(asked),
    )


def _preferred(asked: dict[str, Any]) -> dict[str, int]:
    """Scores by user. Raises InvalidValueError naming the field."""
    named = dict.fromkeys(asked.get("preferredAgentIds") or [], "preferredAgentIds")
    scores = dict.fromkeys(named, LARGEST_SCORE)
    for index, each in enumerate(asked.get("scoredAgents") or []):
        user_id, score = dotted(each, "agent.id") or "", each.get("score") or 0
        if not 0 <= score <= LARGEST_SCORE:
            field = f"routingData.scoredAgents.{index}.score"
            raise InvalidValueError(f"score must be between 0 and {LARGEST_SCORE}.", field=field)
        named[user_id], scores[user_id] = f"scoredAgents.{index}.agent.id", score
    if len(named) > MOST_PREFERRED:
        field = f"routingData.{list(named.values())[MOST_PREFERRED]}"
        raise InvalidValueError(f"At most {MOST_PREFERRED} agents are preferred.", field=field)
    known = directory.present_users(named)
    if missing := [user_id for user_id in named if user_id not in known]:
        raise InvalidValueError(f"There is no user {missing[0]}.", field=f"routingData.{named[missing[0]]}")
    return scores


def numbers_of(body: dict[str, Any]) -> list[str]:
    """E.164. Raises InvalidValueError naming the number."""
    given = body.get("callbackNumbers") or []
    if not 1 <= len(given) <= MOST_NUMBERS:
        raise InvalidValueError(f"A callback needs 1 to {MOST_NUMBERS} numbers.", field="callbackNumbers")
    region = body.get("countryCode") or ""
    return [phones.normalise(each, f"callbackNumbers.{index}", region) for index, each in enumerate(given)]


def most_retries(queue: dict[str, Any]) -> int:
    """How often a callback of the queue may be put off; -1: without limit."""
    most = routing.media_settings(queue)["callback"].get("maxRetryCount")
    return -1 if most is None else int(most)
