"""Agentless messages: one message out of a system to a customer, with no agent in the conversation (CE12)."""

from typing import Any

from switchboard.channels import api as channels
from switchboard.conversations import api as conversations
from switchboard.conversations import console
from switchboard.conversations.api import Draft
from switchboard.kit import clock, phones
from switchboard.kit.checks import require
from switchboard.kit.errors import InvalidValueError
from switchboard.kit.http import Api, Request

from functions.conversations.api.messages import template_of


def register(api: Api) -> None:
    api.operation(
        "ConversationsApi.post_conversations_messages_agentless",
        "conversation:message:create",
        status=202,
        idempotent=conversations.table,
    )(send)


def send(request: Request) -> dict[str, Any]:
    """`fromAddress` is an integration's id or phone number, `toAddress` the customer's address on that channel: a phone number with
    its `+`, or an id of the channel's own."""
    body = request.body
    require(body, "fromAddress", "toAddress", "toAddressMessengerType")
    connection = channels.connection_by_address(body["toAddressMessengerType"], body["fromAddress"])
    if connection is None:
        raise InvalidValueError("No integration of this messenger type has the address.", field="fromAddress")
    template, text = template_of(body, body.get("textBody") or "")
    draft = Draft(text=text, template=template, sender_user_id=request.caller.user_id, bot=not request.caller.user_id)
    existing = bool(body.get("useExistingActiveConversation"))
    address = body["toAddress"]
    if address.startswith("+"):
        address = phones.normalise(address, "toAddress")
    sent = conversations.send_agentless(
        connection.channel, connection.integration_id, address, draft, existing, request.attempt
    )
    return {
        "id": sent.id,
        "conversationId": sent.conversation_id,
        "fromAddress": body["fromAddress"],
        "toAddress": body["toAddress"],
        "messengerType": body["toAddressMessengerType"],
        "useExistingActiveConversation": existing,
        "message": console.message_data(sent),
        "timestamp": clock.iso_ms(sent.time),
        "user": {"id": request.caller.user_id} if request.caller.user_id else None,
        "selfUri": f"/api/v2/conversations/messages/{sent.id}/details",
    }
