"""Attachments: fetched at once, from where they may come, as large as they may be, stored so that nothing runs them."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest
from switchboard.channels import capabilities

from tests.integration.channels.conftest import Centre, Chat

CHANNELS = ["whatsapp", "open"]
on_every_channel = pytest.mark.parametrize("channel", CHANNELS)
PICTURE = b"\x89PNG a picture" * 50


def send(chat: Chat, **facts: Any) -> None:
    order = {"type": "image", "media": base64.b64encode(PICTURE).decode(), "mime": "image/png", **facts}
    chat.centre.says(chat.channel, chat.customer, **order)
    chat.centre.cloud.settle()


def stored(centre: Centre) -> list[dict[str, Any]]:
    """Objects in the media bucket, with their bytes and headers."""
    s3 = centre.cloud.client("s3")
    bucket = centre.cloud.function("channels-whatsapp-media").environment["MEDIA_BUCKET"]
    keys = [each["Key"] for each in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]
    return [{"key": key, **s3.get_object(Bucket=bucket, Key=key)} for key in keys]


@pytest.fixture(autouse=True)
def empty_bucket(centre: Centre) -> None:
    s3 = centre.cloud.client("s3")
    bucket = centre.cloud.function("channels-whatsapp-media").environment["MEDIA_BUCKET"]
    for each in stored(centre):
        s3.delete_object(Bucket=bucket, Key=each["key"])


@on_every_channel
def test_a_picture_is_stored_as_it_was_sent(centre: Centre, channel: str) -> None:
    chat = centre.chat(channel)

    send(chat)

    (picture,) = stored(centre)
    assert picture["Body"].read() == PICTURE
    assert picture["ContentType"] == "image/png"
    assert picture["ContentDisposition"].startswith("attachment;")
    assert picture["key"] in [f"media/{each['id']}/0" for each in chat.heard()]


@pytest.mark.parametrize("mime", ["text/html", "image/svg+xml", "application/xhtml+xml", "nonsense", ""])
def test_nothing_is_stored_as_something_that_a_browser_runs(centre: Centre, mime: str) -> None:
    send(centre.chat("whatsapp"), type="document", mime=mime, filename="../../etc/x\u202egnp.html")

    (file,) = stored(centre)
    assert file["ContentType"] == "application/octet-stream"
    assert file["ContentDisposition"] == "attachment; filename*=UTF-8''xgnp.html"


@on_every_channel
def test_what_is_too_large_is_refused_while_it_comes(
    centre: Centre, channel: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from msgspec.structs import replace

    small = replace(capabilities.of(channel), largest_media_bytes=100)
    monkeypatch.setitem(capabilities.CAPABILITIES, channel, small)
    send(centre.chat(channel))

    assert stored(centre) == []


def test_other_bytes_than_announced_are_refused(centre: Centre) -> None:
    other = base64.b64encode(hashlib.sha256(b"other").digest()).decode()
    send(centre.chat("whatsapp"), image={"sha256": other})

    assert stored(centre) == []


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/x",
        "http://169.254.169.254/latest",
        "file:///etc/passwd",
        "https://graph.facebook.com.evil.example/",
    ],
)
def test_the_token_goes_to_the_providers_hosts_only(centre: Centre, url: str) -> None:
    """A webhook with a link and no media id, as a forged one might have."""
    chat = centre.chat("whatsapp")
    centre.providers.journal.clear()
    send(chat, image={"id": "", "url": url})

    assert stored(centre) == []
    assert centre.providers.journal.entities() == []


@on_every_channel
def test_media_that_is_gone_is_given_up(centre: Centre, channel: str) -> None:
    chat = centre.chat(channel)
    centre.providers.order_fault({"provider": channel, "status": 404})
    send(chat)
    centre.pass_time(hours=1)

    assert stored(centre) == []
    assert centre.cloud.dead_letters() == []


@on_every_channel
@pytest.mark.parametrize("fault", [{"status": 503}, {"status": 401}, {"error": True}])
def test_media_waits_for_a_provider_that_is_down(centre: Centre, channel: str, fault: dict[str, Any]) -> None:
    chat = centre.chat(channel)
    centre.providers.order_fault({"provider": channel, "times": 2, **fault})
    send(chat)
    assert stored(centre) == []

    centre.pass_time(minutes=10)

    (picture,) = stored(centre)
    assert picture["Body"].read() == PICTURE
