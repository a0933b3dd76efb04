"""Notifications API: channels and their subscriptions."""

from typing import Any

from switchboard.identity import api as identity
from switchboard.kit.http import Api

from functions.notifications.api import channels, subscriptions

api = Api(identity.caller)
for router in (channels, subscriptions):
    router.register(api)


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    return api.handle(event, context)
