"""The threading window in the platform's shape."""

from typing import Any

import pytest
from switchboard.channels.administration import threading
from switchboard.channels.models import ThreadingWindow
from switchboard.kit.errors import DomainError


def test_the_default_is_72_hours_for_every_messenger_type() -> None:
    assert threading.present(ThreadingWindow())["defaultTimeoutMinutes"] == 4320
    assert ThreadingWindow().of("whatsapp") == 4320


def test_a_messenger_type_may_differ_and_the_default_stays_unless_sent() -> None:
    body = {"settings": [{"messengerType": "whatsapp", "timeoutInMinutes": 60}]}
    window = threading.parse(body, ThreadingWindow(default_minutes=100))
    assert (window.of("whatsapp"), window.of("open")) == (60, 100)
    assert threading.parse(threading.present(window), window) == window


def test_no_window_at_all_is_a_choice() -> None:
    assert threading.parse({"defaultTimeoutMinutes": 0}, ThreadingWindow()).of("open") == 0


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"defaultTimeoutMinutes": 4321}, "defaultTimeoutMinutes"),
        ({"defaultTimeoutMinutes": -1}, "defaultTimeoutMinutes"),
        ({"settings": [{"messengerType": "open", "timeoutInMinutes": 4321}]}, "settings.0.timeoutInMinutes"),
        ({"settings": [{"messengerType": "open"}]}, "settings.0.timeoutInMinutes"),
        ({"settings": [{"timeoutInMinutes": 5}]}, "settings.0.messengerType"),
        ({"settings": [{"messengerType": "open", "timeoutInMinutes": 1}] * 2}, "settings.1.messengerType"),
    ],
)
def test_what_is_out_of_range_is_named(body: dict[str, Any], field: str) -> None:
    with pytest.raises(DomainError) as refused:
        threading.parse(body, ThreadingWindow())
    assert (refused.value.status, refused.value.field) == (400, field)
