"""Every channel's adapter against its cases, and against what no case foresees."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st
from switchboard.channels.adapter import SignatureError
from switchboard.channels.webhook import decoded
from switchboard.kit import model
from switchboard.kit.errors import DomainError
from switchboard.kit.settings import environment

from tests.contract.channels import kit
from tests.contract.channels.kit import Heard, Refused, Sent, Suite, Unreadable, Unsendable

SUITES = kit.suites()
ENVIRONMENT = {"GRAPH_API_URL": "https://graph.example/v25.0"}

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=6),
    max_leaves=20,
)
each_suite = pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
thorough = effort(max_examples=150)


@pytest.fixture(autouse=True)
def deployment() -> Any:
    token = environment.set(ENVIRONMENT)
    yield
    environment.reset(token)


def each(part: str) -> Any:
    """Parametrize over a part of every suite."""
    pairs = [(suite, case) for suite in SUITES for case in getattr(suite, part)]
    return pytest.mark.parametrize(
        ("suite", "case"), pairs, ids=[f"{suite.name}: {case.name}" for suite, case in pairs]
    )


@each("heard")
def test_a_payload_becomes_canonical_events(suite: Suite, case: Heard) -> None:
    events = suite.adapter.parse(case.payload, suite.connection)

    assert [kit.plain(event) for event in events] == case.expected
    assert {(event.channel, event.integration_id) for event in events} <= {(suite.name, kit.INTEGRATION)}


@each("unreadable")
def test_a_payload_that_cannot_be_taken_is_refused_by_field(suite: Suite, case: Unreadable) -> None:
    with pytest.raises(DomainError) as refused:
        suite.adapter.parse(case.payload, suite.connection)

    assert (refused.value.status, refused.value.field) == (400, case.field)


@each("sent")
def test_a_message_becomes_the_providers_request(suite: Suite, case: Sent) -> None:
    request = suite.adapter.send_request(case.message, suite.connection)

    assert (request.method, request.url) == ("POST", case.url)
    assert json.loads(request.body) == case.body
    assert case.headers.items() <= request.headers.items()


@each("unsendable")
def test_a_message_that_the_channel_cannot_express_is_refused_by_field(suite: Suite, case: Unsendable) -> None:
    with pytest.raises(DomainError) as refused:
        suite.adapter.send_request(case.message, suite.connection)

    assert (refused.value.status, refused.value.field) == (400, case.field)


@each("refused")
def test_a_refusal_has_the_class_that_says_what_to_do(suite: Suite, case: Refused) -> None:
    refusal = suite.adapter.refused(case.response)

    assert (refusal.problem.error_class, refusal.problem.code) == (case.error_class, case.code)
    assert (refusal.retry_after_seconds, refusal.scope) == (case.retry_after_seconds, case.scope)


@each_suite
@thorough
@given(items=JSON)
def test_no_payload_makes_parsing_fail(suite: Suite, items: Any) -> None:
    """What cannot be read is kept, or refused where the sender is to be told; nothing else is ever raised."""
    try:
        events = suite.adapter.parse(decoded(json.dumps(suite.wrap(items)).encode()), suite.connection)
    except DomainError as refused:
        assert refused.status == 400
        return
    for event in events:
        assert model.load(type(event), model.dump(event)) == event


@each_suite
@thorough
@given(text=st.text(min_size=1))
def test_every_text_arrives_as_it_was_written(suite: Suite, text: str) -> None:
    payload = decoded(json.dumps(suite.says(text)).encode())
    try:
        (event,) = suite.adapter.parse(payload, suite.connection)
    except DomainError as refused:
        assert refused.field == "text"
        assert not text.replace("\x00", "").strip()
        return

    expected = decoded(json.dumps({"text": text}).encode())["text"]
    assert event.message is not None
    assert event.message.text == expected


@each_suite
@given(body=st.binary(min_size=1, max_size=200), place=st.integers(min_value=0), change=st.integers(1, 255))
def test_a_changed_byte_breaks_the_signature(suite: Suite, body: bytes, place: int, change: int) -> None:
    headers = suite.sign(body)
    suite.adapter.verify(body, headers, suite.connection)

    changed = bytearray(body)
    changed[place % len(body)] ^= change
    with pytest.raises(SignatureError):
        suite.adapter.verify(bytes(changed), headers, suite.connection)


@each_suite
@pytest.mark.parametrize("signature", ["", "sha256=", "sha1=00", "sha256=é", "SHA256=abc", "sha256=" + "0" * 64])
def test_what_is_not_signed_is_refused(suite: Suite, signature: str) -> None:
    for headers in ({}, {"x-hub-signature-256": signature}):
        with pytest.raises(SignatureError):
            suite.adapter.verify(b"{}", headers, suite.connection)


@each_suite
def test_without_a_secret_nobody_is_believed(suite: Suite) -> None:
    """An empty key would make signatures that anybody can make."""
    from msgspec.structs import replace
    from switchboard.channels.signatures import signed

    with pytest.raises(SignatureError):
        suite.adapter.verify(b"{}", {"x-hub-signature-256": signed("", b"{}")}, replace(suite.connection, secrets={}))
