"""Sends messages over Open Messaging."""

from typing import Any

from switchboard.channels import sending
from switchboard.conversations import api as conversations
from switchboard.kit import sqs

from functions.channels.open.adapter import OpenMessaging

_ADAPTER = OpenMessaging()


def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return sqs.consume(event, lambda received: sending.deliver(received, _ADAPTER, conversations))
