"""Fetches attachments from middleware."""

from typing import Any

from switchboard.channels import media
from switchboard.conversations import api as conversations
from switchboard.kit import sqs

from functions.channels.open.adapter import OpenMessaging

_ADAPTER = OpenMessaging()


def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return sqs.consume(event, lambda received: media.fetch(received, _ADAPTER, conversations))
