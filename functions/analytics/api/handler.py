"""Analytics API: details and aggregates of conversations, jobs, exports, aggregates of users, observations of queues and users."""

from typing import Any

from switchboard.identity import api as identity
from switchboard.kit.http import Api

from functions.analytics.api import conversations, detail_jobs, exports, queues, users

api = Api(identity.caller)
for router in (conversations, detail_jobs, exports, queues, users):
    router.register(api)


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    return api.handle(event, context)
