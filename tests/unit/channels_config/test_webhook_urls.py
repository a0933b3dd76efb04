"""Where a webhook may point."""

from collections.abc import Iterator

import pytest
from switchboard.channels.administration.urls import check_webhook
from switchboard.kit import settings
from switchboard.kit.errors import InvalidValueError


@pytest.fixture(params=["false", "true"])
def private_hosts(request: pytest.FixtureRequest) -> Iterator[bool]:
    token = settings.environment.set({"ALLOW_PRIVATE_HOSTS": request.param})
    yield request.param == "true"
    settings.environment.reset(token)


@pytest.mark.parametrize("url", ["https://example.com/hook", "https://a.b.example:443/x?y=1", " https://8.8.8.8/ "])
def test_public_https_is_taken(private_hosts: bool, url: str) -> None:
    assert check_webhook(url, "url") == url.strip()


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080/hook", "https://localhost:8443/", "http://[::1]:80/"])
def test_loopback_only_where_private_hosts_are_allowed(private_hosts: bool, url: str) -> None:
    if private_hosts:
        assert check_webhook(url, "url") == url
    else:
        with pytest.raises(InvalidValueError):
            check_webhook(url, "url")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "not a url",
        "ftp://127.0.0.1/",
        "http://example.com/",
        "https://example.com:8443/",
        "https://user:secret@example.com/",
        "https://169.254.169.254/latest/meta-data",
        "https://10.0.0.1/",
        "https://[fd00::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://intranet/",
        "https://printer.local/",
        "https://metadata.google.internal/",
        "https://exa mple.com/",
        "https://example.com/\r\nX-Evil: 1",
        "https://[::1",
        "https://example.com:99999/",
        "https://example.com/" + "x" * 3000,
    ],
)
def test_everything_else_is_refused_by_name(private_hosts: bool, url: str) -> None:
    with pytest.raises(InvalidValueError) as refused:
        check_webhook(url, "outboundNotificationWebhookUrl")
    assert refused.value.field == "outboundNotificationWebhookUrl"
