"""Step Functions in moto, corrected. Installed only for a template with state machines: the interpreter is slow to import.

- Executions run in threads of their own that knew nothing of the cloud they belong to.
- StartExecution without a name collided with the execution before.
- Wait states, and tasks that wait for their token, went by the wall clock; here their ends are due things of the movable
  clock. Heartbeats still go by the wall clock.
"""

from __future__ import annotations

import contextvars
import importlib
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from moto.core.config import default_user_config

from local import context

_PARSER = "moto.stepfunctions.parser"
_STATES = f"{_PARSER}.asl.component.state.exec"
_STARTING_THREADS = [
    f"{_PARSER}.asl.component.program.program",
    f"{_PARSER}.backend.execution_worker",
    f"{_STATES}.execute_state",
    f"{_STATES}.state_map.iteration.inline_iteration_component",
    f"{_STATES}.state_parallel.branch_worker",
    f"{_STATES}.state_task.service.state_task_service_callback",
]
_POLL = 0.01
"""Seconds between two looks at the movable clock; only a clock that stands still or was moved needs them."""


@dataclass(frozen=True)
class _Waiting:
    """A thread that waits until a time, in epoch seconds of its cloud, or until it is called."""

    account: str
    until: float
    is_called: Callable[[], bool]


_waits: dict[int, _Waiting] = {}
"""By thread."""


class _Thread(threading.Thread):
    """Works for the cloud that its starter worked for, but not as the function that started the execution."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._cloud = context.active()
        self._context = contextvars.Context()

    def run(self) -> None:
        if self._cloud is not None:
            self._context.run(context.caller.set, context.Caller(self._cloud))
        self._context.run(super().run)


@contextmanager
def _waiting(seconds: float, is_called: Callable[[], bool] = lambda: False) -> Iterator[Callable[[], bool]]:
    """Tells the cloud that this thread waits; gives the question whether the time is up."""
    cloud = context.active()
    if cloud is None:
        raise LookupError("the cloud of this execution has stopped")
    until = cloud.clock.timestamp() + seconds
    _waits[threading.get_ident()] = _Waiting(cloud.account, until, is_called)
    cloud.pump.wake()
    try:
        yield lambda: cloud.clock.timestamp() >= until
    finally:
        del _waits[threading.get_ident()]


def _wait(_state: Any, env: Any, wait_seconds: int) -> None:
    """Replaces a Wait state's waiting."""
    with _waiting(wait_seconds) as is_over:
        while env.is_running() and not is_over():
            time.sleep(_POLL)


def _wait_for_token(_state: Any, timeout_seconds: int, callback_endpoint: Any) -> Any:
    """Replaces the waiting for a task token: its outcome, or None when the time is up."""
    with _waiting(timeout_seconds, callback_endpoint._notify_event.is_set) as is_over:
        while not callback_endpoint._notify_event.wait(_POLL):
            if is_over():
                return None
    return callback_endpoint.get_outcome()


class Executions:
    """The executions of one cloud, as far as settling and moving time need to know them."""

    def __init__(self, account: str, region: str, now: Callable[[], float]) -> None:
        self._account = account
        self._region = region
        self._now = now

    def busy(self) -> int:
        """How many run and wait neither for a task token to come back nor for a time to come."""
        models = importlib.import_module(f"{_PARSER}.models")
        machines = models.stepfunctions_parser_backends[self._account][self._region].state_machines
        executions = [execution for machine in machines for execution in machine.executions]
        running = [execution for execution in executions if execution.status == "RUNNING"]
        waiting = [wait for wait in self._waits() if wait.until > self._now() and not wait.is_called()]
        return max(0, len(running) - len(waiting))

    def next_due(self) -> float | None:
        """When the next Wait state, or the patience of a task with a token, ends."""
        return min((wait.until for wait in self._waits()), default=None)

    def _waits(self) -> list[_Waiting]:
        return [wait for wait in list(_waits.values()) if wait.account == self._account]


def install() -> None:
    default_user_config["stepfunctions"] = {"execute_state_machine": True}
    models = importlib.import_module(f"{_PARSER}.models")
    start = models.StepFunctionsParserBackend.start_execution

    def start_execution(backend: Any, machine: str, name: str | None = None, *args: Any) -> Any:
        return start(backend, machine, name or str(uuid.uuid4()), *args)

    clients = importlib.import_module(f"{_PARSER}.asl.utils.boto_client")
    callback = importlib.import_module(f"{_STATES}.state_task.service.state_task_service_callback")
    wait_function = importlib.import_module(f"{_PARSER}.asl.component.state.wait.wait_function.wait_function")
    replacements: list[tuple[Any, str, Any]] = [
        (models.StepFunctionsParserBackend, "start_execution", start_execution),
        (clients, "botocore_stubber", SimpleNamespace(enabled=True)),
        (wait_function.WaitFunction, "_wait_interval", _wait),
        (callback.StateTaskServiceCallback, "_wait_for_task_token_timeout", _wait_for_token),
    ]
    for name in _STARTING_THREADS:
        module = importlib.import_module(name)
        if hasattr(module, "Thread"):
            replacements.append((module, "Thread", _Thread))
        else:
            replacements.append((module, "threading", SimpleNamespace(**{**vars(threading), "Thread": _Thread})))
    for owner, attribute, replacement in replacements:
        setattr(owner, attribute, replacement)
