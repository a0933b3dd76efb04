"""Conversations API: conversations, participants, transfers, parking, messages, callbacks, media."""

from typing import Any

from switchboard.identity import api as identity
from switchboard.kit.http import Api

from functions.conversations.api import (
    agentless,
    assigning,
    callback_changes,
    callbacks,
    conversations,
    internal_messages,
    media,
    messages,
    outbound,
    parking,
    participants,
    transfers,
)

api = Api(identity.caller)
for router in (
    conversations,
    assigning,
    participants,
    transfers,
    parking,
    messages,
    outbound,
    agentless,
    callbacks,
    callback_changes,
    internal_messages,
    media,
):
    router.register(api)


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    return api.handle(event, context)
