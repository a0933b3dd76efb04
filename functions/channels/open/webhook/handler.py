"""Takes the webhook calls of middleware."""

from typing import Any

from switchboard.channels import webhook

from functions.channels.open.adapter import OpenMessaging

_ADAPTER = OpenMessaging()


def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return webhook.serve(event, _ADAPTER)
