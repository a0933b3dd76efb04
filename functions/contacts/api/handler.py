"""The contacts' API function."""

from typing import Any

from switchboard.identity import api as identity
from switchboard.kit.http import Api

from functions.contacts.api import associations, contacts, lookups

api = Api(identity.caller)
for router in (contacts, lookups, associations):
    router.register(api)


def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one request of the HTTP API."""
    return api.handle(event, context)
