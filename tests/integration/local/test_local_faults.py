"""A function can be made to die at any of its AWS calls."""

from datetime import timedelta
from typing import Literal

import pytest

from local.cloud import LocalCloud
from tests.integration.local.conftest import StartCloud, send
from tests.integration.local.templates import att, consumer, queue, stack, table

TEMPLATE = stack(
    table(),
    queue("Work"),
    consumer("Worker", "store_twice", "Work", allow={"dynamodb:PutItem": [att("Items")]}, ITEMS_TABLE={"Ref": "Items"}),
)


def stored(cloud: LocalCloud) -> list[str]:
    items = cloud.client("dynamodb").scan(TableName="test-Items")["Items"]
    return sorted(item["SK"]["S"] for item in items)


@pytest.mark.parametrize(
    ("call", "when", "left"),
    [(1, "before", []), (1, "after", ["first"]), (2, "before", ["first"]), (2, "after", ["first", "second"])],
)
def test_a_crash_leaves_what_was_done_and_the_message_comes_again(
    start_cloud: StartCloud, call: int, when: Literal["before", "after"], left: list[str]
) -> None:
    cloud = start_cloud(TEMPLATE)
    cloud.faults.fail(function="Worker", call=call, when=when)
    send(cloud, "test-Work", "x")
    cloud.settle()
    assert stored(cloud) == left
    cloud.advance(timedelta(minutes=5))
    assert stored(cloud) == ["first", "second"]
    assert cloud.faults.struck == 1
