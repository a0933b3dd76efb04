"""What wakes a function other than a request: a queue or a table's stream, always with partial failures."""

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources

from infra.constructs.acknowledge import acknowledge
from infra.constructs.alarms import add_alarm
from infra.constructs.domain_stack import DomainStack
from infra.constructs.function import Function
from infra.constructs.queues import DeadLetterQueue, Queue
from infra.constructs.table import Table

STREAM_BATCH = 100
STREAM_ATTEMPTS = 10


def consume_queue(function: Function, queue: Queue, *, batch_size: int, at_once: int | None = None) -> None:
    """The function takes up to `batch_size` messages at once and answers which of them failed. `at_once` bounds how many of it run
    for this queue: what is asked for in bulk must not use up the account's concurrency."""
    function.add_event_source(
        sources.SqsEventSource(queue, batch_size=batch_size, report_batch_item_failures=True, max_concurrency=at_once)
    )


def consume_stream(
    stack: DomainStack, function: Function, table: Table, *, filters: Sequence[Mapping[str, Any]]
) -> None:
    """The function takes the table's changes in order per partition key, those that match one of the filters.

    A batch that fails is halved until the poison record stands alone; after ten attempts its position in the stream
    goes to a dead-letter queue. The stream keeps records for 24 hours.
    """
    stage, topic = stack.stage, stack.house.alarm_topic
    dead_letters = DeadLetterQueue(stack, f"{table.domain}-stream", stage, topic)
    acknowledge(dead_letters, "SQS3", "It is where a stream's failed records end; they are looked at by hand.")
    function.add_event_source(
        sources.DynamoEventSource(
            table,
            starting_position=lambda_.StartingPosition.TRIM_HORIZON,
            batch_size=STREAM_BATCH,
            retry_attempts=STREAM_ATTEMPTS,
            bisect_batch_on_error=True,
            report_batch_item_failures=True,
            on_failure=sources.SqsDlq(dead_letters),
            filters=[lambda_.FilterCriteria.filter(dict(rule)) for rule in filters],
        )
    )
    add_alarm(
        function,
        "StreamAgeAlarm",
        function.metric("IteratorAge", statistic="Maximum"),
        name=stage.resource_name(f"{table.domain}-stream-age"),
        description=f"The outbox of {table.domain} is behind.",
        at_least=stage.alarms.stream_iterator_age * 1000,
        topic=topic,
    )
