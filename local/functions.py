"""Runs Lambda handlers in this process, each with its own environment, role, time limit and context object."""

from __future__ import annotations

import base64
import importlib
import json
import sys
import time
import traceback
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from switchboard.kit import settings

from local import context
from local.faults import Crashed

if TYPE_CHECKING:
    from local.cloud import LocalCloud
    from local.permissions import Statement


class FunctionError(Exception):
    """The invocation failed: the handler raised, was cut off, or answered what is no JSON.

    `reason` is the exception's type and message, as Lambda reports it to its caller.
    """

    def __init__(self, function: str, reason: str) -> None:
        super().__init__(f"{function}: {reason}")
        self.reason = reason


@dataclass(frozen=True)
class Function:
    """One Lambda function of the template. `timeout` in seconds, `memory` in MB."""

    name: str
    arn: str
    handler: str
    timeout: int
    memory: int
    environment: Mapping[str, str]
    statements: list[Statement] = field(default_factory=list)


@dataclass(frozen=True)
class LambdaContext:
    """What handlers get as `context` (Lambda developer guide, "Python context object")."""

    function_name: str
    invoked_function_arn: str
    memory_limit_in_mb: int
    aws_request_id: str
    deadline: float
    function_version: str = "$LATEST"
    log_group_name: str = ""
    log_stream_name: str = "local"
    identity: None = None
    client_context: None = None

    def get_remaining_time_in_millis(self) -> int:
        return max(0, int((self.deadline - time.monotonic()) * 1000))


class Functions:
    """The functions of one cloud by name."""

    def __init__(self, cloud: LocalCloud) -> None:
        self._cloud = cloud
        self._by_name: dict[str, Function] = {}

    def add(self, function: Function) -> None:
        self._by_name[function.name] = function

    def __iter__(self) -> Iterator[Function]:
        return iter(self._by_name.values())

    def named(self, name_or_arn: str) -> Function:
        """Raises KeyError. An ARN may carry a version or alias."""
        name = name_or_arn.split(":function:")[1].split(":")[0] if ":function:" in name_or_arn else name_or_arn
        return self._by_name[name]

    @contextmanager
    def acting_as(self, function: Function) -> Iterator[None]:
        """Code inside has the function's environment, and its AWS calls the function's role."""
        environment = settings.environment.set(function.environment)
        caller = context.caller.set(context.Caller(self._cloud, function))
        try:
            yield
        finally:
            context.caller.reset(caller)
            settings.environment.reset(environment)

    def invoke(self, function: Function, event: Any) -> Any:
        """The handler's answer. Raises FunctionError.

        A handler that overran its time limit counts as failed, though what it did has been done: a thread cannot be
        killed, and this is what a time-out after the last effect looks like.
        """
        with self.acting_as(function):
            return self._run(function, event)

    def _run(self, function: Function, event: Any) -> Any:
        try:
            handler = _load(function.handler)  # Lambda's time limit begins when the code is loaded
        except Exception as error:
            raise self._failed(function, error) from error
        started = time.monotonic()
        lambda_context = LambdaContext(
            function_name=function.name,
            invoked_function_arn=function.arn,
            memory_limit_in_mb=function.memory,
            aws_request_id=str(uuid.uuid4()),
            deadline=started + function.timeout,
            log_group_name=f"/aws/lambda/{function.name}",
        )
        try:
            # handlers own what they are given: nothing of it is shared with the cloud
            answer = json.dumps(handler(json.loads(json.dumps(event, default=_base64)), lambda_context))
        except (Exception, Crashed) as error:
            raise self._failed(function, error) from error
        if time.monotonic() > lambda_context.deadline:
            raise self._failed(function, TimeoutError(f"Task timed out after {function.timeout}.00 seconds"))
        return json.loads(answer)

    def _failed(self, function: Function, error: BaseException) -> FunctionError:
        print(f"{function.name} failed:\n{_short(error)}", file=sys.stderr)
        return FunctionError(function.name, f"{type(error).__name__}: {error}")


def _base64(value: bytes) -> str:
    """Binary attributes in stream records."""
    return base64.b64encode(value).decode()


def _load(handler: str) -> Any:
    module, name = handler.rsplit(".", 1)
    return getattr(importlib.import_module(module), name)


def _short(error: BaseException) -> str:
    """The error with its last frames, enough to find the line."""
    return "".join(traceback.format_exception(type(error), error, error.__traceback__, limit=-4)).rstrip()
