"""Nothing that is sent may be lost unseen."""

import re
from pathlib import Path

from switchboard.kit.sqs import DELIVERIES

from tests.infra.assembly import Assembly, Resource

OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"


def is_dead_letter_queue(queue: Resource) -> bool:
    return "-dead-letters" in queue.properties["QueueName"]


def test_every_queue_has_dead_letters_of_its_own_kind(assembly: Assembly) -> None:
    queues = [queue for queue in assembly.of_type("AWS::SQS::Queue") if not is_dead_letter_queue(queue)]
    assert len(queues) >= 10
    for queue in queues:
        policy = queue.properties["RedrivePolicy"]
        dead_letters = assembly.referred(queue.stack, policy["deadLetterTargetArn"])
        # Sends wait for rate budgets and count their failures themselves (switchboard.channels.sending).
        outbound = queue.logical_id.startswith("Outbound")
        assert policy["maxReceiveCount"] == (100 if outbound else DELIVERIES), queue
        assert is_dead_letter_queue(dead_letters), queue
        assert dead_letters.properties.get("FifoQueue") == queue.properties.get("FifoQueue"), queue


def test_operators_are_told_what_lies_in_each_and_how_it_is_moved_back(assembly: Assembly) -> None:
    told = OPERATIONS.read_text()
    for queue in filter(is_dead_letter_queue, assembly.of_type("AWS::SQS::Queue")):
        name = re.sub(
            r"(outbound-|stage>-)(whatsapp|open)\b",
            r"\1<channel>",
            queue.properties["QueueName"].replace("dev-", "<stage>-", 1),
        )
        assert f"`{name}`" in told, name


def test_dead_letters_are_kept_for_two_weeks_and_raise_an_alarm(assembly: Assembly) -> None:
    watched = watched_queues(assembly, "ApproximateNumberOfMessagesVisible")
    for queue in filter(is_dead_letter_queue, assembly.of_type("AWS::SQS::Queue")):
        assert queue.properties["MessageRetentionPeriod"] == 14 * 24 * 3600, queue
        assert str(queue) in watched


def test_a_queue_that_waits_raises_an_alarm(assembly: Assembly) -> None:
    watched = watched_queues(assembly, "ApproximateAgeOfOldestMessage")
    for queue in assembly.of_type("AWS::SQS::Queue"):
        assert is_dead_letter_queue(queue) or str(queue) in watched


def test_consumers_report_failures_one_by_one_and_have_time_for_retries(assembly: Assembly) -> None:
    mappings = [
        mapping
        for mapping in assembly.of_type("AWS::Lambda::EventSourceMapping")
        if assembly.referred(mapping.stack, mapping.properties["EventSourceArn"]).type == "AWS::SQS::Queue"
    ]
    assert len(mappings) >= 10
    for mapping in mappings:
        queue = assembly.referred(mapping.stack, mapping.properties["EventSourceArn"])
        function = assembly.referred(mapping.stack, mapping.properties["FunctionName"])
        assert mapping.properties["FunctionResponseTypes"] == ["ReportBatchItemFailures"], mapping
        assert queue.properties["VisibilityTimeout"] >= 6 * function.properties["Timeout"], queue


def test_jobs_that_anybody_may_start_leave_concurrency_to_what_customers_wait_for(assembly: Assembly) -> None:
    (mapping,) = (
        each
        for each in assembly.of_type("AWS::Lambda::EventSourceMapping")
        if each.stack.endswith("analytics") and each.properties["BatchSize"] == 1
    )
    assert mapping.properties["ScalingConfig"] == {"MaximumConcurrency": 10}


def test_every_queue_has_a_consumer(assembly: Assembly) -> None:
    consumed = {
        str(assembly.referred(mapping.stack, mapping.properties["EventSourceArn"]))
        for mapping in assembly.of_type("AWS::Lambda::EventSourceMapping")
    }
    for queue in assembly.of_type("AWS::SQS::Queue"):
        assert is_dead_letter_queue(queue) or str(queue) in consumed


def test_a_stream_isolates_what_it_cannot_process(assembly: Assembly) -> None:
    mappings = [
        mapping
        for mapping in assembly.of_type("AWS::Lambda::EventSourceMapping")
        if assembly.referred(mapping.stack, mapping.properties["EventSourceArn"]).type == "AWS::DynamoDB::Table"
    ]
    assert len(mappings) == 3
    for mapping in mappings:
        properties = mapping.properties
        destination = properties["DestinationConfig"]["OnFailure"]["Destination"]
        assert properties["BisectBatchOnFunctionError"] is True, mapping
        assert properties["FunctionResponseTypes"] == ["ReportBatchItemFailures"], mapping
        assert properties["MaximumRetryAttempts"] == 10, mapping
        assert is_dead_letter_queue(assembly.referred(mapping.stack, destination)), mapping


def test_no_rule_calls_a_function(assembly: Assembly) -> None:
    rules = assembly.of_type("AWS::Events::Rule")
    assert rules
    for rule in rules:
        for target in rule.properties.get("Targets", []):
            assert assembly.referred(rule.stack, target["Arn"]).type == "AWS::SQS::Queue", rule


def watched_queues(assembly: Assembly, metric: str) -> set[str]:
    return {
        str(assembly.referred(alarm.stack, alarm.properties["Dimensions"][0]["Value"]))
        for alarm in assembly.of_type("AWS::CloudWatch::Alarm")
        if alarm.properties["MetricName"] == metric
    }
