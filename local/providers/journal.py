"""What was sent to the simulated providers, and the faults they are told to have."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field, replace
from typing import Any

from switchboard.channels.adapter import HttpRequest, HttpResponse

HANGS_SECONDS = 12.0
"""Longer than any client of ours waits."""


class BrokenConnectionError(Exception):
    """The provider goes away without an answer."""


@dataclass(frozen=True)
class Fault:
    """How the next `times` calls of a provider fail. `processed`: it did take the message, only its answer is lost."""

    status: int = 0
    hangs_seconds: float = 0.0
    breaks: bool = False
    times: int = 1
    code: int = 0
    body: Any = None
    retry_after: int = 0
    processed: bool = False


def fault_of(order: dict[str, Any]) -> Fault:
    """The fault that POST /local/providers/faults asks for. Raises ValueError."""
    hangs = order.get("timeout", 0)
    seconds = HANGS_SECONDS if hangs is True else float(hangs or 0)
    fault = Fault(
        status=int(order.get("status") or (400 if order.get("code") else 0)),
        hangs_seconds=seconds,
        breaks=bool(order.get("error")),
        times=int(order.get("times", 1)),
        code=int(order.get("code") or 0),
        body=order.get("body"),
        retry_after=int(order.get("retryAfter") or 0),
        processed=bool(order.get("processed")),
    )
    if not (fault.status or fault.hangs_seconds or fault.breaks):
        raise ValueError("a fault needs status, code, timeout or error")
    return fault


class Faults:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[str, list[Fault]] = {}

    def add(self, provider: str, fault: Fault) -> None:
        with self._lock:
            self._waiting.setdefault(provider, []).append(fault)

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()

    def take(self, provider: str) -> Fault | None:
        """The fault of the present call, in the order in which they were asked for."""
        with self._lock:
            waiting = self._waiting.get(provider)
            if not waiting:
                return None
            fault = waiting[0]
            if fault.times > 1:
                waiting[0] = replace(fault, times=fault.times - 1)
            else:
                waiting.pop(0)
            return fault


@dataclass
class Journal:
    """Calls to the providers, oldest first."""

    _entries: list[dict[str, Any]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, provider: str, request: HttpRequest, time: str, **verdict: Any) -> dict[str, Any]:
        """Keep a call; the entry can be completed when its answer is known."""
        entry = {
            "provider": provider,
            "method": request.method,
            "url": request.url,
            "headers": dict(request.headers),
            "body": readable(request.body),
            "time": time,
            **verdict,
        }
        with self._lock:
            self._entries.append(entry)
        return entry

    def entities(self, provider: str = "") -> list[dict[str, Any]]:
        with self._lock:
            return [dict(entry) for entry in self._entries if provider in ("", entry["provider"])]

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()


def readable(body: bytes) -> Any:
    """JSON decoded, else text, else its length."""
    try:
        return json.loads(body)
    except ValueError:
        pass
    try:
        return body.decode()
    except UnicodeDecodeError:
        return f"{len(body)} bytes"


def json_response(status: int, body: Any, **headers: str) -> HttpResponse:
    return HttpResponse(
        status=status, headers={"content-type": "application/json", **headers}, body=json.dumps(body).encode()
    )
