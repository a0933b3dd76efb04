"""What the message path asks of channels: remembered for a while, changed when something goes wrong."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from switchboard.channels import api as channels
from switchboard.channels import console
from switchboard.channels.message import Problem
from switchboard.kit import ids

from local.cloud import LocalCloud
from tests.integration.console import Console

INTEGRATIONS = "/conversations/messaging/integrations"
THREADING = "/conversations/messaging/threadingtimeline"
EXPIRED = Problem(error_class="auth", code="190", message="Access token expired")


@pytest.fixture
def whatsapp(cloud: LocalCloud) -> Iterator[str]:
    """The demo's WhatsApp number, with nothing remembered of it and without a fault afterwards."""
    cloud.advance(timedelta(seconds=301))
    (found,) = [each["id"] for each in cloud.organization["integrations"] if each["channel"] == "whatsapp"]
    cloud.calls.clear()
    yield found
    with cloud.as_function("channels-api"):
        console.administration().update("whatsapp", found, {})
    cloud.advance(timedelta(seconds=31))


def calls(cloud: LocalCloud) -> dict[str, int]:
    return {each["operation"]: each["count"] for each in cloud.calls.entities()}


def test_an_integration_is_read_once_in_half_a_minute(cloud: LocalCloud, whatsapp: str) -> None:
    with cloud.as_function("channels-whatsapp-webhook"):
        for _ in range(5):
            assert channels.connection(whatsapp)
            assert channels.entry(whatsapp)
            assert channels.secrets(whatsapp)["appSecret"] == "demo-app-secret"
        assert calls(cloud) == {"GetItem": 1, "GetSecretValue": 1}
        cloud.advance(timedelta(seconds=31))
        assert channels.connection(whatsapp) and channels.secrets(whatsapp)
        assert calls(cloud) == {"GetItem": 2, "GetSecretValue": 1}


def test_what_is_no_integration_has_nothing(cloud: LocalCloud) -> None:
    nobody = ids.new()
    with cloud.as_function("channels-whatsapp-webhook"):
        assert channels.connection(nobody) is None
        assert channels.entry(nobody) is None
        assert channels.secrets(nobody) == {}
        assert channels.sending_fault(nobody) is None


def test_the_threading_window_is_what_the_console_says(admin: Console, cloud: LocalCloud, whatsapp: str) -> None:
    def minutes() -> list[int]:
        cloud.advance(timedelta(seconds=31))
        with cloud.as_function("conversations-ingest"):
            return [channels.threading_minutes(channel) for channel in ("whatsapp", "open")]

    assert admin.done("GET", THREADING)["defaultTimeoutMinutes"] == 4320
    assert minutes() == [4320, 4320]
    body: dict[str, Any] = {
        "settings": [{"messengerType": "WhatsApp", "timeoutInMinutes": 90}],
        "defaultTimeoutMinutes": 600,
    }
    changed = admin.done("PUT", THREADING, body)
    assert changed["settings"] == [{"messengerType": "whatsapp", "timeoutInMinutes": 90}]
    assert minutes() == [90, 600]
    wrong = {"settings": [{"messengerType": "open", "timeoutInMinutes": 4321}]}
    assert admin.refused("PUT", THREADING, wrong) == (400, "invalid.value", "settings.0.timeoutInMinutes")
    assert admin.refused("PUT", THREADING, {"settings": [{"messengerType": "pigeon", "timeoutInMinutes": 1}]})[0] == 400
    assert minutes() == [90, 600]


def test_a_provider_that_no_longer_trusts_us_stops_sending_until_an_update(
    admin: Console, cloud: LocalCloud, whatsapp: str
) -> None:
    with cloud.as_function("channels-whatsapp-send"):
        assert channels.sending_fault(whatsapp) is None
        channels.report_fault(whatsapp, EXPIRED)
        assert channels.sending_fault(whatsapp) == EXPIRED
    shown = admin.done("GET", f"{INTEGRATIONS}/whatsapp/{whatsapp}")
    assert shown["status"] == "Error" and shown["activationErrorInfo"]["code"] == "190"
    admin.done("PATCH", f"{INTEGRATIONS}/whatsapp/{whatsapp}", {"accessToken": "demo-access-token"})
    cloud.advance(timedelta(seconds=31))
    with cloud.as_function("channels-whatsapp-send"):
        assert channels.sending_fault(whatsapp) is None
    healed = admin.done("GET", f"{INTEGRATIONS}/whatsapp/{whatsapp}")
    assert healed["status"] == "Active" and "activationErrorInfo" not in healed


def test_a_fault_is_written_once_however_many_sends_meet_it(cloud: LocalCloud, whatsapp: str) -> None:
    with cloud.as_function("channels-whatsapp-send"):
        for _ in range(4):
            channels.report_fault(whatsapp, EXPIRED)
        assert calls(cloud)["TransactWriteItems"] == 1
        other = Problem(error_class="config", code="131042")
        channels.report_fault(whatsapp, other)
        assert channels.sending_fault(whatsapp) is None
        channels.report_fault(ids.new(), EXPIRED)
    with cloud.as_function("channels-api"):
        (found,) = [each for each in channels.integrations() if each.id == whatsapp]
    assert (found.status, found.fault) == ("Error", other)
