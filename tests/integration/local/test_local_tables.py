"""The corrected DynamoDB: flat in the size of the table, whole transactions, exact request units."""

from typing import Any, cast

import boto3
import pytest
from moto.dynamodb.models import dynamodb_backends

from local.calls import item_size
from local.cloud import LocalCloud
from local.patches.dynamodb import LocalTable
from tests.integration.local.conftest import StartCloud
from tests.integration.local.templates import att, function, stack, table

ROLE: dict[str, Any] = {
    "allow": {"dynamodb:*": [att("Items"), {"Fn::Sub": "${Items.Arn}/index/*"}]},
    "ITEMS_TABLE": {"Ref": "Items"},
}


def item(partition: str, sort: str, **attributes: dict[str, str]) -> dict[str, Any]:
    return {"PK": {"S": partition}, "SK": {"S": sort}, **attributes}


def fill(cloud: LocalCloud, partitions: int) -> None:
    client = cloud.client("dynamodb")
    for partition in range(partitions):
        for sort in ("1", "2"):
            index = {"GSI1PK": {"S": f"index-{partition}"}, "GSI1SK": {"S": sort}}
            client.put_item(TableName="test-Items", Item=item(f"p{partition}", sort, **index))


def visited(cloud: LocalCloud) -> int:
    return cast(LocalTable, dynamodb_backends[cloud.account][cloud.region].get_table("test-Items")).visited


@pytest.mark.parametrize("partitions", [5, 100])
def test_a_query_visits_its_partition_only(start_cloud: StartCloud, partitions: int) -> None:
    cloud = start_cloud(stack(table(index=True)))
    fill(cloud, partitions)
    client = cloud.client("dynamodb")
    before = visited(cloud)
    found = client.query(
        TableName="test-Items",
        KeyConditionExpression="PK = :p AND SK > :s",
        ExpressionAttributeValues={":p": {"S": "p3"}, ":s": {"S": "1"}},
    )
    assert [entry["SK"]["S"] for entry in found["Items"]] == ["2"]
    found = client.query(
        TableName="test-Items",
        IndexName="GSI1",
        KeyConditionExpression="GSI1PK = :p",
        ExpressionAttributeValues={":p": {"S": "index-3"}},
        ScanIndexForward=False,
        Limit=1,
    )
    assert [entry["SK"]["S"] for entry in found["Items"]] == ["2"]
    assert found["LastEvaluatedKey"]["PK"] == {"S": "p3"}
    client.transact_write_items(TransactItems=[{"Delete": {"TableName": "test-Items", "Key": item("p3", "1")}}])
    assert visited(cloud) - before == 4


def test_an_index_follows_its_items(start_cloud: StartCloud) -> None:
    cloud = start_cloud(stack(table(index=True)))
    client = cloud.client("dynamodb")

    def members(key: str) -> list[str]:
        found = client.query(
            TableName="test-Items",
            IndexName="GSI1",
            KeyConditionExpression="GSI1PK = :p",
            ExpressionAttributeValues={":p": {"S": key}},
        )
        return [entry["PK"]["S"] for entry in found["Items"]]

    def move(key: str) -> dict[str, Any]:
        values = {":key": {"S": key}}
        return {
            "TableName": "test-Items",
            "Key": item("a", "1"),
            "UpdateExpression": "SET GSI1PK = :key",
            "ExpressionAttributeValues": values,
        }

    client.put_item(TableName="test-Items", Item=item("a", "1", GSI1PK={"S": "x"}, GSI1SK={"S": "1"}))
    client.update_item(**move("y"))
    assert (members("x"), members("y")) == ([], ["a"])
    client.transact_write_items(TransactItems=[{"Update": move("z")}])
    assert (members("y"), members("z")) == ([], ["a"])
    replaced = {"TableName": "test-Items", "Item": item("a", "1", GSI1PK={"S": "x"}, GSI1SK={"S": "1"})}
    client.transact_write_items(TransactItems=[{"Put": replaced}])
    assert (members("z"), members("x")) == ([], ["a"])
    client.delete_item(TableName="test-Items", Key=item("a", "1"))
    assert members("x") == []


def test_a_transaction_that_breaks_half_way_is_undone(start_cloud: StartCloud) -> None:
    cloud = start_cloud(stack(table()))
    client = cloud.client("dynamodb")
    client.put_item(TableName="test-Items", Item=item("a", "1", n={"S": "text"}))
    add = {"UpdateExpression": "ADD n :one", "ExpressionAttributeValues": {":one": {"N": "1"}}}
    with pytest.raises(client.exceptions.ClientError):
        client.transact_write_items(
            TransactItems=[
                {"Put": {"TableName": "test-Items", "Item": item("b", "1")}},
                {"Update": {"TableName": "test-Items", "Key": item("a", "1"), **add}},
            ]
        )
    assert client.scan(TableName="test-Items")["Items"] == [item("a", "1", n={"S": "text"})]


def test_request_units_follow_the_size_of_what_was_read_and_written(start_cloud: StartCloud) -> None:
    cloud = start_cloud(stack(table(index=True), function("Api", "remember", **ROLE)))
    big = item("a", "1", text={"S": "x" * 2000})
    indexed = item("b", "1", GSI1PK={"S": "x"}, GSI1SK={"S": "1"})

    def units(operation: str, **parameters: Any) -> tuple[float, float]:
        cloud.calls.clear()
        with cloud.as_function("Api"):
            try:
                getattr(boto3.client("dynamodb"), operation)(**parameters)
            except boto3.client("dynamodb").exceptions.ConditionalCheckFailedException:
                pass
        (total,) = cloud.calls.entities()
        assert total["count"] == 1
        return total["readUnits"], total["writeUnits"]

    named = {"TableName": "test-Items"}
    assert units("put_item", **named, Item=big) == (0, 2)
    assert units("put_item", **named, Item=big, ConditionExpression="attribute_not_exists(PK)") == (0, 2)
    assert units("get_item", **named, Key=item("a", "1")) == (0.5, 0)
    assert units("get_item", **named, Key=item("a", "1"), ConsistentRead=True) == (1, 0)
    assert units("get_item", **named, Key=item("none", "1")) == (0.5, 0)
    assert units("transact_write_items", TransactItems=[{"Put": {**named, "Item": big}}]) == (0, 4)
    assert units("put_item", **named, Item=indexed) == (0, 2)
    moved = {"UpdateExpression": "SET GSI1PK = :k", "ExpressionAttributeValues": {":k": {"S": "y"}}}
    assert units("update_item", **named, Key=item("b", "1"), **moved) == (0, 3)
    by_key = {"KeyConditionExpression": "PK = :p", "ExpressionAttributeValues": {":p": {"S": "a"}}}
    assert units("query", **named, **by_key) == (0.5, 0)


def test_item_sizes_are_those_of_the_developer_guide() -> None:
    assert item_size({"name": {"S": "é"}}) == 6
    assert item_size({"n": {"N": "-12345"}}) == 1 + 5
    assert item_size({"m": {"M": {"a": {"BOOL": True}}}}) == 1 + 3 + (1 + 1 + 1)
    assert item_size({"l": {"L": [{"NULL": True}]}}) == 1 + 3 + (1 + 1)
    assert item_size({"s": {"SS": ["ab", "c"]}}) == 4


def test_every_attribute_type_comes_back_as_it_was_stored(start_cloud: StartCloud) -> None:
    client = start_cloud(stack(table())).client("dynamodb")
    nested = {"M": {"list": {"L": [{"N": "1.5"}, {"NULL": True}, {"B": b"\x00\xff"}]}, "no": {"BOOL": False}}}
    stored = item("a", "1") | {
        "nested": nested,
        "binary": {"B": b"\x01"},
        "numbers": {"NS": ["1", "2"]},
        "words": {"SS": ["a"]},
    }
    stored |= {"binaries": {"BS": [b"\x02"]}, "text": {"S": "😀 é \u0000"}}
    client.put_item(TableName="test-Items", Item=stored)
    assert client.get_item(TableName="test-Items", Key=item("a", "1"))["Item"] == stored
    by_key = {"KeyConditionExpression": "PK = :p", "ExpressionAttributeValues": {":p": {"S": "a"}}}
    assert client.query(TableName="test-Items", **by_key)["Items"] == [stored]
    assert "Item" not in client.get_item(TableName="test-Items", Key=item("none", "1"))
    assert "LastEvaluatedKey" not in client.query(TableName="test-Items", **by_key)
