"""AWS clients, made once per service and process.

botocore clients, not boto3's: boto3 adds nothing on this path and costs the cold start 400 million instructions.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from threading import Lock
from typing import Any, TypeVar

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from switchboard.kit import settings

CALL_FAILURES = (BotoCoreError, ClientError)
"""What a call raises that AWS refused, or that did not reach it."""

LARGEST_CALL_BYTES = 240_000

ATTEMPTS = 4
"""At a write that DynamoDB refuses while a transaction is under way on the same item. botocore repeats neither that, nor what a
batch left undone."""
_PAUSE_SECONDS = 0.02
_LONGEST_PAUSE_SECONDS = 1.0
_PASSING = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})

Entry = TypeVar("Entry")

_clients: dict[tuple[str, str, str], Any] = {}
_lock = Lock()
_session: botocore.session.Session | None = None


def client(service: str, endpoint: str = "") -> Any:
    """A client with short time-outs and few retries: a queue or the caller retries, not a waiting function."""
    global _session
    region = settings.optional("AWS_REGION", "us-east-1")
    key = (service, region, endpoint)
    if key not in _clients:
        with _lock:
            if key not in _clients:
                _session = _session or botocore.session.get_session()
                _clients[key] = _session.create_client(
                    service,
                    region_name=region,
                    endpoint_url=endpoint or None,
                    config=Config(
                        connect_timeout=2,
                        read_timeout=10,
                        retries={"mode": "standard", "max_attempts": 3},
                        signature_version="s3v4" if service == "s3" else None,
                        s3={"addressing_style": "path"} if endpoint else None,
                    ),
                )
    return _clients[key]


def chunks(entries: Sequence[Entry], bytes_of: Callable[[Entry], int]) -> list[list[Entry]]:
    """The entries in order, as many to a call as queues and buses take: ten, and 240 kB together. One that is larger goes alone."""
    found: list[list[Entry]] = []
    size = 0
    for entry in entries:
        length = bytes_of(entry)
        if not found or len(found[-1]) == 10 or size + length > LARGEST_CALL_BYTES:
            found.append([])
            size = 0
        found[-1].append(entry)
        size += length
    return found


def persistently(call: Callable[[], Any]) -> Any:
    """The answer of a call that is repeated while it is refused so. Raises ClientError."""
    refusals = 0
    while True:
        try:
            return call()
        except ClientError as error:
            if refusals + 1 == ATTEMPTS or not passing(error):
                raise
        refusals = pause(refusals)


def passing(error: ClientError) -> bool:
    """Whether the same call may succeed in a moment."""
    if error.response["Error"]["Code"] == "TransactionConflictException":
        return True
    reasons = {reason.get("Code") for reason in _reasons(error)}
    return bool(reasons & _PASSING) and "ConditionalCheckFailed" not in reasons


def broken_conditions(error: ClientError) -> Iterator[tuple[int, dict[str, Any]]]:
    """Of a cancelled transaction: the index of each write whose condition did not hold, with the item that stands, as DynamoDB has
    it."""
    for index, reason in enumerate(_reasons(error)):
        if reason.get("Code") == "ConditionalCheckFailed":
            yield index, reason.get("Item", {})


def _reasons(error: ClientError) -> list[dict[str, Any]]:
    response: dict[str, Any] = {**error.response}
    return response.get("CancellationReasons") or []


def pause(refusals: int) -> int:
    """Wait, the longer the more often something was refused before; how often it was by now."""
    time.sleep(min(_PAUSE_SECONDS * 2**refusals, _LONGEST_PAUSE_SECONDS))
    return refusals + 1


def forget() -> None:
    """Drop the clients: a new moto backend or a changed endpoint needs new ones."""
    global _session
    with _lock:
        _clients.clear()
        _session = None
