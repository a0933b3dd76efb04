"""AWS clients, made once per service and process.

botocore clients, not boto3's: boto3 adds nothing on this path and costs the cold start 400 million instructions.
"""

from collections.abc import Callable, Sequence
from threading import Lock
from typing import Any, TypeVar

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from switchboard.kit import settings

CALL_FAILURES = (BotoCoreError, ClientError)
"""What a call raises that AWS refused, or that did not reach it."""

LARGEST_CALL_BYTES = 240_000

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


def forget() -> None:
    """Drop the clients: a new moto backend or a changed endpoint needs new ones."""
    global _session
    with _lock:
        _clients.clear()
        _session = None
