"""HTTP requests as Lambda sees them through an HTTP API: payload format 2.0, and the platform's error body.

Source: API Gateway developer guide, "Work with AWS Lambda proxy integrations for HTTP APIs".
"""

from __future__ import annotations

import base64
import json
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import Message
from typing import Any
from urllib.parse import parse_qsl, unquote

from switchboard.kit.errors import DomainError

Headers = list[tuple[str, str]]

_TEXT_TYPES = {"application/json", "application/javascript", "application/xml"}


@dataclass(frozen=True)
class Request:
    """`path` is percent-encoded, without the query; header names are lower case, repeated ones in order."""

    method: str
    path: str
    query: str = ""
    headers: Headers = field(default_factory=list)
    body: bytes = b""
    source_ip: str = "127.0.0.1"

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key == name), None)


@dataclass(frozen=True)
class Response:
    status: int
    headers: Headers = field(default_factory=list)
    body: bytes = b""

    def json(self) -> Any:
        return json.loads(self.body)


def event_of(
    request: Request,
    *,
    route_key: str,
    path_parameters: Mapping[str, str],
    claims: Mapping[str, Any] | None,
    scopes: list[str] | None,
    account: str,
    api_id: str,
) -> dict[str, Any]:
    """The event of one request; members that would be empty are left out, as API Gateway does."""
    now = datetime.fromtimestamp(time.time(), UTC)
    domain = request.header("host") or "localhost"
    path = unquote(request.path)
    context: dict[str, Any] = {
        "accountId": account,
        "apiId": api_id,
        "domainName": domain,
        "domainPrefix": domain.split(".")[0],
        "http": {
            "method": request.method,
            "path": path,
            "protocol": "HTTP/1.1",
            "sourceIp": request.source_ip,
            "userAgent": request.header("user-agent") or "",
        },
        "requestId": str(uuid.uuid4()),
        "routeKey": route_key,
        "stage": "$default",
        "time": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "timeEpoch": int(now.timestamp() * 1000),
    }
    if claims is not None:
        context["authorizer"] = {
            "jwt": {"claims": {name: _claim(value) for name, value in claims.items()}, "scopes": scopes}
        }
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": route_key,
        "rawPath": path,
        "rawQueryString": request.query,
        "headers": _joined((name, value) for name, value in request.headers if name != "cookie"),
        "requestContext": context,
        "isBase64Encoded": False,
    }
    cookies = [part.strip() for name, value in request.headers if name == "cookie" for part in value.split(";")]
    query = _joined(parse_qsl(request.query, keep_blank_values=True))
    optional: dict[str, Any] = {
        "cookies": cookies,
        "queryStringParameters": query,
        "pathParameters": dict(path_parameters),
    }
    event |= {name: value for name, value in optional.items() if value}
    if request.body:
        event |= _body(request)
    return event


def _body(request: Request) -> dict[str, Any]:
    """Text as it is, anything else (forms included) in base64."""
    if is_text(request.header("content-type") or "application/json"):
        try:
            return {"body": request.body.decode(), "isBase64Encoded": False}
        except UnicodeDecodeError:
            pass
    return {"body": base64.b64encode(request.body).decode(), "isBase64Encoded": True}


def is_text(content_type: str) -> bool:
    parsed = Message()
    parsed["content-type"] = content_type
    kind = parsed.get_content_type()
    return kind in _TEXT_TYPES or kind.startswith("text/") or kind.endswith(("+json", "+xml"))


def _joined(pairs: Any) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in pairs:
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


def _claim(value: Any) -> str:
    """API Gateway hands claims on as text; a list becomes `[a b]`."""
    if isinstance(value, list):
        return "[" + " ".join(_claim(item) for item in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else json.dumps(value)


def response_of(answer: Any) -> Response:
    """What a function's answer means: its own status and headers, or a JSON body when it names no status."""
    if not isinstance(answer, dict) or "statusCode" not in answer:
        return Response(200, [("content-type", "application/json")], json.dumps(answer).encode())
    headers: Headers = [(name.lower(), str(value)) for name, value in (answer.get("headers") or {}).items()]
    headers += [("set-cookie", cookie) for cookie in answer.get("cookies") or []]
    body = answer.get("body") or ""
    content = base64.b64decode(body) if answer.get("isBase64Encoded") else str(body).encode()
    return Response(int(answer["statusCode"]), headers, content)


def refusal(error: DomainError, headers: Headers | None = None) -> Response:
    """The platform's error body; `contextId` equals the header ININ-Correlation-Id."""
    correlation_id = str(uuid.uuid4())
    base: Headers = [("content-type", "application/json"), ("inin-correlation-id", correlation_id)]
    return Response(error.status, base + (headers or []), json.dumps(error.body(correlation_id)).encode())
