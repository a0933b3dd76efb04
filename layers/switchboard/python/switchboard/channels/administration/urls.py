"""Addresses to which this system sends on somebody's behalf: they must not lead into our own network."""

import ipaddress
from urllib.parse import urlsplit

from switchboard.kit import settings
from switchboard.kit.errors import InvalidValueError

LONGEST_URL = 2048
_LOCAL_NAMES = ("localhost", ".localhost", ".local", ".internal")


def check_webhook(url: str, field: str) -> str:
    """The URL; raises InvalidValueError unless it is https on port 443 of a public host. What a name resolves to is
    checked when it is called. `ALLOW_PRIVATE_HOSTS` (local development) admits loopback, http and any port as well."""
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError as error:
        raise InvalidValueError(f"{field} is not a URL.", field=field) from error
    if (
        not host
        or len(url) > LONGEST_URL
        or any(letter.isspace() or not letter.isprintable() for letter in url.strip())
    ):
        raise InvalidValueError(f"{field} is not a URL.", field=field)
    if parts.username is not None or parts.password is not None:
        raise InvalidValueError(f"{field} must not carry credentials; use webhookHeaders.", field=field)
    if _loopback(host) and parts.scheme in ("http", "https") and settings.optional("ALLOW_PRIVATE_HOSTS") == "true":
        return url.strip()
    if parts.scheme != "https" or port not in (None, 443):
        raise InvalidValueError(f"{field} must be an https URL on port 443.", field=field)
    if not _public(host):
        raise InvalidValueError(f"{field} must name a public host.", field=field)
    return url.strip()


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _public(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        # A name of one label or of digits alone (2130706433 is 127.0.0.1) is none that the world resolves.
        labelled = "." in host.strip(".") and not host.replace(".", "").isdigit() and not host.startswith("0x")
        return labelled and not host.rstrip(".").endswith(_LOCAL_NAMES)
