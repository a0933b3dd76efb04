"""A function may do what its role in the template says."""

from typing import Any

import pytest

from local.functions import FunctionError
from local.permissions import Needs, Statement, missing
from tests.integration.local.conftest import StartCloud
from tests.integration.local.templates import att, consumer, function, queue, stack, table

NEEDS = Needs("1", "r", lambda kind, name: f"arn:{kind}/{name}")


def test_an_index_must_be_granted_beside_its_table(start_cloud: StartCloud) -> None:
    items = {"ITEMS_TABLE": {"Ref": "Items"}}
    granted = [att("Items"), {"Fn::Join": ["", [att("Items"), "/index/GSI1"]]}]
    cloud = start_cloud(
        stack(
            table(index=True),
            function("Lacks", "query_index", allow={"dynamodb:Query": [att("Items")]}, **items),
            function("Has", "query_index", allow={"dynamodb:Query": granted}, **items),
        )
    )
    assert cloud.functions.invoke(cloud.function("test-Has"), {"index": "GSI1"}) == 0
    with pytest.raises(FunctionError, match=r"AccessDenied.*dynamodb:Query.*index/GSI1"):
        cloud.functions.invoke(cloud.function("test-Lacks"), {"index": "GSI1"})


def test_a_function_cannot_be_fed_by_a_queue_it_may_not_read(start_cloud: StartCloud) -> None:
    mapping = consumer("Worker", "remember", "Work")
    del mapping["WorkerPolicy"]
    with pytest.raises(PermissionError, match="sqs:ReceiveMessage"):
        start_cloud(stack(queue("Work"), mapping))


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "expected"),
    [
        ("dynamodb", "GetItem", {"TableName": "t"}, [("dynamodb:GetItem", "arn:aws:dynamodb:r:1:table/t")]),
        (
            "dynamodb",
            "TransactWriteItems",
            {"TransactItems": [{"Put": {"TableName": "a"}}, {"ConditionCheck": {"TableName": "b"}}]},
            [
                ("dynamodb:PutItem", "arn:aws:dynamodb:r:1:table/a"),
                ("dynamodb:ConditionCheckItem", "arn:aws:dynamodb:r:1:table/b"),
            ],
        ),
        ("sqs", "SendMessageBatch", {"QueueUrl": "https://sqs/1/q"}, [("sqs:SendMessage", "arn:aws:sqs:r:1:q")]),
        (
            "scheduler",
            "CreateSchedule",
            {"Name": "n", "GroupName": "g", "Target": {"RoleArn": "role"}},
            [("scheduler:CreateSchedule", "arn:aws:scheduler:r:1:schedule/g/n"), ("iam:PassRole", "role")],
        ),
        ("s3", "HeadObject", {"Bucket": "b", "Key": "k"}, [("s3:GetObject", "arn:aws:s3:::b/k")]),
        (
            "events",
            "PutEvents",
            {"Entries": [{"EventBusName": "b"}]},
            [("events:PutEvents", "arn:aws:events:r:1:event-bus/b")],
        ),
        ("secretsmanager", "GetSecretValue", {"SecretId": "s"}, [("secretsmanager:GetSecretValue", "arn:secret/s")]),
        ("kms", "Sign", {"KeyId": "alias/k"}, [("kms:Sign", "arn:key/alias/k")]),
        ("ses", "SendEmail", {}, [("ses:SendEmail", None)]),
    ],
)
def test_needs(service: str, operation: str, parameters: dict[str, Any], expected: list[Any]) -> None:
    assert NEEDS.of(service, operation, parameters) == expected


def statements(*raw: dict[str, Any]) -> list[Statement]:
    return list(Statement.parse({"Statement": list(raw)}))


def test_wildcards_and_deny() -> None:
    allow = {"Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::media/*"}
    deny = {"Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::media/private/*"}
    need = ("s3:GetObject", "arn:aws:s3:::media/private/x")
    assert missing(statements(allow), [need]) is None
    assert missing(statements(allow, deny), [need]) == need
    assert missing(statements(allow), [("s3:PutObject", "arn:aws:s3:::media/x")]) is not None
    assert missing(statements(allow), [("s3:GetObject", "arn:aws:s3:::other/x")]) is not None
