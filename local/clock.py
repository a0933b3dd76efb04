"""The movable clock: everything in the local cloud that waits, waits by it."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta


class MovableClock:
    """UTC time that only moves forward.

    A ticking clock runs with the wall clock plus what it was advanced by; a still one (deterministic tests) moves only
    when told.
    """

    def __init__(self, start: datetime | None = None, *, ticking: bool = True) -> None:
        self._lock = threading.Lock()
        self._ticking = ticking
        self._base = (start or datetime.now(UTC)).timestamp()
        self._started = time.monotonic()

    def timestamp(self) -> float:
        """Seconds since the epoch."""
        with self._lock:
            return self._timestamp()

    def _timestamp(self) -> float:
        return self._base + (time.monotonic() - self._started if self._ticking else 0.0)

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.timestamp(), UTC)

    def advance(self, by: timedelta) -> None:
        if by < timedelta(0):
            raise ValueError("time moves forward only")
        with self._lock:
            self._base += by.total_seconds()

    def advance_to(self, timestamp: float) -> None:
        """Moves to the given time, or stays when it has passed already."""
        with self._lock:
            self._base += max(0.0, timestamp - self._timestamp())
