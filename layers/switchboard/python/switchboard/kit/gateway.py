"""What an API Gateway event (payload format 2.0) holds, for API functions and for webhooks, whose cold start stays small."""

import base64
import re
from collections.abc import Mapping
from typing import Any

from switchboard.kit import ids
from switchboard.kit.errors import BadRequestError, PayloadTooLargeError

CORRELATION_HEADER = "ININ-Correlation-Id"
LARGEST_BODY_BYTES = 1_000_000
_CORRELATION = re.compile(r"^[\w-]{8,64}$")


def headers(event: Mapping[str, Any]) -> dict[str, str]:
    """The headers under lower-case names."""
    return {name.lower(): value for name, value in event.get("headers", {}).items()}


def correlation(event: Mapping[str, Any]) -> str:
    """The caller's correlation id where it is a harmless one, else a new one."""
    given = headers(event).get(CORRELATION_HEADER.lower(), "")
    return given if _CORRELATION.match(given) else ids.new()


def raw_body(event: Mapping[str, Any]) -> bytes:
    """The bytes as they were sent. Raises PayloadTooLargeError, BadRequestError."""
    body = event.get("body") or ""
    try:
        raw = base64.b64decode(body) if event.get("isBase64Encoded") else body.encode("utf-8", "surrogatepass")
    except ValueError as error:
        raise BadRequestError("The body is not valid base64.", field="body") from error
    if len(raw) > LARGEST_BODY_BYTES:
        raise PayloadTooLargeError(f"The body has {len(raw)} bytes; at most {LARGEST_BODY_BYTES} are taken.")
    return raw
