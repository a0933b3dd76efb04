"""What a container remembers for a while, so that a hot path does not read the same configuration for every message."""

from collections.abc import Callable
from typing import Generic, TypeVar

from switchboard.kit import clock

K = TypeVar("K")
V = TypeVar("V")


class TimedCache(Generic[K, V]):
    """Values by key for `seconds`, at most `size` of them. What is absent (None) is not remembered: it may appear any moment."""

    def __init__(self, seconds: int, size: int = 1000) -> None:
        self._milliseconds = seconds * 1000
        self._size = size
        self._kept: dict[K, tuple[int, V]] = {}

    def get(self, key: K, load: Callable[[], V | None]) -> V | None:
        """The remembered value, or what `load` gives."""
        now = clock.now_ms()
        if key in self._kept:
            since, kept = self._kept[key]
            if 0 <= now - since < self._milliseconds:
                return kept
        self._kept.pop(key, None)
        value = load()
        if value is not None:
            if len(self._kept) >= self._size:
                self._kept.pop(next(iter(self._kept)))
            self._kept[key] = (now, value)
        return value

    def forget(self, key: K) -> None:
        self._kept.pop(key, None)
