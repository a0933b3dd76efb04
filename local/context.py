"""What a piece of code that runs inside the local cloud may know about it."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from local.cloud import LocalCloud
    from local.functions import Function


@dataclass(frozen=True)
class ProviderContext:
    """Given to the simulated providers.

    base_url: where this cloud serves, without a trailing slash.
    organization: the answer of GET /local/org (integrations with their secrets and addresses).
    clock: the movable clock, timezone-aware UTC.
    """

    base_url: str
    organization: Callable[[], dict[str, Any]]
    clock: Callable[[], datetime]


@dataclass(frozen=True)
class Caller:
    """On whose behalf AWS is called: a function (its role then applies), or the cloud's own machinery."""

    cloud: LocalCloud
    function: Function | None = None


caller: ContextVar[Caller | None] = ContextVar("local_caller", default=None)
clouds: dict[str, LocalCloud] = {}
"""The running clouds by AWS account; several may run in one process, each with its own account."""


def active() -> LocalCloud | None:
    """The cloud on whose behalf this code runs: the caller's, else the newest one running."""
    present = caller.get()
    if present is not None:
        return present.cloud
    return next(reversed(clouds.values()), None)
