"""The channels' API function: messaging integrations, recipients and the threading window."""

from typing import Any

from switchboard.identity import api as identity
from switchboard.kit.http import Api

from functions.channels.api import integrations, open_integrations, recipients, threading, whatsapp_integrations

api = Api(identity.caller)
for router in (integrations, open_integrations, whatsapp_integrations, recipients, threading):
    router.register(api)


def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one request of the HTTP API."""
    return api.handle(event, context)
