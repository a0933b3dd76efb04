"""Sends messages over WhatsApp."""

from typing import Any

from switchboard.channels import sending
from switchboard.conversations import api as conversations
from switchboard.kit import sqs

from functions.channels.whatsapp.adapter import WhatsApp

_ADAPTER = WhatsApp()


def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return sqs.consume(event, lambda received: sending.deliver(received, _ADAPTER, conversations))
