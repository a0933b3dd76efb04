"""Unit tests run without sockets and by a clock of their own."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

import pytest
from switchboard.kit import clock


class SocketOpenedError(AssertionError):
    """A unit test tried to reach the network."""


@pytest.fixture(autouse=True)
def no_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: Any, **options: Any) -> NoReturn:
        raise SocketOpenedError("a unit test opens no socket")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


class StandingClock:
    """Time that only moves when told."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, **by: float) -> None:
        self.moment += timedelta(**by)


@pytest.fixture
def standing_clock() -> Iterator[StandingClock]:
    moved = StandingClock()
    before = clock.use(moved)
    yield moved
    clock.use(before)
