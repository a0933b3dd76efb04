"""Callbacks that nobody has taken are changed or cancelled, one or many at a time (CE43).

A supervisor's operations: `conversation:callback:edit`, `conversation:communication:disconnect`, in the division of each callback
and of the queue that it is brought to. Of many, each is done or refused on its own.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from switchboard.conversations import api as conversations
from switchboard.conversations import console
from switchboard.conversations.console import QueueTarget, Revision
from switchboard.directory import api as directory
from switchboard.kit.callers import Caller
from switchboard.kit.checks import require
from switchboard.kit.errors import BadRequestError, DomainError, InvalidValueError, NotFoundError
from switchboard.kit.http import Answer, Api, Request
from switchboard.kit.logs import logger, metric

from functions.conversations.api import access, callbacks, queues
from functions.conversations.api.moments import ahead

log = logger(__name__)

EDIT = "conversation:callback:edit"
MOST_AT_ONCE = 100
"""The platform names a limit nowhere; so many are done well within the time that a request may take."""
CHANGES = ("queueId", "agentId", "callbackScheduledTime", "callbackNumbers")

Body = dict[str, Any]


def register(api: Api) -> None:
    api.operation("ConversationsApi.patch_conversations_callbacks", EDIT)(patch)
    api.operation("ConversationsApi.post_conversations_callbacks_bulk_update", EDIT)(update_all)
    api.operation("ConversationsApi.post_conversations_callbacks_bulk_disconnect", access.DISCONNECT)(disconnect_all)


def patch(request: Request) -> Body:
    """PatchCallbackRequest. Raises NotFoundError, InvalidValueError naming the field, ConflictError where an agent has it."""
    return _change(request.caller, request.body)


def update_all(request: Request) -> Body:
    """Several PatchCallbackRequests, in their order; BulkCallbackPatchResponse."""
    return _each(request.body, "patchCallbackRequests", lambda item: _change(request.caller, item))


def disconnect_all(request: Request) -> Answer:
    """Several callbacks are cancelled. The platform answers with nothing; ours with what a bulk update does."""
    done = _each(request.body, "callbackDisconnectIdentifiers", lambda item: _disconnect(request.caller, item))
    return Answer(done, status=202)


def _change(caller: Caller, said: Body) -> Body:
    require(said, "conversationId")
    if not any(said.get(name) for name in CHANGES):
        raise BadRequestError(f"One of {', '.join(CHANGES)} is required.", field="callbackScheduledTime")
    access.in_division(caller, conversations.get(said["conversationId"]), EDIT)
    queue = queues.named(said["queueId"]) if said.get("queueId") else None
    if queue:
        caller.require(EDIT, queue["division"]["id"])
    agent_id = said.get("agentId") or ""
    if agent_id and not directory.present_users([agent_id]):
        raise InvalidValueError(f"There is no user {agent_id}.", field="agentId")
    revision = Revision(
        numbers=callbacks.numbers_of(said) if said.get("callbackNumbers") is not None else [],
        scheduled_at=ahead(said, "callbackScheduledTime"),
        agent_id=agent_id,
        target=QueueTarget(queue["id"], queue["name"], division_id=queue["division"]["id"]) if queue else None,
        most_retries=callbacks.most_retries(queue) if queue else -1,
    )
    return callbacks.identified(console.revise_callback(said["conversationId"], revision))


def _disconnect(caller: Caller, said: Body) -> Body:
    """`callbackId` may say which callback of the conversation is meant: by the part that waits or waited, or its communication."""
    require(said, "conversationId")
    conversation = conversations.get(said["conversationId"])
    access.in_division(caller, conversation, access.DISCONNECT)
    waits = conversation.of_purpose("acd")
    known = {each.id for each in waits} | {part.id for each in waits for part in each.communications}
    if said.get("callbackId") and said["callbackId"] not in known:
        raise NotFoundError("callback", said["callbackId"])
    console.cancel_callback(conversation.id)
    return {"conversation": {"id": conversation.id, "selfUri": f"/api/v2/conversations/{conversation.id}"}}


def _each(body: Mapping[str, Any], field: str, do: Callable[[Body], Body]) -> Body:
    """BulkCallbackPatchResponse: for each item of the body's field what was done or why it was not. Raises BadRequestError,
    InvalidValueError where there are none or too many: nothing is done then."""
    items: Sequence[Body] = body.get(field) or []
    if not items:
        raise BadRequestError(f"{field} is required.", field=field)
    if len(items) > MOST_AT_ONCE:
        raise InvalidValueError(f"{field} holds at most {MOST_AT_ONCE}.", field=field)
    results = [_result(item, do) for item in items]
    failed = [index for index, result in enumerate(results) if "error" in result]
    return {"results": results, "errorCount": len(failed), "errorIndexes": failed}


def _result(item: Body, do: Callable[[Body], Body]) -> Body:
    try:
        return {"entity": do(item)}
    except DomainError as error:
        refused = error
    except Exception:
        # What was done with the items before it must still be told.
        log.exception("an item of a bulk request failed")
        metric("ApiFault", operation="callbacks.bulk")
        refused = DomainError("The server failed; the correlation id finds the reason in its log.")
    return {"error": {"code": refused.code, "message": refused.message}}
