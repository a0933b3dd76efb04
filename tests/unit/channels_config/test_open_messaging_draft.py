"""What an Open Messaging integration is made of."""

import pytest
from switchboard.channels.administration import open_messaging
from switchboard.channels.administration.open_messaging import MASK, SECRET, URL
from switchboard.kit.errors import InvalidValueError

WHOLE = {"name": "Bridge", URL: "https://example.com/hook", SECRET: "s"}


def test_secrets_and_public_fields_part() -> None:
    draft = open_messaging.draft({**WHOLE, "webhookHeaders": {"Authorization": "Bearer x"}}, None)
    assert draft.fields == {
        "name": "Bridge",
        "address": {"webhookUrl": "https://example.com/hook"},
        "headerNames": ["Authorization"],
    }
    assert draft.secrets == {"outboundSecret": "s", "header:Authorization": "Bearer x"}


def test_a_masked_header_keeps_its_value_and_an_absent_one_goes() -> None:
    old = {"headerNames": ["X-A", "X-B"]}
    draft = open_messaging.draft({"webhookHeaders": {"X-A": MASK, "X-C": "3"}}, old)
    assert draft.secrets == {"header:X-B": None, "header:X-C": "3"}
    assert draft.fields["headerNames"] == ["X-A", "X-C"]
    assert open_messaging.draft({"webhookHeaders": None}, old).secrets == {"header:X-A": None, "header:X-B": None}


@pytest.mark.parametrize(
    "headers",
    [
        {"X-A\r\nX-Evil": "1"},
        {"X-A": "1\r\nX-Evil: 1"},
        {"X A": "1"},
        {"": "1"},
        {"Host": "example.com"},
        {"x-hub-signature-256": "sha256=0"},
        {"X-A": "ü"},
        {"X-A": "x" * 2000},
        {f"X-{number}": "1" for number in range(21)},
    ],
)
def test_what_no_header_can_hold_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(InvalidValueError) as refused:
        open_messaging.draft({**WHOLE, "webhookHeaders": headers}, None)
    assert refused.value.field == "webhookHeaders"
