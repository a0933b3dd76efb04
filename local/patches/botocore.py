"""The way from botocore to moto.

- moto's stand-in for the network is switched on for a whole process and forgets everything when a test switches it off;
  here a call goes to moto when it is made on behalf of a running cloud, in that cloud's own account, and unit tests with
  `mock_aws` neither see nor reset it.
- moto is not thread-safe: one call at a time.
- botocore's sessions do not make clients in several threads at once, which functions here do when they start together.
- moto tries the address patterns of all its services for each request; botocore says which service it is.
"""

from __future__ import annotations

import re
import threading
from typing import Any

import moto.backends
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.client import BaseClient
from botocore.session import Session
from moto.core.base_backend import BackendDict, backend_lock
from moto.core.botocore_stubber import BotocoreStubber, MockRawResponse
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.core.request import normalize_request
from werkzeug.exceptions import HTTPException

from local import context

lock = threading.RLock()
"""Held while moto's state is read or changed, by botocore's calls and by the pump."""

_MODULES = {
    "cognito-identity-provider": "cognitoidp",
    "eventbridge": "events",
    "secrets-manager": "secretsmanager",
    "sfn": "stepfunctions",
}
_KNOWN = {"dynamodb", "kms", "s3", "scheduler", "sqs", *_MODULES.values()}
_handlers: dict[str, list[tuple[re.Pattern[str], Any]]] = {}
_stub_call = BotocoreStubber.__call__
_make_api_call = BaseClient._make_api_call  # type: ignore[attr-defined]
_session_create_client = Session.create_client
_creating = threading.RLock()


def _service_handlers(service: str) -> list[tuple[re.Pattern[str], Any]]:
    if service not in _handlers:
        backends: Any = moto.backends.get_backend(service)  # type: ignore[call-overload]
        regions = backends[DEFAULT_ACCOUNT_ID]
        backend = regions["us-east-1" if "us-east-1" in regions else "aws"]
        _handlers[service] = [(re.compile(pattern), method) for pattern, method in backend.urls.items()]
    return _handlers[service]


def _send(stubber: BotocoreStubber, event_name: str, request: AWSPreparedRequest, **kwargs: Any) -> AWSResponse | None:
    """Answers botocore's `before-send` event."""
    if context.caller.get() is None and stubber.enabled:
        return _stub_call(stubber, event_name, request, **kwargs)
    cloud = context.active()
    if cloud is None:
        return _stub_call(stubber, event_name, request, **kwargs)
    hyphenated = event_name.split(".")[1]
    service = _MODULES.get(hyphenated, hyphenated)
    request.headers["x-moto-account-id"] = cloud.account
    with lock:
        answer = _dispatch(service, request) if service in _KNOWN else stubber.process_request(request)
    if answer is None:
        raise LookupError(f"no local stand-in for {request.method} {request.url}")
    status, headers, body = answer
    return AWSResponse(request.url, status, headers, MockRawResponse(body))  # type: ignore[arg-type]


def _dispatch(service: str, request: AWSPreparedRequest) -> Any:
    address = request.url.split("?", 1)[0]
    for pattern, method in _service_handlers(service):
        if pattern.match(address):
            normalized = normalize_request(request)
            try:
                return method(normalized, normalized.raw_url, normalized.headers)
            except HTTPException as error:
                return error.code, error.get_headers(), error.get_body()
    return None


def _call(client: BaseClient, operation: str, parameters: dict[str, Any]) -> Any:
    caller = context.caller.get() or getattr(client, "local_caller", None)
    if caller is None:
        return _make_api_call(client, operation, parameters)
    token = context.caller.set(caller)
    try:
        return caller.cloud.aws_call(caller.function, client, operation, parameters, _make_api_call)
    finally:
        context.caller.reset(token)


def _in_use() -> list[BackendDict[Any]]:
    return vars(BackendDict)["_instances"]  # type: ignore[no-any-return]


def _reset(_class: type[BackendDict[Any]]) -> None:
    """Forgets all accounts but those of running clouds."""
    with backend_lock:
        for backends in list(_in_use()):
            for account in [account for account in backends if account not in context.clouds]:
                backends[account].reset()
                del backends[account]
            if not backends:
                _in_use().remove(backends)


def forget(account: str) -> None:
    """Drops what moto holds for the account of a stopped cloud."""
    with backend_lock:
        for backends in _in_use():
            backends.pop(account, None)


def _create_client(session: Session, *args: Any, **kwargs: Any) -> Any:
    with _creating:
        return _session_create_client(session, *args, **kwargs)


def install() -> None:
    for owner, name, replacement in (
        (BotocoreStubber, "__call__", _send),
        (BaseClient, "_make_api_call", _call),
        (Session, "create_client", _create_client),
        (BackendDict, "reset", classmethod(_reset)),
    ):
        setattr(owner, name, replacement)
