"""The flows' API function."""

from typing import Any

from switchboard.identity import api as identity
from switchboard.kit.http import Api

from functions.flows.api import calendars, data_table_rows, data_tables, flows

api = Api(identity.caller)
for router in (flows, calendars, data_tables, data_table_rows):
    router.register(api)


def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one request of the HTTP API."""
    return api.handle(event, context)
