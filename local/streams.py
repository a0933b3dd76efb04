"""DynamoDB streams: changes in order, delivered in batches to the functions mapped to the table.

One shard per table, so order holds over the whole table; AWS promises it per item only.
"""

from __future__ import annotations

import itertools
import json
import uuid
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from moto.sqs.models import sqs_backends

from local import calls
from local.filters import Filters
from local.functions import Function, FunctionError
from local.patches.botocore import lock

if TYPE_CHECKING:
    from local.cloud import LocalCloud

_MAX_BACKOFF = 60.0


@dataclass
class StreamMapping:
    """An event source mapping from a table's stream; `retries` None means until the record is too old."""

    function: Function
    batch_size: int
    filters: Filters
    retries: int | None
    max_age: float
    bisect: bool
    partial: bool
    on_failure: str | None
    records: deque[dict[str, Any]] = field(default_factory=deque)
    busy: bool = False
    attempts: int = 0
    retry_at: float = 0.0
    limit: int | None = None


class Streams:
    def __init__(self, cloud: LocalCloud) -> None:
        self._cloud = cloud
        self._mappings: dict[str, list[StreamMapping]] = {}
        self._sequence = itertools.count(10**20)

    def map(self, table: str, mapping: StreamMapping) -> None:
        self._mappings.setdefault(table, []).append(mapping)

    def changed(self, table: Any, old: dict[str, Any] | None, new: dict[str, Any] | None) -> None:
        """Called by the table, under the lock, for each write that changed an item."""
        mappings = self._mappings.get(table.name)
        if not mappings or table.latest_stream_label is None:
            return
        record = self._record(table, old, new)
        for mapping in mappings:
            if mapping.filters.pass_on(record):
                mapping.records.append(record)
        self._cloud.pump.wake()

    def _record(self, table: Any, old: dict[str, Any] | None, new: dict[str, Any] | None) -> dict[str, Any]:
        present = new or old or {}
        view = table.stream_specification["StreamViewType"]
        change: dict[str, Any] = {
            "ApproximateCreationDateTime": int(self._cloud.clock.timestamp()),
            "Keys": {name: present[name] for name in table.table_key_attrs},
            "SequenceNumber": str(next(self._sequence)),
            "SizeBytes": calls.item_size(old or {}) + calls.item_size(new or {}),
            "StreamViewType": view,
        }
        if new is not None and view in ("NEW_IMAGE", "NEW_AND_OLD_IMAGES"):
            change["NewImage"] = new
        if old is not None and view in ("OLD_IMAGE", "NEW_AND_OLD_IMAGES"):
            change["OldImage"] = old
        return {
            "eventID": uuid.uuid4().hex,
            "eventName": "INSERT" if old is None else "REMOVE" if new is None else "MODIFY",
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": self._cloud.region,
            "dynamodb": change,
            "eventSourceARN": f"{table.table_arn}/stream/{table.latest_stream_label}",
        }

    # polled by the pump

    def take(self) -> tuple[StreamMapping, list[dict[str, Any]]] | None:
        """The next batch that may be delivered now; its shard is then busy until `done`."""
        with lock:
            now = self._cloud.clock.timestamp()
            for mapping in itertools.chain.from_iterable(self._mappings.values()):
                if mapping.records and not mapping.busy and mapping.retry_at <= now:
                    mapping.busy = True
                    size = mapping.limit or mapping.batch_size
                    return mapping, list(itertools.islice(mapping.records, size))
        return None

    def deliver(self, mapping: StreamMapping, batch: list[dict[str, Any]]) -> None:
        try:
            answer = self._cloud.functions.invoke(mapping.function, {"Records": batch})
            failed_at = _first_failure(batch, answer) if mapping.partial else None
            reason = "reported by the function"
        except FunctionError as error:
            failed_at, reason = 0, error.reason
        with lock:
            for _ in batch if failed_at is None else batch[:failed_at]:
                mapping.records.popleft()
            if failed_at is None:
                mapping.attempts, mapping.limit = 0, None
            else:
                self._failed(mapping, batch[failed_at:], reason, progressed=failed_at > 0)
            mapping.busy = False

    def _failed(self, mapping: StreamMapping, batch: list[dict[str, Any]], reason: str, *, progressed: bool) -> None:
        """Retries what is left: halved if so mapped, otherwise again, until it is given up."""
        if mapping.bisect and len(batch) > 1 and not progressed:
            mapping.limit = len(batch) // 2
            return
        mapping.attempts = 1 if progressed else mapping.attempts + 1
        now = self._cloud.clock.timestamp()
        too_old = mapping.max_age >= 0 and now - batch[0]["dynamodb"]["ApproximateCreationDateTime"] > mapping.max_age
        if too_old or (mapping.retries is not None and mapping.attempts > mapping.retries):
            for _ in batch:
                mapping.records.popleft()
            self._give_up(mapping, batch, reason)
            mapping.attempts, mapping.limit = 0, None
        elif mapping.attempts > 1:  # the first retry is at once
            mapping.retry_at = now + min(_MAX_BACKOFF, 2.0 ** (mapping.attempts - 2))

    def _give_up(self, mapping: StreamMapping, batch: list[dict[str, Any]], reason: str) -> None:
        """The destination gets where the records are, not what they say (Lambda guide, "on-failure destinations")."""
        if mapping.on_failure is None:
            return
        numbers = [record["dynamodb"]["SequenceNumber"] for record in batch]
        body = {
            "requestContext": {"functionArn": mapping.function.arn, "condition": "RetryAttemptsExhausted"},
            "responseContext": {"functionError": reason},
            "version": "1.0",
            "timestamp": self._cloud.clock.now().isoformat(),
            "DDBStreamBatchInfo": {
                "streamArn": batch[0]["eventSourceARN"],
                "batchSize": len(batch),
                "startSequenceNumber": numbers[0],
                "endSequenceNumber": numbers[-1],
            },
        }
        queue = mapping.on_failure.rsplit(":", 1)[1]
        backend = sqs_backends[self._cloud.account][self._cloud.region]
        message = backend.send_message(queue, json.dumps(body))
        self._cloud.pump.reasons[message.id] = reason

    def failure_queues(self) -> set[str]:
        """Names of the queues that take what was given up."""
        mappings = itertools.chain.from_iterable(self._mappings.values())
        return {mapping.on_failure.rsplit(":", 1)[1] for mapping in mappings if mapping.on_failure}

    def next_due(self) -> float | None:
        """When a failed batch is tried again."""
        mappings = itertools.chain.from_iterable(self._mappings.values())
        return min((mapping.retry_at for mapping in mappings if mapping.records and not mapping.busy), default=None)

    def backlog(self) -> dict[str, int]:
        return {
            f"stream of {table}": len(mapping.records)
            for table, mappings in self._mappings.items()
            for mapping in mappings
            if mapping.records and mapping.retry_at <= self._cloud.clock.timestamp()
        }


def _first_failure(batch: list[dict[str, Any]], answer: Any) -> int | None:
    failed = {failure.get("itemIdentifier") for failure in (answer or {}).get("batchItemFailures", [])}
    if not failed:
        return None
    numbers = [record["dynamodb"]["SequenceNumber"] for record in batch]
    return min((numbers.index(number) for number in failed if number in numbers), default=0)
