"""Transfers, blind and attended: to a queue, to an agent, to an external contact whom the customer's channel reaches."""

from typing import Any

from switchboard.contacts import console as contacts
from switchboard.conversations import api as conversations
from switchboard.conversations import console
from switchboard.conversations.models import Participant
from switchboard.directory import api as directory
from switchboard.kit.checks import require
from switchboard.kit.errors import ConflictError, InvalidValueError
from switchboard.kit.http import Answer, Api, Request
from switchboard.routing import api as routing

from functions.conversations.api import access, queues

ACCEPTED = Answer(status=202)
PHONES = {"CellPhone": "cellPhone", "HomePhone": "homePhone", "OtherPhone": "otherPhone", "WorkPhone": "workPhone"}
REPLACE = "/participants/{participantId}/replace"


def register(api: Api) -> None:
    api.operation("ConversationsApi.post_conversation_participant_replace_queue")(to_queue)
    api.operation("ConversationsApi.post_conversation_participant_replace_agent")(to_agent)
    api.operation("ConversationsApi.post_conversation_participant_replace_contact_external")(to_external_contact)
    for parent in ("", "/callbacks", "/messages"):
        path = f"/api/v2/conversations{parent}/{{conversationId}}{REPLACE}"
        api.route("POST", path, request="TransferRequest", body_required=True)(to_any)


def to_queue(request: Request) -> Answer:
    """Back to the queue it came from, or on to another: with its skills, language, priority and the credit of its waiting."""
    participant, queue = _participant(request), _queue(request.body)
    if queue.queue_id != participant.queue_id:
        access.may_target(request.caller, queue.division_id)
    return _transfer(request, participant, queue)


def to_agent(request: Request) -> Answer:
    """Through the queue that the conversation came from, to one agent; to others there only when they have had time to take it."""
    if request.body.get("voicemail"):
        raise InvalidValueError("Only calls go to a voicemail inbox.", field="voicemail")
    participant = _participant(request)
    return _transfer(request, participant, _agent(request, participant, _user_id(request.body)))


def to_external_contact(request: Request) -> Answer:
    """To an external contact, on the integration that the customer writes to; `phoneType` chooses among their numbers."""
    body = request.body
    require(body, "contactId")
    participant = _participant(request)
    conversation = conversations.get(request.path["conversationId"])
    contact = contacts.named(body["contactId"], request.caller, "contactId")
    phone = PHONES.get(body.get("phoneType") or "", "")
    found = contacts.addresses(contact, conversation.channel, conversation.integration_id, phone)
    ways = [console.Way(each.identity, each.proven) for each in found]
    named = " ".join(contact[name] for name in ("firstName", "lastName") if contact.get(name))
    console.transfer_to_contact(
        conversation.id,
        participant.id,
        (contact["id"], named),
        ways,
        _manner(body),
        "phoneType" if phone else "contactId",
    )
    return ACCEPTED


def to_any(request: Request) -> Answer:
    """TransferRequest: exactly one of queueId, userId, userName, address."""
    given = [name for name in ("queueId", "userId", "userName", "address") if request.body.get(name)]
    if len(given) != 1:
        raise InvalidValueError("Exactly one of queueId, userId, userName and address is needed.", field="queueId")
    if given == ["queueId"]:
        return to_queue(request)
    if given != ["address"]:
        return to_agent(request)
    raise InvalidValueError(
        "Only calls are transferred to an address: messages go to an external contact on the customer's channel.",
        field="address",
    )


def _transfer(request: Request, participant: Participant, target: console.QueueTarget) -> Answer:
    console.transfer(request.path["conversationId"], participant.id, target, _manner(request.body))
    return ACCEPTED


def _manner(body: dict[str, Any]) -> console.Manner:
    """`Attended`: the agent stays until somebody has taken over, and with them whom they consult."""
    attended, keep = body.get("transferType") == "Attended", bool(body.get("keepInternalMessageAlive"))
    if attended and keep:
        raise InvalidValueError(
            "Advice ends when somebody has taken over; it outlasts unattended transfers only.",
            field="keepInternalMessageAlive",
        )
    return console.Manner(attended, keep)


def _queue(body: dict[str, Any]) -> console.QueueTarget:
    """By its id, or else by its name."""
    if body.get("queueName") and not body.get("queueId"):
        queue = queues.called(body["queueName"])
    else:
        require(body, "queueId")
        queue = queues.named(body["queueId"])
    return console.QueueTarget(queue["id"], queue["name"], division_id=queue["division"]["id"])


def _user_id(body: dict[str, Any]) -> str:
    """As it is named, or of the user whose e-mail address is named."""
    if body.get("userId") or not body.get("userName"):
        require(body, "userId")
        return str(body["userId"])
    user = directory.find_by_email(body["userName"])
    if user is None:
        raise InvalidValueError(f"There is no user {body['userName'][:60]}.", field="userName")
    return str(user["id"])


def _agent(request: Request, participant: Participant, user_id: str) -> console.QueueTarget:
    user = directory.present_users([user_id]).get(user_id)
    if user is None:
        raise InvalidValueError(f"There is no user {user_id}.", field="userId")
    access.may_target(request.caller, user["division"]["id"])
    agent = routing.agent(user_id)
    if not agent.on_duty:
        status = agent.status.lower().replace("_", " ")
        raise ConflictError(f"{user['name']} is {status}: transfer to a queue or to somebody else.", field="userId")
    queue_id, queue_name = _through(request, participant)
    return console.QueueTarget(queue_id, queue_name, direct_agent=user_id, direct_wait_ms=console.AGENT_WAIT_MS)


def _through(request: Request, participant: Participant) -> tuple[str, str]:
    """The participant's queue, or the last one that the conversation waited in."""
    conversation = conversations.get(request.path["conversationId"])
    candidates = [participant, *reversed(conversation.of_purpose("acd"))]
    origin = next((each for each in candidates if each.queue_id), None)
    if origin is None:
        raise ConflictError("The conversation came from no queue: transfer it to one.", field="userId")
    return origin.queue_id, origin.queue_name


def _participant(request: Request) -> Participant:
    path = request.path
    return access.participant_of(request.caller, path["conversationId"], path["participantId"], access.TRANSFER)
