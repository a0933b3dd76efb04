"""The HTTP client against a server that behaves badly: what surely was not sent is told from what may have been."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from switchboard.channels import http_client
from switchboard.channels.adapter import HttpRequest
from switchboard.channels.http_client import OutcomeUnknownError, UnreachableError
from switchboard.kit.settings import environment

Behaviour = Callable[[socket.socket], None]


@pytest.fixture(autouse=True)
def loopback(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(http_client, "TIMEOUT_SECONDS", 0.5)
    token = environment.set({"ALLOW_PRIVATE_HOSTS": "true"})
    yield
    environment.reset(token)


@pytest.fixture
def serve() -> Iterator[Callable[[Behaviour], str]]:
    """Start a server for one connection; its URL."""
    listeners: list[socket.socket] = []

    def start(behave: Behaviour) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def take() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                behave(connection)

        threading.Thread(target=take, daemon=True).start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}/send?x=1"

    yield start
    for listener in listeners:
        listener.close()


def says(answer: bytes) -> Behaviour:
    return lambda connection: connection.sendall(answer)


def post(url: str) -> HttpRequest:
    return HttpRequest(method="POST", url=url, headers={"content-type": "application/json"}, body=b"{}")


def test_an_answer_is_given_whole_whatever_its_status(serve: Callable[[Behaviour], str]) -> None:
    url = serve(says(b"HTTP/1.1 429 Slow down\r\nRetry-After: 7\r\nContent-Length: 4\r\n\r\nwait"))

    answer = http_client.call(post(url))

    assert (answer.status, answer.headers["retry-after"], answer.body) == (429, "7", b"wait")


def test_a_redirect_is_not_followed(serve: Callable[[Behaviour], str]) -> None:
    url = serve(says(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"))

    assert http_client.call(post(url)).status == 302


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    with pytest.raises(UnreachableError):
        http_client.call(post(f"http://127.0.0.1:{port}/"))


def test_nobody_has_that_name() -> None:
    with pytest.raises(UnreachableError):
        http_client.call(post("http://nobody.invalid/"))


@pytest.mark.parametrize(
    "behave",
    [
        lambda connection: time.sleep(2),
        lambda connection: connection.close(),
        says(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"),
        says(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"),
        says(b"not HTTP at all\r\n\r\n"),
    ],
    ids=["hangs", "hangs up", "breaks off", "breaks off a chunk", "nonsense"],
)
def test_what_may_have_arrived_is_an_unknown_outcome(serve: Callable[[Behaviour], str], behave: Behaviour) -> None:
    url = serve(behave)

    with pytest.raises(OutcomeUnknownError):
        http_client.call(post(url))
