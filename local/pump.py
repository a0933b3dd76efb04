"""Delivers what waits: queue messages and stream records to functions, due schedules to their targets.

Lambda's pollers in small: batches, partial failures, visibility time-outs, redrive to dead-letter queues (the queue moves
a message that was received too often), FIFO groups in order. Works in background threads, or only in `settle` in the
caller's thread (deterministic).
"""

from __future__ import annotations

import json
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from local import context
from local.filters import Filters
from local.functions import Function, FunctionError
from local.patches.botocore import lock
from local.patches.sqs import LocalQueue

if TYPE_CHECKING:
    from local.cloud import LocalCloud

_IDLE = 0.5
"""Seconds after which an idle worker looks at the clock again though nobody woke it."""


@dataclass
class QueueMapping:
    """An event source mapping from a queue. `concurrency` caps the batches under way at once."""

    queue: LocalQueue
    function: Function
    batch_size: int
    partial: bool
    filters: Filters
    concurrency: int
    busy: int = 0


class NotSettledError(Exception):
    """Work was left when the time was up; `left` names it."""

    def __init__(self, left: dict[str, int]) -> None:
        super().__init__(f"still busy: {left}")
        self.left = left


class Pump:
    def __init__(self, cloud: LocalCloud) -> None:
        self._cloud = cloud
        self._mappings: list[QueueMapping] = []
        self._next = 0
        self._wakened = threading.Condition()
        self._signals = 0
        self._under_way = 0
        self._threads: list[threading.Thread] = []
        self._stopping = False
        self._moving = threading.Lock()
        self.reasons: dict[str, str] = {}
        """Why a message last failed, by message id."""

    def map(self, mapping: QueueMapping) -> None:
        self._mappings.append(mapping)

    def start(self, workers: int) -> None:
        for number in range(workers):
            thread = threading.Thread(target=self._work, name=f"local-pump-{number}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        self._stopping = True
        self.wake()
        for thread in self._threads:
            thread.join(timeout=5)

    def wake(self) -> None:
        """Something may have become due."""
        with self._wakened:
            self._signals += 1
            self._wakened.notify_all()

    def _work(self) -> None:
        context.caller.set(context.Caller(self._cloud))
        while not self._stopping:
            with self._wakened:
                seen = self._signals
            try:
                if self.step():
                    continue
            except Exception:  # a defect here must not stop the deliveries of everybody else
                traceback.print_exc(file=sys.stderr)
            patience = self._until_due()
            with self._wakened:
                if seen == self._signals and not self._stopping:
                    self._wakened.wait(patience)

    def _until_due(self) -> float:
        due = self.next_due()
        if due is None:
            return _IDLE
        return min(_IDLE, max(0.001, due - self._cloud.clock.timestamp()))

    def step(self) -> bool:
        """Delivers one batch, or fires one schedule, if any is due. True when there was one."""
        work = self._take()
        if work is None:
            return False
        try:
            work()
        finally:
            with self._wakened:
                self._under_way -= 1
                self._signals += 1
                self._wakened.notify_all()
        return True

    def _take(self) -> Callable[[], None] | None:
        with lock, self._wakened:
            work = self._cloud.schedules.take() or self._take_stream() or self._take_queue()
            if work is not None:
                self._under_way += 1
            return work

    def _take_stream(self) -> Callable[[], None] | None:
        taken = self._cloud.streams.take()
        return None if taken is None else lambda: self._cloud.streams.deliver(*taken)

    def _take_queue(self) -> Callable[[], None] | None:
        """Round robin over the queues, so that a long backlog does not starve the others."""
        for offset in range(len(self._mappings)):
            position = (self._next + offset) % len(self._mappings)
            mapping = self._mappings[position]
            if mapping.busy >= mapping.concurrency or not mapping.queue.has_available():
                continue
            messages = mapping.queue.receive(mapping.batch_size, mapping.queue.visibility_timeout)  # type: ignore[attr-defined]
            if not messages:
                continue
            self._next = position + 1
            mapping.busy += 1
            return lambda: self._deliver(mapping, messages)
        return None

    def _deliver(self, mapping: QueueMapping, messages: list[Any]) -> None:
        handles = [message.receipt_handle for message in messages]
        records = [_record(message, mapping, self._cloud.region) for message in messages]
        wanted = [record for record in records if mapping.filters.pass_on(_as_filtered(record))]
        failed: set[str] = set()
        try:
            answer = self._cloud.functions.invoke(mapping.function, {"Records": wanted}) if wanted else None
            if mapping.partial:
                failed = _failures(answer, {record["messageId"] for record in records})
            reason = "reported by the function"
        except FunctionError as error:
            failed, reason = {record["messageId"] for record in records}, error.reason
        with lock:
            mapping.busy -= 1
            for record, handle in zip(records, handles, strict=True):
                if record["messageId"] in failed:
                    self.reasons[record["messageId"]] = reason
                elif handle in mapping.queue._handles:
                    self.reasons.pop(record["messageId"], None)
                    mapping.queue.delete_message(handle)

    # settling and moving time

    def settle(self, timeout: float) -> None:
        """Returns when nothing is due and nothing is under way. Raises NotSettledError.

        What failed and waits for its visibility time-out, and timers in the future, are not due: advance the clock.
        """
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if not self._threads:
                if self.step():
                    continue
                if not self.backlog():
                    return
            with lock, self._wakened:
                if not self._under_way and not self.backlog():
                    return
            with self._wakened:
                self._wakened.wait(0.02)
        raise NotSettledError(self.backlog())

    def advance(self, by: timedelta, timeout: float) -> None:
        """Moves time to each due thing in turn and settles there before going on."""
        with self._moving:
            self._advance(by, timeout)

    def _advance(self, by: timedelta, timeout: float) -> None:
        clock = self._cloud.clock
        target = clock.timestamp() + by.total_seconds()
        self.settle(timeout)
        while (due := self.next_due()) is not None and due <= target:
            clock.advance_to(due + 0.001)
            self.wake()
            self.settle(timeout)
        clock.advance_to(target)
        self.wake()
        self.settle(timeout)

    def next_due(self) -> float | None:
        """When the next schedule fires, delay or visibility time-out ends, or stream is tried again."""
        with lock:
            times = [self._cloud.schedules.next_due(), self._cloud.streams.next_due()]
            if self._cloud.executions is not None:
                times.append(self._cloud.executions.next_due())
            for mapping in self._mappings:
                due = mapping.queue.next_due_ms()
                times.append(None if due is None else due / 1000)
            return min((moment for moment in times if moment is not None), default=None)

    def backlog(self) -> dict[str, int]:
        """How much is due now or under way, by what it is."""
        with lock:
            left = {
                mapping.queue.name: len(mapping.queue.messages)
                for mapping in self._mappings
                if mapping.queue.has_available()
            }
            left |= self._cloud.streams.backlog()
            due = self._cloud.schedules.next_due()
            if due is not None and due <= self._cloud.clock.timestamp():
                left["schedules"] = 1
            if self._cloud.executions is not None and (busy := self._cloud.executions.busy()):
                left["executions"] = busy
        with self._wakened:
            if self._under_way:
                left["invocations"] = self._under_way
        return left


def _record(message: Any, mapping: QueueMapping, region: str) -> dict[str, Any]:
    """One record of Lambda's SQS event (Lambda developer guide, "Using Lambda with Amazon SQS")."""
    attributes = {
        "ApproximateReceiveCount": str(message.approximate_receive_count),
        "SentTimestamp": str(message.sent_timestamp),
        "SenderId": message.sender_id,
        "ApproximateFirstReceiveTimestamp": str(message.approximate_first_receive_timestamp),
    }
    fifo = {
        "SequenceNumber": message.sequence_number,
        "MessageGroupId": message.group_id,
        "MessageDeduplicationId": message.deduplication_id,
    }
    trace = message.system_attributes.get("AWSTraceHeader", {}).get("StringValue")
    optional = {**fifo, "AWSTraceHeader": trace}
    return {
        "messageId": message.id,
        "receiptHandle": message.receipt_handle,
        "body": message.body,
        "attributes": attributes | {name: value for name, value in optional.items() if value is not None},
        "messageAttributes": {name: _attribute(value) for name, value in message.message_attributes.items()},
        "md5OfBody": message.body_md5,
        "eventSource": "aws:sqs",
        "eventSourceARN": mapping.queue.queue_arn,
        "awsRegion": region,
    }


def _attribute(value: dict[str, Any]) -> dict[str, Any]:
    content = {name[0].lower() + name[1:]: part for name, part in value.items() if part is not None}
    return {"stringListValues": [], "binaryListValues": [], **content}


def _as_filtered(record: dict[str, Any]) -> dict[str, Any]:
    """Filters see a JSON body as an object."""
    try:
        return record | {"body": json.loads(record["body"])}
    except ValueError:
        return record


def _failures(answer: Any, ids: set[str]) -> set[str]:
    """Ids to retry; an answer that names an unknown id, or is malformed, fails the whole batch, as in Lambda."""
    if answer in (None, {}):
        return set()
    try:
        failed = {failure["itemIdentifier"] for failure in answer.get("batchItemFailures") or []}
    except (AttributeError, KeyError, TypeError):
        return ids
    return failed if failed <= ids else ids
