"""AWS clients, made once per service and process.

botocore clients, not boto3's: boto3 adds nothing on this path and costs the cold start 400 million instructions.
"""

from threading import Lock
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from switchboard.kit import settings

CALL_FAILURES = (BotoCoreError, ClientError)
"""What a call raises that AWS refused, or that did not reach it."""

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


def forget() -> None:
    """Drop the clients: a new moto backend or a changed endpoint needs new ones."""
    global _session
    with _lock:
        _clients.clear()
        _session = None
