"""An agent writes first: a conversation with a customer who has not written, or not lately (CE34, CE29).

Whether free text may be said is the channel's to decide when a message is sent: outside its window only a template goes through.
"""

from typing import Any

from switchboard.channels import api as channels
from switchboard.channels.adapter import Connection
from switchboard.conversations import api as conversations
from switchboard.conversations import console
from switchboard.conversations.console import AgentTarget, Opening
from switchboard.directory import api as directory
from switchboard.kit import phones
from switchboard.kit.checks import require
from switchboard.kit.errors import InvalidValueError
from switchboard.kit.http import Api, Request
from switchboard.routing import api as routing

from functions.conversations.api import access, capacity, customers, queues

# The queue's `outboundMessagingAddresses` by messenger type.
ADDRESSES = {"sms": "smsAddress", "open": "openMessagingRecipient", "whatsapp": "whatsAppRecipient"}
BY_PHONE = ("sms", "whatsapp")


def register(api: Api) -> None:
    api.operation("ConversationsApi.post_conversations_messages", access.WRITE, idempotent=conversations.table)(create)


def create(request: Request) -> dict[str, Any]:
    """On behalf of a queue, whose address for that messenger is used. The calling agent is connected in it at once."""
    body, user_id = request.body, request.caller.person()
    require(body, "queueId", "toAddress", "toAddressMessengerType")
    queue = queues.named(body["queueId"])
    request.caller.require(access.WRITE, queue["division"]["id"])
    messenger = body["toAddressMessengerType"]
    connection = _connection(queue, messenger)
    address = phones.normalise(body["toAddress"], "toAddress") if messenger in BY_PHONE else body["toAddress"]
    opening = Opening(
        channel=connection.channel,
        integration_id=connection.integration_id,
        address=address,
        queue_name=queue["name"],
        threading_minutes=channels.threading_minutes(connection.channel),
        use_existing=bool(body.get("useExistingConversation")),
        external_contact_id=customers.checked(request.caller, body.get("externalContactId")),
    )
    planned = console.planned(opening)
    _check_joining(request, planned)
    capacity.take(user_id, planned, queue["id"], "message")
    rules = routing.rules_of(queue)
    agent = AgentTarget(
        user_id=user_id,
        user_name=(directory.find_users([user_id]).get(user_id) or {}).get("name") or "",
        queue_id=queue["id"],
        division_id=queue["division"]["id"],
        wrapup_prompt=rules.wrapup_prompt,
        wrapup_timeout_ms=rules.wrapup_timeout_ms,
    )
    begun = console.write_first(opening, agent)
    return {"id": begun.id, "selfUri": f"/api/v2/conversations/messages/{begun.id}"}


def _check_joining(request: Request, conversation_id: str) -> None:
    """A conversation that there is may be another division's. Raises MissingPermissionError."""
    begun = conversations.find(conversation_id)
    if begun is not None and not access.takes_part(request.caller, begun):
        access.in_division(request.caller, begun, access.WRITE)


def _connection(queue: dict[str, Any], messenger: str) -> Connection:
    """By the queue's own address, or by the only integration there is of that type."""
    chosen = ((queue.get("outboundMessagingAddresses") or {}).get(ADDRESSES[messenger]) or {}).get("id")
    found = [each for each in channels.integrations() if each.messenger_type == messenger and chosen in (None, each.id)]
    if len(found) != 1:
        raise InvalidValueError(
            f"{len(found)} integrations of the type {messenger}: the queue's outboundMessagingAddresses must name one.",
            field="toAddressMessengerType",
        )
    return found[0].connection
