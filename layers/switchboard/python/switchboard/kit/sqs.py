"""Queues: sending, and the shape of a consumer with partial batch failures."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from switchboard.kit import aws
from switchboard.kit.logs import correlation_id, logger

log = logger(__name__)

MAX_DELAY_SECONDS = 900
DELIVERIES = 5
"""After which a queue gives a message up, unless it is made otherwise (infra/constructs/queues.py)."""
# Instead of a number of seconds: needs no retry; comes again after the queue's visibility time-out.
DONE, TIMED_OUT = -1, -2


@dataclass(frozen=True)
class Outgoing:
    """A message to send. `group` and `deduplication` belong to FIFO queues, `delay_seconds` (at most 900) to the others."""

    body: Mapping[str, Any]
    group: str = ""
    deduplication: str = ""
    delay_seconds: int = 0

    def arguments(self) -> dict[str, Any]:
        arguments: dict[str, Any] = {"MessageBody": _text(self.body)}
        if self.group:
            arguments |= {"MessageGroupId": self.group[:128], "MessageDeduplicationId": self.deduplication[:128]}
        if self.delay_seconds:
            arguments["DelaySeconds"] = self.delay_seconds
        return arguments


# What XML 1.0 excludes and JSON does not escape by itself; SQS refuses a message that holds one.
_REFUSED_BY_SQS = re.compile("[\ud800-\udfff\ufffe\uffff]")


def _text(body: Mapping[str, Any]) -> str:
    """JSON with characters as they are: escaped, an emoji would take twelve of the bytes that a message may have."""
    text = json.dumps(body, separators=(",", ":"), ensure_ascii=False)
    return text if text.isascii() else _REFUSED_BY_SQS.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


class NotSentError(RuntimeError):
    """SQS took only part of a batch; the caller repeats it, and deduplication drops what was taken."""


def send_all(queue_url: str, messages: Sequence[Outgoing]) -> None:
    """Any number of messages, ten a call, at most 240 kB a call. Raises NotSentError."""
    arguments = [message.arguments() for message in messages]
    for chunk in aws.chunks(arguments, lambda each: len(each["MessageBody"].encode())):
        entries = [{"Id": str(index), **each} for index, each in enumerate(chunk)]
        answer = aws.client("sqs").send_message_batch(QueueUrl=queue_url, Entries=entries)
        if answer.get("Failed"):
            raise NotSentError(", ".join(failure["Code"] for failure in answer["Failed"]))


@dataclass(frozen=True)
class Received:
    """A message as a consumer sees it."""

    body: dict[str, Any]
    message_id: str
    receive_count: int
    group: str
    receipt_handle: str
    queue_arn: str


class RetryLaterError(Exception):
    """The record cannot be done now. It becomes visible again after `seconds`."""

    def __init__(self, seconds: int, reason: str) -> None:
        super().__init__(reason)
        self.seconds = seconds


def consume(event: Mapping[str, Any], handle: Callable[[Received], None], last_delivery: int = 0) -> dict[str, Any]:
    """Run `handle` for each record of an SQS event; answer which failed (ReportBatchItemFailures).

    A failed record of a FIFO group holds back the rest of its group for as long as itself, so that order survives the retry; other
    groups and records go on. Where the queue gives a record up after `last_delivery` receptions, that record holds back nothing any
    more: what follows has been received as often, and would become a dead letter unseen.
    """
    failures: list[dict[str, str]] = []
    held_groups: dict[str, int] = {}
    for record in event["Records"]:
        received = _received(record)
        seconds = held_groups.get(received.group) if received.group else None
        if seconds is None:
            seconds = _attempt(received, handle)
            if seconds == DONE:
                continue
            if received.receive_count != last_delivery:
                held_groups[received.group] = seconds
        if seconds != TIMED_OUT:
            _hide(received, seconds)
        failures.append({"itemIdentifier": received.message_id})
    return {"batchItemFailures": failures}


def _attempt(received: Received, handle: Callable[[Received], None]) -> int:
    """DONE, or after how many seconds the record shall come again."""
    token = correlation_id.set(received.message_id)
    try:
        handle(received)
    except RetryLaterError as later:
        log.info("retry later", extra={"seconds": later.seconds, "reason": str(later)})
        return max(later.seconds, 0)
    except Exception as error:
        log.exception("record failed", extra={"error": type(error).__name__, "received": received.receive_count})
        return TIMED_OUT
    finally:
        correlation_id.reset(token)
    return DONE


def bodies(event: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The bodies of an SQS event, empty for one that is no JSON object: for what a whole batch reads at once."""
    return [_received(record).body for record in event["Records"]]


def _received(record: Mapping[str, Any]) -> Received:
    attributes = record.get("attributes", {})
    try:
        body = json.loads(record["body"])
    except ValueError:
        body = {}
    return Received(
        body=body if isinstance(body, dict) else {},
        message_id=record["messageId"],
        receive_count=int(attributes.get("ApproximateReceiveCount", "1")),
        group=attributes.get("MessageGroupId", ""),
        receipt_handle=record["receiptHandle"],
        queue_arn=record["eventSourceARN"],
    )


def _hide(received: Received, seconds: int) -> None:
    sqs = aws.client("sqs")
    account, name = received.queue_arn.split(":")[4:6]
    queue_url = f"{sqs.meta.endpoint_url}/{account}/{name}"
    sqs.change_message_visibility(
        QueueUrl=queue_url, ReceiptHandle=received.receipt_handle, VisibilityTimeout=min(seconds, 43_200)
    )
