"""Handlers of the small templates: they do one thing each and remember what they were given."""

import json
import time
from collections import defaultdict
from typing import Any

import boto3
from switchboard.kit import settings

received: defaultdict[str, list[Any]] = defaultdict(list)
"""Events by function name; emptied before each test."""

failing: set[str] = set()
"""Bodies that make the handlers below fail."""


def _bodies(event: dict[str, Any]) -> list[str]:
    return [record["body"] for record in event["Records"]]


def remember(event: dict[str, Any], _context: Any) -> None:
    received[settings.function_name()].append(event)


def all_or_nothing(event: dict[str, Any], _context: Any) -> None:
    received[settings.function_name()].append(event)
    if failing.intersection(_bodies(event)):
        raise ValueError("poison")


def each_on_its_own(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    received[settings.function_name()].append(event)
    failed = [record["messageId"] for record in event["Records"] if record["body"] in failing]
    return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in failed]}


def in_order(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Stops at the first failure, as a consumer of a FIFO queue must."""
    received[settings.function_name()].append(event)
    identifiers = [record["messageId"] for record in event["Records"]]
    position = next((place for place, body in enumerate(_bodies(event)) if body in failing), len(identifiers))
    return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in identifiers[position:]]}


def changes(event: dict[str, Any], _context: Any) -> None:
    received[settings.function_name()].append(event)
    if failing.intersection(record["dynamodb"]["Keys"]["PK"]["S"] for record in event["Records"]):
        raise ValueError("poison")


def store_twice(event: dict[str, Any], _context: Any) -> None:
    """Two writes that are safe to repeat."""
    table = boto3.client("dynamodb")
    for record in event["Records"]:
        for sort_key in ("first", "second"):
            item = {"PK": {"S": record["body"]}, "SK": {"S": sort_key}}
            table.put_item(TableName=settings.required("ITEMS_TABLE"), Item=item)


def query_index(event: dict[str, Any], _context: Any) -> int:
    answer = boto3.client("dynamodb").query(
        TableName=settings.required("ITEMS_TABLE"),
        IndexName=event["index"],
        KeyConditionExpression="GSI1PK = :key",
        ExpressionAttributeValues={":key": {"S": "x"}},
    )
    return int(answer["Count"])


def set_timer(event: dict[str, Any], _context: Any) -> None:
    boto3.client("scheduler").create_schedule(
        Name=event["name"],
        GroupName=settings.required("SCHEDULER_GROUP"),
        ScheduleExpression=f"at({event['at']})",
        FlexibleTimeWindow={"Mode": "OFF"},
        ActionAfterCompletion="DELETE",
        Target={
            "Arn": settings.required("TIMERS_QUEUE_ARN"),
            "RoleArn": settings.required("SCHEDULER_ROLE_ARN"),
            "Input": event["input"],
        },
    )


def echo(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    return {
        "statusCode": 200,
        "headers": {"Content-Type": "application/json"},
        "body": json.dumps(event),
        "cookies": ["a=1", "b=2"],
    }


def broken(_event: dict[str, Any], _context: Any) -> None:
    raise RuntimeError("defect")


def publish_keys(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """The issuer's discovery document and keys."""
    issuer = settings.required("PUBLIC_URL")
    if event["rawPath"].endswith("openid-configuration"):
        return {"issuer": issuer, "jwks_uri": f"{issuer}/.well-known/jwks.json"}
    return dict(json.loads(settings.required("JWKS")))


def socket(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Accepts who brings a key; answers `echo`, posts on `post`, and tells who has left."""
    context = event["requestContext"]
    received[settings.function_name()].append(event)
    if context["eventType"] == "CONNECT":
        return {"statusCode": 200 if event.get("queryStringParameters", {}).get("key") == "open" else 403}
    if event.get("body") == "post":
        api = boto3.client("apigatewaymanagementapi", endpoint_url=settings.required("WEBSOCKET_API_ENDPOINT"))
        api.post_to_connection(ConnectionId=context["connectionId"], Data=b"posted")
        return {"statusCode": 200}
    return {"statusCode": 200, "body": event.get("body", "")}


def post(event: dict[str, Any], _context: Any) -> str:
    api = boto3.client("apigatewaymanagementapi", endpoint_url=settings.required("WEBSOCKET_API_ENDPOINT"))
    try:
        api.post_to_connection(ConnectionId=event["connection"], Data=b"hello")
    except api.exceptions.GoneException as error:
        return str(error.response["ResponseMetadata"]["HTTPStatusCode"])
    return "sent"


def sleep(seconds: float, context: Any) -> bool:
    """Whether there was time left in the beginning."""
    left = context.get_remaining_time_in_millis()
    time.sleep(seconds)
    return bool(0 < left <= 1000)


def keep_token(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    received[settings.function_name()].append(event)
    return {"kept": True}
