"""Where the HTTP client goes and where it does not."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from switchboard.channels import http_client
from switchboard.channels.adapter import HttpRequest
from switchboard.channels.http_client import ForbiddenHostError
from switchboard.kit.settings import environment


@pytest.fixture(autouse=True)
def as_in_the_cloud() -> Iterator[None]:
    token = environment.set({})
    yield
    environment.reset(token)


@pytest.mark.parametrize(
    "url",
    [
        "http://provider.example/",
        "ftp://provider.example/",
        "file:///etc/passwd",
        "https:///nowhere",
        "https://user:password@provider.example/",
        "https://provider.example:port/",
        "https://provider.example/a b",
        "https://provider.example/\r\nX-Injected: 1",
        "https://[::1",
        "",
    ],
)
def test_what_is_no_plain_https_url_is_forbidden(url: str) -> None:
    with pytest.raises(ForbiddenHostError):
        http_client.call(HttpRequest(method="GET", url=url))


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["0.0.0.0"],  # noqa: S104 - an address to refuse
        ["10.1.2.3"],
        ["172.16.0.1"],
        ["192.168.1.1"],
        ["100.64.0.1"],
        ["169.254.169.254"],
        ["::1"],
        ["fd00:ec2::254"],
        ["fe80::1%eth0"],
        ["::ffff:127.0.0.1"],
        ["93.184.216.34", "127.0.0.1"],
    ],
    ids=", ".join,
)
def test_a_name_that_leads_into_a_private_network_is_forbidden(
    addresses: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also one that leads there only sometimes."""

    def resolve(*_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)

    with pytest.raises(ForbiddenHostError):
        http_client.call(HttpRequest(method="GET", url="https://provider.example/"))
