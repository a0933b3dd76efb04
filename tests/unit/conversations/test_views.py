"""The platform's shapes: what the official SDK decodes, and what adds up."""

from typing import Any

import pytest
from msgspec.structs import replace
from switchboard.channels.message import Content, InboundMessage, Reply
from switchboard.conversations import transitions, views, wrapping_up
from switchboard.conversations.models import Conversation, WrapUp
from switchboard.kit import contract

from tests.unit.conversations.making import (
    MARIA,
    NOON,
    alerted,
    answered,
    inbound,
    outbound,
    part_of,
    waiting_in,
)

SAID = InboundMessage(provider_id="wamid.1", time=NOON, sender=MARIA, text="Where is my order?")


def handled() -> Conversation:
    """Waited 3 s, alerted 2 s, talked 50 s of which 10 on hold, wrapped up in 5 s."""
    conversation, ana = answered(NOON + 5000)
    conversation = transitions.hold(conversation, ana, True, NOON + 20_000)
    conversation = transitions.hold(conversation, part_of(conversation, ana), False, NOON + 30_000)
    conversation = transitions.leave(conversation, part_of(conversation, ana), NOON + 55_000)
    given = WrapUp(code="code", notes="done", tags=["a"])
    return wrapping_up.wrap_up(conversation, part_of(conversation, ana), given, NOON + 60_000)


@pytest.mark.parametrize("source", [waiting_in(), alerted(waiting_in(), NOON + 1)[0], answered()[0], handled()])
def test_every_field_that_is_told_is_one_of_the_platform(source: Conversation) -> None:
    messages = [inbound(SAID), outbound()]
    for kind, shown in (
        ("Conversation", views.conversation(source, messages)),
        ("MessageConversation", views.message_conversation(source, messages)),
    ):
        assert contract.validate(kind, contract.shape(kind, shown)) == contract.shape(kind, shown)
        assert set(_without_nulls(shown)) <= set(contract.models()[kind]["fields"]), kind


def _without_nulls(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if value is not None}


def test_messages_stand_with_who_said_them() -> None:
    said, answer = inbound(SAID), outbound()
    shown = views.conversation(answered()[0], [said, answer])
    listed = {
        part["purpose"]: [each["messageId"] for each in part["messages"][0]["messages"]]
        for part in shown["participants"]
    }
    assert listed == {"customer": [said.id], "acd": [], "agent": [answer.id]}


@pytest.mark.parametrize(
    ("status", "facts", "shown"),
    [
        ("queued", {}, "queued"),
        ("sending", {}, "queued"),
        ("sent", {"provider_id": "wamid.2"}, "sent"),
        ("delivered", {"provider_id": "wamid.2"}, "delivery-success"),
        ("read", {"provider_id": "wamid.2"}, "read"),
        ("failed", {}, "failed"),
        ("failed", {"provider_id": "wamid.2"}, "delivery-failed"),
    ],
)
def test_statuses_have_the_platforms_names(status: str, facts: dict[str, str], shown: str) -> None:
    data = views.message_data(outbound(status=status, **facts))
    assert data["status"] == shown
    assert shown in contract.models()["MessageData"]["enums"]["status"]


def test_a_message_as_data() -> None:
    data = contract.shape("MessageData", views.message_data(inbound(SAID)))
    assert data["direction"] == "inbound"
    assert data["fromAddress"] == MARIA.identity.value
    normalized = data["normalizedMessage"]
    assert normalized["text"] == SAID.text
    assert normalized["type"] == "Text"
    assert normalized["channel"]["from"]["idType"] == "Phone"


def test_what_we_do_not_understand_is_shown_as_that() -> None:
    odd = replace(SAID, content=[Content(kind="unsupported", data={"type": "poll"})], reply=Reply(provider_id="x"))
    (content,) = views.message_data(inbound(odd))["normalizedMessage"]["content"]
    assert content["contentType"] in contract.models()["ConversationMessageContent"]["enums"]["contentType"]
    assert "poll" in content["text"]["body"]
