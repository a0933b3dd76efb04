"""Conversations API: conversations, participants, messages, media."""

from typing import Any

from switchboard.identity import api as identity
from switchboard.kit.http import Api

from functions.conversations.api import agentless, conversations, media, messages, participants

api = Api(identity.caller)
for router in (conversations, participants, messages, agentless, media):
    router.register(api)


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    return api.handle(event, context)
