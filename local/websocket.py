"""The WebSocket API: events for connects, messages and disconnects, and the API that posts to connections.

Source: API Gateway developer guide, "Set up a WebSocket API integration request" and "@connections commands".
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from local.functions import Function, FunctionError
from local.http_messages import Headers

MAX_MESSAGE = 128 * 1024
"""Bytes; longer ones close the connection."""


class GoneError(Exception):
    """The connection is closed or never was: 410."""


class RejectedError(Exception):
    """The $connect function refused; `status` is what it answered."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


@dataclass
class Connection:
    """`send` and `close` reach the real socket; both may be called from any thread."""

    send: Callable[[str], None]
    close: Callable[[], None]
    id: str = field(default_factory=lambda: uuid.uuid4().hex[:15] + "=")
    connected_at: float = field(default_factory=time.time)
    last_active_at: float = field(default_factory=time.time)


class WebSockets:
    def __init__(
        self,
        *,
        invoke: Callable[[Function, Any], Any],
        routes: dict[str, Function],
        selection: str,
        api: str,
        stage: str,
    ) -> None:
        """`selection` is the API's route selection expression, such as `$request.body.action`."""
        self._invoke = invoke
        self._routes = routes
        self._selection = selection.removeprefix("$request.body.")
        self.api = api
        self.stage = stage
        self._connections: dict[str, Connection] = {}

    # from the client

    def connect(
        self, send: Callable[[str], None], close: Callable[[], None], *, query: str = "", headers: Headers | None = None
    ) -> str:
        """The new connection's id. Raises RejectedError. The function may not post to it before it has answered."""
        connection = Connection(send, close)
        event = self._event("$connect", "CONNECT", connection)
        pairs = parse_qsl(query, keep_blank_values=True)
        event["headers"] = dict(headers or [])
        event["multiValueHeaders"] = _multi(headers or [])
        if pairs:
            event |= {"queryStringParameters": dict(pairs), "multiValueQueryStringParameters": _multi(pairs)}
        if "$connect" in self._routes:
            try:
                answer = self._invoke(self._routes["$connect"], event)
            except FunctionError:
                raise RejectedError(500) from None
            status = int((answer or {}).get("statusCode", 500))
            if not 200 <= status < 300:
                raise RejectedError(status)
        self._connections[connection.id] = connection
        return connection.id

    def receive(self, connection_id: str, text: str) -> None:
        """A message of the client. What the function answers is sent back."""
        connection = self._connections.get(connection_id)
        if connection is None:
            return
        if len(text.encode()) > MAX_MESSAGE:
            connection.close()
            return
        connection.last_active_at = time.time()
        function = self._routes.get(self._route_key(text)) or self._routes.get("$default")
        answer: Any = None
        request_id = str(uuid.uuid4())
        if function is not None:
            try:
                answer = self._invoke(function, self._event("$default", "MESSAGE", connection) | {"body": text})
            except FunctionError:
                function = None
        if function is None:
            failure = {"message": "Internal server error", "connectionId": connection_id, "requestId": request_id}
            connection.send(json.dumps(failure))
        elif isinstance(answer, dict) and answer.get("body"):
            connection.send(str(answer["body"]))

    def disconnect(self, connection_id: str) -> None:
        """The socket is closed; the function is told, on a best-effort basis as in the cloud."""
        connection = self._connections.pop(connection_id, None)
        if connection is not None and "$disconnect" in self._routes:
            try:
                self._invoke(self._routes["$disconnect"], self._event("$disconnect", "DISCONNECT", connection))
            except FunctionError:
                return  # reported by the invocation

    def _route_key(self, text: str) -> str:
        try:
            body = json.loads(text)
        except ValueError:
            return "$default"
        return str(body.get(self._selection, "$default")) if isinstance(body, dict) else "$default"

    def _event(self, route_key: str, event_type: str, connection: Connection) -> dict[str, Any]:
        return {
            "requestContext": {
                "routeKey": route_key,
                "eventType": event_type,
                "messageDirection": "IN",
                "connectionId": connection.id,
                "connectedAt": int(connection.connected_at * 1000),
                "requestTimeEpoch": int(time.time() * 1000),
                "requestId": str(uuid.uuid4()),
                "extendedRequestId": str(uuid.uuid4()),
                "apiId": self.api,
                "stage": self.stage,
                "domainName": f"{self.api}.execute-api",
                "identity": {"sourceIp": "127.0.0.1"},
            },
            "isBase64Encoded": False,
        }

    # from functions

    def call(self, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """PostToConnection, GetConnection, DeleteConnection. Raises GoneError."""
        connection = self._connections.get(parameters["ConnectionId"])
        if connection is None:
            raise GoneError
        if operation == "PostToConnection":
            data = parameters["Data"]
            connection.last_active_at = time.time()
            connection.send(data.decode() if isinstance(data, bytes) else data)
        elif operation == "DeleteConnection":
            connection.close()
        else:
            return {
                "ConnectedAt": connection.connected_at,
                "LastActiveAt": connection.last_active_at,
                "Identity": {"SourceIp": "127.0.0.1"},
            }
        return {}


def _multi(pairs: Headers) -> dict[str, list[str]]:
    multi: dict[str, list[str]] = {}
    for name, value in pairs:
        multi.setdefault(name, []).append(value)
    return multi
