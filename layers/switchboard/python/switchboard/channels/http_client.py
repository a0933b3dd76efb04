"""HTTP to providers with the standard library: no redirects, time-outs, and never into a private network by accident.

The outcome that matters to a sender is told apart: `UnreachableError`, nothing of the request arrived, and
`OutcomeUnknownError`, it may have.
"""

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Protocol
from urllib.parse import SplitResult, urlsplit

from switchboard.channels.adapter import HttpRequest, HttpResponse
from switchboard.kit import settings

TIMEOUT_SECONDS = 10
LARGEST_ANSWER_BYTES = 1_000_000


class ForbiddenHostError(Exception):
    """The URL leads where we do not go: not https, not a public address, or no valid URL at all."""


class UnreachableError(Exception):
    """No connection: nothing of the request reached the provider."""


class OutcomeUnknownError(Exception):
    """The connection failed after the request was on its way: the provider may have acted on it."""


class Download(Protocol):
    """An answer whose body is read piece by piece."""

    status: int
    headers: dict[str, str]

    def read(self, size: int) -> bytes:
        """The next bytes, empty at the end. Raises OutcomeUnknownError."""


Transport = Callable[[HttpRequest], HttpResponse]
_transport: Transport | None = None


def use(transport: Transport | None) -> None:
    """Answer requests in this process instead of over the network (the local cloud without a port); None: the network."""
    global _transport
    _transport = transport


def call(request: HttpRequest) -> HttpResponse:
    """The provider's answer, whatever its status. Raises ForbiddenHostError, UnreachableError, OutcomeUnknownError."""
    with stream(request) as answer:
        body = answer.read(LARGEST_ANSWER_BYTES)
        return HttpResponse(status=answer.status, headers=answer.headers, body=body)


@contextmanager
def stream(request: HttpRequest) -> Iterator[Download]:
    """Like `call`, with the body left to be read."""
    url = _checked(request.url)
    if _transport is not None:
        yield _Answered(_transport(request))
        return
    connection = _Connection(url)
    try:
        try:
            connection.connect()
        except OSError as error:
            raise UnreachableError(type(error).__name__) from error
        try:
            target = url.path or "/"
            connection.request(
                request.method,
                f"{target}?{url.query}" if url.query else target,
                body=request.body or None,
                headers=request.headers,
            )
            answer = connection.getresponse()
        except (OSError, http.client.HTTPException) as error:
            raise OutcomeUnknownError(type(error).__name__) from error
        yield _Received(answer)
    finally:
        connection.close()


class _Received:
    def __init__(self, answer: http.client.HTTPResponse) -> None:
        self._answer = answer
        self.status = answer.status
        self.headers = {name.lower(): value for name, value in answer.getheaders()}

    def read(self, size: int) -> bytes:
        try:
            taken = self._answer.read(size)
        except (OSError, http.client.HTTPException) as error:
            raise OutcomeUnknownError(type(error).__name__) from error
        if len(taken) < size and self._answer.length:
            raise OutcomeUnknownError("the answer broke off")
        return taken


class _Answered:
    def __init__(self, answer: HttpResponse) -> None:
        self.status, self.headers, self._left = answer.status, answer.headers, answer.body

    def read(self, size: int) -> bytes:
        taken, self._left = self._left[:size], self._left[size:]
        return taken


class _Connection(http.client.HTTPConnection):
    """Connects to the very address that was checked: a second look-up of the name might lead elsewhere."""

    def __init__(self, url: SplitResult) -> None:
        super().__init__(
            url.hostname or "", url.port or (443 if url.scheme == "https" else 80), timeout=TIMEOUT_SECONDS
        )
        self._secure = url.scheme == "https"

    def connect(self) -> None:
        plain = socket.create_connection(_address(self.host, self.port), timeout=TIMEOUT_SECONDS)
        self.sock = _tls().wrap_socket(plain, server_hostname=self.host) if self._secure else plain


def _checked(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises where it is not a number
    except ValueError as error:
        raise ForbiddenHostError("not a URL") from error
    schemes = ("https", "http") if _private_allowed() else ("https",)
    if parts.scheme not in schemes or not parts.hostname or parts.username or not _printable(url):
        raise ForbiddenHostError("not an https URL")
    return parts


def _printable(url: str) -> bool:
    return url.isascii() and url.isprintable() and " " not in url


def _address(host: str, port: int) -> tuple[str, int]:
    """The first address of the host, if all are public. Raises UnreachableError, ForbiddenHostError."""
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError) as error:
        raise UnreachableError("the host has no address") from error
    if not _private_allowed() and not all(ipaddress.ip_address(address.split("%")[0]).is_global for address in found):
        raise ForbiddenHostError("the host is not public")
    return sorted(found, key=lambda address: ":" in address)[0], port


def _private_allowed() -> bool:
    return settings.optional("ALLOW_PRIVATE_HOSTS") == "true"


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()
