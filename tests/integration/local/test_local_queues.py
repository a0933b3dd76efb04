"""Queues feed functions as Lambda's pollers do."""

from datetime import timedelta

import pytest

from local.patches.sqs import LocalQueue
from tests.integration.local import handlers
from tests.integration.local.conftest import StartCloud, send
from tests.integration.local.templates import consumer, queue, stack

AN_HOUR = timedelta(hours=1)


def bodies(function: str) -> list[list[str]]:
    return [[record["body"] for record in event["Records"]] for event in handlers.received[f"test-{function}"]]


def test_a_function_gets_batches_up_to_its_size(start_cloud: StartCloud) -> None:
    cloud = start_cloud(stack(queue("Work"), consumer("Worker", "remember", "Work", batch_size=3)))
    send(cloud, "test-Work", "a", "b", "c", "d")
    cloud.settle()
    assert bodies("Worker") == [["a", "b", "c"], ["d"]]
    record = handlers.received["test-Worker"][0]["Records"][0]
    assert record["eventSourceARN"].endswith(":test-Work")
    assert record["attributes"]["ApproximateReceiveCount"] == "1"


def test_a_batch_that_keeps_failing_goes_to_the_dead_letter_queue(start_cloud: StartCloud) -> None:
    cloud = start_cloud(
        stack(
            queue("Dead"), queue("Work", dead_letters="Dead", receives=2), consumer("Worker", "all_or_nothing", "Work")
        )
    )
    handlers.failing.add("poison")
    send(cloud, "test-Work", "poison")
    cloud.settle()
    assert bodies("Worker") == [["poison"]]
    assert cloud.dead_letters() == []
    cloud.advance(AN_HOUR)
    assert bodies("Worker") == [["poison"], ["poison"]]
    assert cloud.dead_letters() == [{"queue": "test-Dead", "body": "poison", "reason": "ValueError: poison"}]


def test_only_what_failed_comes_again(start_cloud: StartCloud) -> None:
    cloud = start_cloud(stack(queue("Work"), consumer("Worker", "each_on_its_own", "Work", partial=True)))
    handlers.failing.add("b")
    send(cloud, "test-Work", "a", "b", "c")
    cloud.settle()
    handlers.failing.clear()
    cloud.advance(AN_HOUR)
    assert bodies("Worker") == [["a", "b", "c"], ["b"]]


def test_a_group_waits_for_its_failed_message_while_others_go_on(start_cloud: StartCloud) -> None:
    cloud = start_cloud(
        stack(queue("Work", fifo=True), consumer("Worker", "in_order", "Work", batch_size=2, partial=True))
    )
    handlers.failing.add("a1")
    for group, number in (("a", 1), ("a", 2), ("b", 1), ("a", 3), ("b", 2)):
        send(
            cloud, "test-Work.fifo", f"{group}{number}", MessageGroupId=group, MessageDeduplicationId=f"{group}{number}"
        )
    cloud.settle()
    assert bodies("Worker") == [["a1", "a2"], ["b1", "b2"]]
    handlers.failing.clear()
    cloud.advance(AN_HOUR)
    assert bodies("Worker")[2:] == [["a1", "a2"], ["a3"]]


def test_a_repeated_deduplication_id_is_dropped_for_five_minutes_even_after_delivery(start_cloud: StartCloud) -> None:
    cloud = start_cloud(stack(queue("Work", fifo=True), consumer("Worker", "remember", "Work")))
    for _ in range(2):
        send(cloud, "test-Work.fifo", "x", MessageGroupId="g", MessageDeduplicationId="same")
        cloud.settle()
    assert bodies("Worker") == [["x"]]
    cloud.advance(timedelta(minutes=5))
    send(cloud, "test-Work.fifo", "x", MessageGroupId="g", MessageDeduplicationId="same")
    cloud.settle()
    assert bodies("Worker") == [["x"], ["x"]]


def test_a_delayed_message_comes_when_time_has_moved_far_enough(start_cloud: StartCloud) -> None:
    cloud = start_cloud(stack(queue("Work"), consumer("Worker", "remember", "Work")))
    send(cloud, "test-Work", "late", DelaySeconds=600)
    cloud.advance(timedelta(seconds=599))
    assert bodies("Worker") == []
    cloud.advance(timedelta(seconds=1))
    assert bodies("Worker") == [["late"]]


def test_a_message_past_its_retention_is_gone(start_cloud: StartCloud) -> None:
    cloud = start_cloud(
        stack(queue("Dead"), queue("Work", visibility=43200), consumer("Worker", "all_or_nothing", "Work"))
    )
    handlers.failing.add("x")
    send(cloud, "test-Work", "x")
    cloud.advance(timedelta(days=5))
    tried = len(bodies("Worker"))
    cloud.advance(timedelta(days=5))
    assert 1 < tried == len(bodies("Worker"))


def test_no_call_walks_the_backlog(start_cloud: StartCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud = start_cloud(stack(queue("Work")))
    sqs = cloud.client("sqs")
    url = sqs.get_queue_url(QueueName="test-Work")["QueueUrl"]

    def walk(_queue: LocalQueue) -> None:
        raise AssertionError("the backlog was walked")

    with monkeypatch.context() as patched:
        for whole in ("messages", "_messages"):
            patched.setattr(LocalQueue, whole, property(walk))
        send(cloud, "test-Work", *(str(number) for number in range(30)))
        received = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
        assert [message["Body"] for message in received] == [str(number) for number in range(10)]
        for message in received[:5] * 2:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    send(cloud, "test-Work", "later", DelaySeconds=60)
    names = [f"ApproximateNumberOfMessages{kind}" for kind in ("", "NotVisible", "Delayed")]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    assert [attributes[name] for name in names] == ["20", "5", "1"]
