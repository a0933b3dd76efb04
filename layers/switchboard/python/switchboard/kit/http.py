"""An API function: operations of the contract, declared with their permission, answered in the platform's wire rules."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from switchboard.kit import contract, gateway, text
from switchboard.kit.callers import Caller
from switchboard.kit.dynamo import Table
from switchboard.kit.errors import (
    AuthenticationRequiredError,
    BadRequestError,
    DomainError,
    PayloadTooLargeError,
    RouteNotFoundError,
    TooManyRequestsError,
)
from switchboard.kit.gateway import CORRELATION_HEADER
from switchboard.kit.idempotency import Attempt, once
from switchboard.kit.logs import correlation_id, logger, metric

log = logger(__name__)

LARGEST_ANSWER_BYTES = 6_000_000
"""A function returns 6 MB at most, headers included; of more the caller would hear no more than that the server failed."""

LONGEST_IN_PATH = 512
"""Characters of a path parameter; a table's key has no room for much more, and no id is as long."""

Handler = Callable[["Request"], Any]
Identify = Callable[[Mapping[str, Any]], Caller]


@dataclass(frozen=True)
class Request:
    """A checked request: path parameters, query by declared type, body by declared model, the caller; for a create also which
    attempt at it this is."""

    caller: Caller
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    raw_path: str = ""
    raw_body: bytes = b""
    attempt: Attempt = field(default_factory=Attempt)


@dataclass(frozen=True)
class Answer:
    """An answer with another status than 200, other headers, or a body that is not JSON (`text`)."""

    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    text: str | None = None
    content_type: str = "application/json"


@dataclass(frozen=True)
class Declared:
    """What an Api serves, for the OpenAPI document and the tests that compare it with infra's routes."""

    operation: contract.Operation
    permission: str
    status: int = 200


class Api:
    """The operations of one API function. `identify` turns the token's claims into a Caller (identity.api)."""

    def __init__(self, identify: Identify) -> None:
        self.declared: list[Declared] = []
        self._identify = identify
        self._resolver = APIGatewayHttpResolver()
        self._resolver.not_found(lambda _: self._refuse(RouteNotFoundError("No operation owns this path.")))

    def operation(
        self,
        name: str,
        permission: str = "",
        *,
        status: int = 200,
        idempotent: Callable[[], Table] | None = None,
    ) -> Callable[[Handler], Handler]:
        """Serve an operation of the contract. `permission` (`domain:entity:action`) is required of the caller in any
        division; what depends on the object's division the handler checks itself.

        `idempotent` names the table that remembers the answer, for creates that the SDK may resend.
        """
        return self._serve(contract.operations()[name], permission, status, idempotent)

    def route(self, method: str, path: str, permission: str = "", **facts: Any) -> Callable[[Handler], Handler]:
        """Serve a path the platform's contract lacks. `open=True`: no token; `request`, `response`, `query` as in the contract."""
        name = f"{method} {path}"
        return self._serve(contract.Operation(name=name, method=method, path=path, **facts), permission, 200, None)

    def handle(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        """The Lambda entry."""
        token = correlation_id.set(gateway.correlation(event))
        try:
            answer: dict[str, Any] = self._resolver.resolve(event, context)
            return answer
        finally:
            correlation_id.reset(token)

    def _serve(
        self, operation: contract.Operation, permission: str, status: int, table: Callable[[], Table] | None
    ) -> Callable[[Handler], Handler]:
        self.declared.append(Declared(operation, permission, status))

        def register(handler: Handler) -> Handler:
            def run(**path: str) -> Response[Any]:
                try:
                    return self._answer(operation, status, self._run(operation, permission, table, handler, path))
                except DomainError as error:
                    return self._refuse(error)
                except Exception as error:
                    log.exception("unexpected error", extra={"operation": operation.name})
                    metric("ApiFault", operation=operation.name)
                    unexpected = DomainError("The server failed; the correlation id finds the reason in its log.")
                    unexpected.__cause__ = error
                    return self._refuse(unexpected)

            rule = re.sub(r"\{(\w+)\+?\}", r"<\1>", operation.path)
            self._resolver.route(rule, method=operation.method)(run)
            return handler

        return register

    def _run(
        self,
        operation: contract.Operation,
        permission: str,
        table: Callable[[], Table] | None,
        handler: Handler,
        path: Mapping[str, str],
    ) -> Any:
        event = self._resolver.current_event.raw_event
        request = self._request(operation, event, path)
        if permission:
            request.caller.require(permission)
        if table is None:
            return handler(request)
        caller = request.caller
        explicit = request.headers.get("idempotency-key", "")
        parts = (caller.client_id, caller.user_id, operation.name, request.raw_path)
        fingerprint = explicit or request.raw_body.decode("utf-8", "replace")
        window = {"window_ms": 24 * 3_600_000} if explicit else {}
        return once(
            table(), (*parts, fingerprint), lambda attempt: handler(replace(request, attempt=attempt)), **window
        )

    def _request(self, operation: contract.Operation, event: Mapping[str, Any], path: Mapping[str, str]) -> Request:
        raw = gateway.raw_body(event)
        if any(len(value) > LONGEST_IN_PATH for value in path.values()):
            raise RouteNotFoundError("The path names what cannot be there.")
        return Request(
            caller=Caller("") if operation.open else self._caller(event),
            path=path,
            query=_query(operation, event),
            body=_body(operation, raw),
            headers=gateway.headers(event),
            raw_path=event.get("rawPath", ""),
            raw_body=raw,
        )

    def _caller(self, event: Mapping[str, Any]) -> Caller:
        claims = event.get("requestContext", {}).get("authorizer", {}).get("jwt", {}).get("claims")
        if not claims:
            raise AuthenticationRequiredError("No authentication bearer token was sent.")
        return self._identify(claims)

    def _answer(self, operation: contract.Operation, status: int, result: Any) -> Response[Any]:
        answer = result if isinstance(result, Answer) else Answer(result, status)
        headers = {CORRELATION_HEADER: correlation_id.get(), **answer.headers}
        if answer.text is not None:
            return Response(answer.status, answer.content_type, answer.text, headers=headers)
        if answer.body is None:
            status = 202 if answer.status == 202 else answer.status if answer.status >= 300 else 204
            return Response(status, headers=headers)
        body = contract.shape(operation.response, answer.body) if operation.response else answer.body
        return Response(answer.status, "application/json", _fitting(json.dumps(body)), headers=headers)

    def _refuse(self, error: DomainError) -> Response[Any]:
        headers: dict[str, str] = {CORRELATION_HEADER: correlation_id.get()}
        if isinstance(error, TooManyRequestsError):
            headers["Retry-After"] = str(error.retry_after_seconds)
        if error.status < 500:
            log.info("refused", extra={"code": error.code, "status": error.status, "field": error.field})
        return Response(error.status, "application/json", json.dumps(error.body(correlation_id.get())), headers=headers)


def _fitting(body: str) -> str:
    """Raises PayloadTooLargeError where a function cannot answer that much: the body travels as a string inside another JSON."""
    if len(body) + body.count('"') + body.count("\\") > LARGEST_ANSWER_BYTES:
        raise PayloadTooLargeError("The answer is larger than a request can have; ask for less.")
    return body


# Every listing is paged here, also those of which the platform does not say so.
_PAGED = {"pageSize": "int", "pageNumber": "int"}


def _query(operation: contract.Operation, event: Mapping[str, Any]) -> dict[str, Any]:
    # API Gateway joins repeats of a parameter with a comma, which is also how the SDK writes a list.
    given = event.get("queryStringParameters") or {}
    declared = {**_PAGED, **operation.query}
    return {name: contract.query_value(name, declared.get(name, "str"), text.clean(raw)) for name, raw in given.items()}


def _body(operation: contract.Operation, raw: bytes) -> Any:
    if not operation.request:
        return None
    try:
        value = text.clean_json(json.loads(raw)) if raw.strip() else None
    except (ValueError, RecursionError) as error:
        raise BadRequestError("The body is not valid JSON.", field="body") from error
    if value is None:
        if operation.body_required:
            raise BadRequestError("A body is required.", field="body")
        return None
    return contract.validate(operation.request, value)
