"""SQS in moto, corrected.

- Receive, delete and send walk the whole backlog; here they cost the same at any length.
- A deduplication id was forgotten with its message; SQS remembers it for five minutes.
- Sequence numbers were random; they grow.
- Delays, visibility time-outs and retention go by the movable clock, and the queue can say when the next one ends.
"""

from __future__ import annotations

import copy
import heapq
import itertools
from collections import OrderedDict, deque
from typing import Any

import moto.sqs.models as models
from moto.core.utils import unix_time_millis
from moto.sqs.exceptions import ReceiptHandleIsInvalid
from moto.sqs.models import DEDUPLICATION_TIME_IN_SECONDS, Message, Queue, SQSBackend, _filter_message_attributes

from local import context

_sequence = itertools.count(10**19)


def now_ms() -> float:
    cloud = context.active()
    return unix_time_millis() if cloud is None else cloud.clock.timestamp() * 1000


class LocalQueue(Queue):
    """Messages wait in one line per group; a standard queue is as many groups as messages."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._lines: OrderedDict[str, deque[Message]] = OrderedDict()
        self._open: OrderedDict[str, None] = OrderedDict()
        self._in_flight: dict[str, set[str]] = {}
        self._waiting: list[tuple[float, int, Message]] = []
        self._delayed: set[str] = set()
        self._handles: dict[str, Message] = {}
        self._all: dict[str, Message] = {}
        self._seen: dict[tuple[str | None, str], tuple[float, Message]] = {}
        super().__init__(*args, **kwargs)

    # what moto reads

    @property
    def _messages(self) -> list[Message]:
        return list(getattr(self, "_all", {}).values())

    @_messages.setter
    def _messages(self, messages: list[Message]) -> None:
        for stored in (
            self._lines,
            self._open,
            self._in_flight,
            self._waiting,
            self._delayed,
            self._handles,
            self._all,
        ):
            stored.clear()
        for message in messages:
            self.add_message(message)

    @property
    def messages(self) -> list[Message]:
        self.release()
        return [message for group in self._open for message in self._lines[group]]

    # counted at each send, as part of all the queue's attributes

    @property
    def approximate_number_of_messages(self) -> int:
        self.release()
        return len(self._all) - len(self._delayed) - self.approximate_number_of_messages_not_visible

    @property
    def approximate_number_of_messages_delayed(self) -> int:
        return len(self._delayed)

    @property
    def approximate_number_of_messages_not_visible(self) -> int:
        return sum(len(flying) for flying in self._in_flight.values())

    # life of a message

    def add_message(self, message: Message) -> None:
        original = self._original(message)
        if original is not None:
            message.id, message.sequence_number = original.id, original.sequence_number
            return
        if self.fifo_queue:
            message.sequence_number = str(next(_sequence))
        message.line = message.group_id if self.fifo_queue and message.group_id else message.id  # type: ignore[attr-defined]
        message.position = next(_sequence)  # type: ignore[attr-defined]
        self._all[message.id] = message
        if message.delayed_until > now_ms():
            self._delayed.add(message.id)
            heapq.heappush(self._waiting, (message.delayed_until, message.position, message))  # type: ignore[attr-defined]
        else:
            self._make_available(message)
        cloud = context.clouds.get(self.account_id)
        if cloud is not None:
            cloud.pump.wake()

    def _original(self, message: Message) -> Message | None:
        """The message of which this one is a duplicate."""
        if not self.fifo_queue or not message.deduplication_id:
            return None
        now = now_ms()
        while self._seen:
            oldest = next(iter(self._seen))
            if now - self._seen[oldest][0] < DEDUPLICATION_TIME_IN_SECONDS * 1000:
                break
            del self._seen[oldest]
        scope = message.group_id if self.deduplication_scope == "messageGroup" else None  # type: ignore[attr-defined]
        known = self._seen.setdefault((scope, message.deduplication_id), (now, message))[1]
        return None if known is message else known

    def _make_available(self, message: Message) -> None:
        line = self._lines.setdefault(message.line, deque())  # type: ignore[attr-defined]
        position = message.position  # type: ignore[attr-defined]
        later = list(itertools.takewhile(lambda other: other.position > position, reversed(line)))  # type: ignore[attr-defined]
        for _ in later:
            line.pop()
        line.append(message)
        line.extend(reversed(later))
        if not self._in_flight.get(message.line):  # type: ignore[attr-defined]
            self._open[message.line] = None  # type: ignore[attr-defined]

    def release(self) -> None:
        """Makes visible what has waited long enough; drops what is past its retention."""
        now = now_ms()
        while self._waiting and self._waiting[0][0] <= now:
            due, _, message = heapq.heappop(self._waiting)
            if self._all.get(message.id) is not message or due != max(message.visible_at, message.delayed_until):
                continue  # deleted, or its time-out was changed since
            self._delayed.discard(message.id)
            self._no_longer_in_flight(message)
            if now - (message.sent_timestamp or now) > self.message_retention_period * 1000:  # type: ignore[attr-defined]
                self._forget(message)
            else:
                self._make_available(message)

    def next_due_ms(self) -> float | None:
        """When the next delay or visibility time-out ends."""
        while self._waiting:
            due, _, message = self._waiting[0]
            if self._all.get(message.id) is message and due == max(message.visible_at, message.delayed_until):
                return due
            heapq.heappop(self._waiting)
        return None

    def receive(self, count: int, visibility_timeout: int) -> list[Message]:
        """Up to `count` messages in order; those received too often move to the dead-letter queue instead."""
        self.release()
        received: list[Message] = []
        while self._open and len(received) < count:
            group, _ = self._open.popitem(last=False)
            line = self._lines[group]
            while line and len(received) < count:
                message = line.popleft()
                if self._spent(message):
                    self._forget(message)
                    self.dead_letter_queue.bury(message)  # type: ignore[union-attr]
                    continue
                message.mark_received(visibility_timeout=visibility_timeout)
                self._handles[message.receipt_handle] = message  # type: ignore[index]
                self._in_flight.setdefault(group, set()).add(message.id)
                until = now_ms() if not visibility_timeout else message.visible_at
                message.visible_at = until
                heapq.heappush(self._waiting, (max(until, message.delayed_until), message.position, message))  # type: ignore[attr-defined]
                received.append(message)
            if not line:
                del self._lines[group]
        return received

    def bury(self, message: Message) -> None:
        """Takes a message that another queue gave up."""
        message.visible_at = message.delayed_until = 0.0
        message.approximate_receive_count = 0
        message.deduplication_id = None if not self.fifo_queue else message.id
        self.add_message(message)

    def _spent(self, message: Message) -> bool:
        limit = self.redrive_policy["maxReceiveCount"] if self.dead_letter_queue and self.redrive_policy else None
        return limit is not None and message.approximate_receive_count >= limit

    def has_available(self) -> bool:
        self.release()
        return bool(self._open)

    def delete_message(self, receipt_handle: str) -> None:
        """Deleting twice, or with an older handle, succeeds as in SQS."""
        if receipt_handle in self.deleted_messages:
            return
        message = self._handles.get(receipt_handle)
        if message is None:
            raise ReceiptHandleIsInvalid()
        line = self._lines.get(message.line)  # type: ignore[attr-defined]
        if line and message in line:
            line.remove(message)
        self._forget(message)
        self._no_longer_in_flight(message)

    def change_visibility(self, receipt_handle: str, seconds: int) -> None:
        message = self._handles.get(receipt_handle)
        if message is None:
            raise ReceiptHandleIsInvalid()
        self.release()
        if message.id not in self._in_flight.get(message.line, ()):  # type: ignore[attr-defined]
            return
        message.visible_at = now_ms() + seconds * 1000
        heapq.heappush(self._waiting, (message.visible_at, message.position, message))  # type: ignore[attr-defined]
        cloud = context.clouds.get(self.account_id)
        if cloud is not None:
            cloud.pump.wake()

    def _no_longer_in_flight(self, message: Message) -> None:
        group = message.line  # type: ignore[attr-defined]
        flying = self._in_flight.get(group)
        if flying is None:
            return
        flying.discard(message.id)
        if not flying:
            del self._in_flight[group]
            if self._lines.get(group):
                self._open[group] = None

    def _forget(self, message: Message) -> None:
        self._all.pop(message.id, None)
        for handle in message.all_receipt_handles:
            if handle is not None:
                self._handles.pop(handle, None)
                self.deleted_messages.add(handle)


def _receive_message(
    backend: SQSBackend,
    queue_name: str,
    count: int,
    _wait_seconds_timeout: int,
    visibility_timeout: int,
    message_attribute_names: list[str] | None = None,
) -> list[Message]:
    """Never waits: a caller inside the one lock would keep the sender out."""
    messages = [copy.copy(message) for message in backend.get_queue(queue_name).receive(count, visibility_timeout)]  # type: ignore[attr-defined]
    for message in messages:
        _filter_message_attributes(message, message_attribute_names or [])
    return messages


def _change_message_visibility(
    backend: SQSBackend, queue_name: str, receipt_handle: str, visibility_timeout: int
) -> None:
    backend.get_queue(queue_name).change_visibility(receipt_handle, int(visibility_timeout))  # type: ignore[attr-defined]


def install() -> None:
    for owner, name, replacement in (
        (models, "Queue", LocalQueue),
        (models, "unix_time_millis", lambda *_: now_ms()),
        (models, "unix_time", lambda *_: now_ms() / 1000),
        (SQSBackend, "receive_message", _receive_message),
        (SQSBackend, "change_message_visibility", _change_message_visibility),
    ):
        setattr(owner, name, replacement)
