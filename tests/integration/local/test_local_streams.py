"""A table's stream feeds functions."""

import json
from datetime import timedelta
from typing import Any

import pytest

from local.cloud import LocalCloud
from tests.integration.local import handlers
from tests.integration.local.conftest import StartCloud
from tests.integration.local.templates import queue, stack, stream_consumer, table

ITEM = {"PK": {"S": "a"}, "SK": {"S": "1"}}


def records() -> list[dict[str, Any]]:
    return [record for event in handlers.received["test-Outbox"] for record in event["Records"]]


def put(cloud: LocalCloud, key: str, kind: str) -> None:
    item = {"PK": {"S": key}, "SK": {"S": "1"}, "kind": {"S": kind}}
    cloud.client("dynamodb").put_item(TableName="test-Items", Item=item)


def test_changes_come_in_order_with_both_images(start_cloud: StartCloud) -> None:
    cloud = start_cloud(stack(table(stream=True), stream_consumer("Outbox", "remember", "Items")))
    client = cloud.client("dynamodb")
    update = {"UpdateExpression": "SET n = :n", "ExpressionAttributeValues": {":n": {"N": "1"}}}
    for _ in range(2):  # the second changes nothing, so that it leaves no record
        client.update_item(TableName="test-Items", Key=ITEM, **update)
    client.put_item(TableName="test-Items", Item={**ITEM, "n": {"N": "2"}})
    client.delete_item(TableName="test-Items", Key=ITEM)
    cloud.settle()
    assert [record["eventName"] for record in records()] == ["INSERT", "MODIFY", "REMOVE"]
    assert records()[1]["dynamodb"]["OldImage"]["n"] == {"N": "1"}
    assert records()[1]["dynamodb"]["NewImage"]["n"] == {"N": "2"}
    assert "OldImage" not in records()[0]["dynamodb"]


def test_a_cancelled_transaction_leaves_nothing(start_cloud: StartCloud) -> None:
    cloud = start_cloud(stack(table(stream=True), stream_consumer("Outbox", "remember", "Items")))
    client = cloud.client("dynamodb")
    put_first = {"Put": {"TableName": "test-Items", "Item": ITEM}}
    never = {
        "ConditionExpression": "attribute_exists(PK)",
        "UpdateExpression": "SET n = :n",
        "ExpressionAttributeValues": {":n": {"N": "1"}},
    }
    with pytest.raises(client.exceptions.TransactionCanceledException) as cancelled:
        client.transact_write_items(
            TransactItems=[
                put_first,
                {"Update": {"TableName": "test-Items", "Key": {**ITEM, "SK": {"S": "2"}}, **never}},
            ]
        )
    assert [reason["Code"] for reason in cancelled.value.response["CancellationReasons"]] == [
        "None",
        "ConditionalCheckFailed",
    ]
    cloud.settle()
    assert records() == []
    assert client.scan(TableName="test-Items")["Count"] == 0


def test_a_filter_lets_through_what_matches(start_cloud: StartCloud) -> None:
    pattern = json.dumps({"eventName": ["INSERT"], "dynamodb": {"NewImage": {"kind": {"S": [{"prefix": "ev"}]}}}})
    mapping = stream_consumer("Outbox", "remember", "Items", FilterCriteria={"Filters": [{"Pattern": pattern}]})
    cloud = start_cloud(stack(table(stream=True), mapping))
    for key, kind in (("a", "event"), ("b", "state"), ("a", "every")):
        put(cloud, key, kind)
    cloud.settle()
    assert [record["dynamodb"]["NewImage"]["kind"]["S"] for record in records()] == ["event"]


def test_a_poison_record_is_given_up_and_its_siblings_pass(start_cloud: StartCloud) -> None:
    mapping = stream_consumer(
        "Outbox",
        "changes",
        "Items",
        BatchSize=4,
        BisectBatchOnFunctionError=True,
        MaximumRetryAttempts=2,
        DestinationConfig={"OnFailure": {"Destination": {"Fn::GetAtt": ["Dead", "Arn"]}}},
    )
    cloud = start_cloud(stack(table(stream=True), queue("Dead"), mapping))
    handlers.failing.add("poison")
    for key in ("a", "b", "poison", "c"):
        put(cloud, key, "event")
    cloud.advance(timedelta(minutes=5))
    passed = [
        [record["dynamodb"]["Keys"]["PK"]["S"] for record in event["Records"]]
        for event in handlers.received["test-Outbox"]
    ]
    assert ["a", "b"] in passed
    assert passed[-1] == ["c"]
    assert passed.count(["poison"]) == 3
    (dead,) = cloud.dead_letters()
    assert dead["queue"] == "test-Dead"
    assert json.loads(dead["body"])["DDBStreamBatchInfo"]["batchSize"] == 1
