"""Events as the bus delivers them to the recorder's queue."""

import itertools
import json

from tests.integration.analytics.conftest import Json

_numbers = itertools.count(1)


def changed(conversation: str, version: int) -> Json:
    return _event("conversation.changed", {"conversationId": conversation, "version": version})


def told(conversation: str) -> Json:
    """An agent's message of the conversation."""
    return _event("message.status", {"conversationId": conversation, "status": "queued"})


def _event(kind: str, detail: Json) -> Json:
    return {"source": "switchboard.conversations", "detail-type": kind, "detail": detail}


def record(body: Json) -> Json:
    """One record of an SQS event."""
    return {
        "messageId": f"m{next(_numbers)}",
        "receiptHandle": "r",
        "body": json.dumps(body),
        "attributes": {"ApproximateReceiveCount": "1"},
        "eventSourceARN": "arn:aws:sqs:eu-central-1:000000000000:analytics-events",
    }
