"""Makes a chosen AWS call of a function fail, to prove that a crash between any two calls loses nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal


class Crashed(BaseException):
    """The function's process died here. Not an Exception, so that no handler survives it."""


@dataclass
class _Fault:
    function: str
    call: int
    when: Literal["before", "after"]
    error: Callable[[], BaseException]
    seen: int = 0


class Faults:
    """`fail(function="conversations-ingest", call=2, when="after")`: the second AWS call takes effect, then all ends.

    `function` is the function's name or how it ends, without the stage. Calls are counted over invocations from the
    moment the fault is set, and a fault strikes once.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pending: list[_Fault] = []
        self.struck = 0

    def fail(
        self,
        *,
        function: str,
        call: int,
        when: Literal["before", "after"] = "before",
        error: Callable[[], BaseException] = Crashed,
    ) -> None:
        with self._lock:
            self._pending.append(_Fault(function, call, when, error))

    def clear(self) -> None:
        with self._lock:
            self._pending.clear()
            self.struck = 0

    def next_call(self, function: str) -> tuple[BaseException | None, BaseException | None]:
        """What the call that now begins has to raise before it is made, and after."""
        with self._lock:
            for fault in [fault for fault in self._pending if function.endswith(fault.function)]:
                fault.seen += 1
                if fault.seen == fault.call:
                    self._pending.remove(fault)
                    self.struck += 1
                    error = fault.error()
                    return (error, None) if fault.when == "before" else (None, error)
        return None, None
