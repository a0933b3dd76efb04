"""Assignment by hand: a supervisor gives what waits to an agent, or an agent takes it from the list of what waits."""

from switchboard.conversations import api as conversations
from switchboard.conversations import console
from switchboard.conversations.models import Conversation, Participant
from switchboard.directory import api as directory
from switchboard.kit.callers import Caller
from switchboard.kit.errors import ConflictError, InvalidValueError, NotAuthorizedError
from switchboard.kit.http import Api, Request
from switchboard.routing import api as routing

from functions.conversations.api import access, capacity


def register(api: Api) -> None:
    api.operation("ConversationsApi.post_conversation_assign")(assign)


def assign(request: Request) -> str:
    """Skills, languages and rings do not matter; capacity does: who has no room now is given it when they have, unless somebody
    else comes first. Who takes it has room, and nobody else was given it before."""
    conversation = conversations.get(request.path["conversationId"])
    user_id, caller = request.body.get("id") or "", request.caller
    acd = conversations.waiting(conversation)
    if not user_id or user_id != caller.user_id:
        access.in_division(caller, conversation, access.ASSIGN)
    elif not caller.may(access.ASSIGN, *conversation.division_ids):
        _check_pull(caller, conversation, acd)
    if not directory.present_users([user_id]):
        raise InvalidValueError(f"There is no user {user_id}.", field="id")
    if acd is not None and not (routing.find_queue(acd.queue_id) or {}).get("enableManualAssignment", True):
        raise ConflictError("The queue's work is not assigned by hand.", field="conversationId")
    console.assign(conversation.id, user_id, _overruled(user_id, acd) if user_id == caller.user_id else None)
    return "assigned"


def _check_pull(caller: Caller, conversation: Conversation, acd: Participant | None) -> None:
    """Raises MissingPermissionError, NotAuthorizedError."""
    media = conversation.of_purpose("customer")[0].communications[-1].media
    access.in_division(caller, conversation, f"conversation:{media}:pull")
    if acd is not None and acd.queue_id not in routing.memberships_of(caller.person()):
        raise NotAuthorizedError("You are no member of the queue in which the conversation waits.")


def _overruled(user_id: str, acd: Participant | None) -> list[str]:
    """To whom it may have been given without their having it by now: they cannot take it. Raises ConflictError, NoCapacityError
    where the user cannot."""
    if acd is None or acd.routing is None:
        return []
    media, label_id, given_to = acd.communications[-1].media, acd.routing.label_id, acd.routing.direct_agent
    agents = routing.agents([user_id, given_to])
    agent = agents[user_id]
    if not agent.on_duty:
        raise ConflictError("Only who is on queue takes work from it.", field="id")
    capacity.check(agent, media, label_id)
    try:
        capacity.check(agents[given_to], media, label_id)
    except capacity.NoCapacityError:
        return [given_to]
    return [] if agents[given_to].on_duty else [given_to]
