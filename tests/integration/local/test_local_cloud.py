"""Several clouds, other users of moto, and background work do not disturb each other."""

from datetime import UTC, datetime, timedelta

import boto3
import pytest
from moto import mock_aws
from switchboard.kit import clock as kit_clock

from local.functions import FunctionError
from local.pump import NotSettledError
from tests.integration.local import handlers
from tests.integration.local.conftest import StartCloud, send
from tests.integration.local.templates import consumer, function, queue, stack

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
WORK = stack(queue("Work"), consumer("Worker", "remember", "Work"))


def test_each_cloud_has_its_own_state_and_time(start_cloud: StartCloud) -> None:
    first, second = start_cloud(WORK, started_at=NOON), start_cloud(WORK, started_at=NOON)
    send(first, "test-Work", "to the first")
    second.advance(timedelta(days=1))
    assert handlers.received["test-Worker"] == []
    with first.acting():
        assert kit_clock.now() == NOON
    with second.acting():
        assert kit_clock.now() == NOON + timedelta(days=1)
    first.settle()
    assert len(handlers.received["test-Worker"]) == 1


def test_a_cloud_goes_by_its_own_clock_beside_a_newer_one(start_cloud: StartCloud) -> None:
    older = start_cloud(WORK, deterministic=False)
    start_cloud(WORK, started_at=older.clock.now() + timedelta(days=1))
    send(older, "test-Work", "not yet", DelaySeconds=600)
    older.settle()
    assert handlers.received["test-Worker"] == []
    older.advance(timedelta(minutes=10))
    assert len(handlers.received["test-Worker"]) == 1


def test_unit_tests_on_moto_neither_see_nor_reset_a_running_cloud(start_cloud: StartCloud) -> None:
    cloud = start_cloud(WORK)
    with mock_aws():
        sqs = boto3.client("sqs")
        assert "QueueUrls" not in sqs.list_queues()
        sqs.create_queue(QueueName="other")
        assert len(cloud.client("sqs").list_queues()["QueueUrls"]) == 1
    with mock_aws():
        assert "QueueUrls" not in boto3.client("sqs").list_queues()
    assert len(cloud.client("sqs").list_queues()["QueueUrls"]) == 1


def test_groups_stay_in_order_when_many_workers_deliver(start_cloud: StartCloud) -> None:
    cloud = start_cloud(
        stack(queue("Work", fifo=True), consumer("Worker", "in_order", "Work", batch_size=3, partial=True)),
        deterministic=False,
    )
    sent = [(f"g{number % 4}", f"{number:03}") for number in range(60)]
    for group, body in sent:
        send(cloud, "test-Work.fifo", body, MessageGroupId=group, MessageDeduplicationId=body)
    cloud.settle()
    records = [record for event in handlers.received["test-Worker"] for record in event["Records"]]
    for wanted in {group for group, _ in sent}:
        bodies = [record["body"] for record in records if record["attributes"]["MessageGroupId"] == wanted]
        assert bodies == [body for group, body in sent if group == wanted]


def test_settling_gives_up_and_says_what_is_left(start_cloud: StartCloud) -> None:
    cloud = start_cloud(WORK)
    send(cloud, "test-Work", "x")
    with pytest.raises(NotSettledError) as error:
        cloud.settle(timeout=0)
    assert error.value.left == {"test-Work": 1}


def test_a_function_that_overruns_its_time_has_failed(start_cloud: StartCloud) -> None:
    slow = function("Slow", "sleep")
    slow["Slow"]["Properties"]["Timeout"] = 1
    cloud = start_cloud(stack(slow))
    assert cloud.functions.invoke(cloud.function("test-Slow"), 0) is True
    with pytest.raises(FunctionError, match="timed out after 1"):
        cloud.functions.invoke(cloud.function("test-Slow"), 1.1)
