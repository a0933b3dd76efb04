"""Small CloudFormation templates in the form CDK writes them."""

from typing import Any

Resources = dict[str, dict[str, Any]]


def att(logical_id: str, name: str = "Arn") -> dict[str, Any]:
    return {"Fn::GetAtt": [logical_id, name]}


def function(name: str, handler: str, *, allow: dict[str, list[Any]] | None = None, **variables: Any) -> Resources:
    """A function with its role; `allow` maps an action to the resources it is granted on."""
    role, policy = f"{name}Role", f"{name}Policy"
    granted = [{"Effect": "Allow", "Action": action, "Resource": on} for action, on in (allow or {}).items()]
    resources: Resources = {
        role: {"Type": "AWS::IAM::Role", "Properties": {}},
        name: {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "FunctionName": f"test-{name}",
                "Runtime": "python3.13",
                "Handler": f"tests.integration.local.handlers.{handler}",
                "Role": att(role),
                "Timeout": 10,
                "Environment": {"Variables": variables},
            },
        },
    }
    if granted:
        resources[policy] = {
            "Type": "AWS::IAM::Policy",
            "Properties": {"Roles": [{"Ref": role}], "PolicyDocument": {"Statement": granted}},
        }
    return resources


def queue(
    name: str, *, fifo: bool = False, dead_letters: str | None = None, receives: int = 3, visibility: int = 60
) -> Resources:
    suffix = ".fifo" if fifo else ""
    properties: dict[str, Any] = {"QueueName": f"test-{name}{suffix}", "VisibilityTimeout": visibility}
    if fifo:
        properties["FifoQueue"] = True
    if dead_letters:
        properties["RedrivePolicy"] = {"deadLetterTargetArn": att(dead_letters), "maxReceiveCount": receives}
    return {name: {"Type": "AWS::SQS::Queue", "Properties": properties}}


def consumer(
    name: str, handler: str, source: str, *, batch_size: int = 10, partial: bool = False, **variables: Any
) -> Resources:
    """A function that a queue feeds."""
    allow: dict[str, list[Any]] = dict.fromkeys(
        ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"), [att(source)]
    )
    allow |= variables.pop("allow", {})
    mapping: dict[str, Any] = {"FunctionName": {"Ref": name}, "EventSourceArn": att(source), "BatchSize": batch_size}
    if partial:
        mapping["FunctionResponseTypes"] = ["ReportBatchItemFailures"]
    return {
        **function(name, handler, allow=allow, **variables),
        f"{name}Mapping": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": mapping},
    }


def table(name: str = "Items", *, stream: bool = False, index: bool = False) -> Resources:
    attributes = ["PK", "SK", *(["GSI1PK", "GSI1SK"] if index else [])]
    properties: dict[str, Any] = {
        "TableName": f"test-{name}",
        "AttributeDefinitions": [{"AttributeName": attribute, "AttributeType": "S"} for attribute in attributes],
        "KeySchema": _keys("PK", "SK"),
    }
    if stream:
        properties["StreamSpecification"] = {"StreamViewType": "NEW_AND_OLD_IMAGES"}
    if index:
        projection = {"ProjectionType": "ALL"}
        properties["GlobalSecondaryIndexes"] = [
            {"IndexName": "GSI1", "KeySchema": _keys("GSI1PK", "GSI1SK"), "Projection": projection}
        ]
    return {name: {"Type": "AWS::DynamoDB::Table", "Properties": properties}}


def _keys(hash_key: str, range_key: str) -> list[dict[str, str]]:
    return [{"AttributeName": hash_key, "KeyType": "HASH"}, {"AttributeName": range_key, "KeyType": "RANGE"}]


def stream_consumer(name: str, handler: str, source: str, **mapping: Any) -> Resources:
    actions = ("dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream")
    properties = {"FunctionName": {"Ref": name}, "EventSourceArn": att(source, "StreamArn"), **mapping}
    return {
        **function(name, handler, allow=dict.fromkeys(actions, [att(source, "StreamArn")])),
        f"{name}Mapping": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": properties},
    }


def stack(*parts: Resources) -> dict[str, dict[str, Any]]:
    """One stack made of the parts."""
    resources: Resources = {}
    for part in parts:
        resources |= part
    return {"test": {"Resources": resources}}
