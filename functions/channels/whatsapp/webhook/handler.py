"""Takes WhatsApp's webhook calls."""

from typing import Any

from switchboard.channels import webhook

from functions.channels.whatsapp.adapter import WhatsApp

_ADAPTER = WhatsApp()


def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return webhook.serve(event, _ADAPTER)
