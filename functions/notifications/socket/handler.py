"""Connections of notification channels: who may connect, who went, and the client's heartbeat."""

import json
from typing import Any

from switchboard.notifications import api

PONG = json.dumps({"topicName": api.METADATA, "eventBody": {"message": "pong"}})


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    connection = event["requestContext"]["connectionId"]
    match event["requestContext"]["routeKey"]:
        case "$connect":
            query = event.get("queryStringParameters") or {}
            allowed = api.channels().connect(query.get("channel", ""), query.get("token", ""), connection)
            return {"statusCode": 200 if allowed else 403}
        case "$disconnect":
            api.channels().disconnect(connection)
            return {"statusCode": 200}
    return {"statusCode": 200, "body": PONG} if _is_ping(event.get("body")) else {"statusCode": 200}


def _is_ping(body: str | None) -> bool:
    try:
        said = json.loads(body or "")
    except ValueError:
        return False
    return isinstance(said, dict) and said.get("message") == "ping"
