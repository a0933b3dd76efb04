"""Takes messages, receipts, events and answers of Open Messaging from clients with a token."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from switchboard.channels import api as channels
from switchboard.channels import intake, webhook
from switchboard.channels.message import Event, inbound
from switchboard.conversations import api as conversations
from switchboard.identity import api as identity
from switchboard.kit import ids
from switchboard.kit.errors import NotFoundError
from switchboard.kit.http import Api, Request

from functions.channels.open import payloads

PERMISSION = "conversation:message:receive"
STRUCTURED = "/api/v2/conversations/messages/{integrationId}/inbound/open/structured/response"

api = Api(identity.caller)


@api.operation("ConversationsApi.post_conversations_message_inbound_open_message", PERMISSION)
def receive_message(request: Request) -> dict[str, Any]:
    return _take(request, lambda body: [payloads.message_of(body)], "Text")


@api.operation("ConversationsApi.post_conversations_message_inbound_open_receipt", PERMISSION)
def receive_receipt(request: Request) -> dict[str, Any]:
    return _take(request, lambda body: [payloads.receipt_of(body)], "Receipt")


@api.operation("ConversationsApi.post_conversations_message_inbound_open_event", PERMISSION)
def receive_event(request: Request) -> dict[str, Any]:
    return _take(request, payloads.signals_of, "Event")


@api.route("POST", STRUCTURED, PERMISSION, request="object", body_required=True)
def receive_answer(request: Request) -> dict[str, Any]:
    return _take(request, lambda body: [payloads.structured_of(body)], "Structured")


def _take(request: Request, read: Callable[[Mapping[str, Any]], Sequence[Event]], kind: str) -> dict[str, Any]:
    """Queue what the body says; the body again, as the platform normalizes it, with our ids."""
    integration_id = request.path["integrationId"]
    connection = channels.connection(integration_id) if ids.is_uuid(integration_id) else None
    if connection is None or connection.channel != payloads.CHANNEL:
        raise NotFoundError("integration", integration_id)
    body = webhook.decoded(request.raw_body)  # the contract's model does not know custom attributes
    events = [inbound(payloads.CHANNEL, integration_id, event) for event in read(body)]
    intake.enqueue(events)
    message = events[0].message
    sender = message.sender.identity.value if message else ""
    identifier = conversations.message_id(integration_id, sender, message.provider_id) if message else ""
    return payloads.normalized(body, kind, integration_id, identifier)


def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return api.handle(event, context)
