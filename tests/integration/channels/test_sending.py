"""The way out: every outcome that a provider's call can have, and every moment at which the send step can die."""

from __future__ import annotations

import itertools
from typing import Any, Literal

import pytest
from switchboard.channels import capabilities

from tests.integration.channels.conftest import Centre, Chat

CHANNELS = ["whatsapp", "open"]
on_every_channel = pytest.mark.parametrize("channel", CHANNELS)


def fault(centre: Centre, channel: str, **facts: Any) -> None:
    centre.providers.order_fault({"provider": channel, **facts})


@on_every_channel
def test_a_reply_is_sent_once_and_its_receipts_come_back(centre: Centre, channel: str) -> None:
    chat = centre.chat(channel)
    message_id = chat.reply("Good morning")
    assert chat.status(message_id) == "queued"

    centre.cloud.settle()

    assert len(centre.tried(channel)) == 1
    assert chat.status(message_id) == "delivery-success"
    centre.providers.order_inbound(channel, {"receipt": {"id": message_id, "statuses": ["read", "sent"]}})
    centre.cloud.settle()
    assert chat.status(message_id) == "read"


@on_every_channel
@pytest.mark.parametrize("facts", [{"status": 503}, {"status": 500, "times": 3}, {"status": 429, "retryAfter": 20}])
def test_a_provider_that_is_down_or_busy_gets_it_later(centre: Centre, channel: str, facts: dict[str, Any]) -> None:
    chat = centre.chat(channel)
    fault(centre, channel, **facts)
    message_id = chat.reply("Good morning")
    centre.cloud.settle()
    assert chat.status(message_id) == "queued"

    if "retryAfter" in facts:
        centre.pass_time(seconds=facts["retryAfter"] - 2)
        assert not centre.taken(channel)
    centre.pass_time(minutes=5)

    assert len(centre.taken(channel)) == 1
    assert chat.status(message_id) == "delivery-success"


@on_every_channel
def test_a_provider_that_stays_down_fails_the_message(centre: Centre, channel: str) -> None:
    chat = centre.chat(channel)
    fault(centre, channel, status=503, times=100)
    message_id = chat.reply("Good morning")

    centre.pass_time(hours=2)

    assert chat.status(message_id) == "failed"
    assert len(centre.tried(channel)) == 10


@pytest.mark.parametrize("code", [131047, 131026, 131051, 132001])
def test_what_the_provider_refuses_for_good_is_not_sent_again(centre: Centre, code: int) -> None:
    chat = centre.chat("whatsapp")
    fault(centre, "whatsapp", code=code)
    message_id = chat.reply("Good morning")

    centre.pass_time(hours=1)

    assert chat.status(message_id) == "failed"
    assert len(centre.tried("whatsapp")) == 1


def test_an_account_that_is_not_trusted_any_more_sends_nothing_until_it_is_mended(centre: Centre) -> None:
    chat = centre.chat("whatsapp")
    fault(centre, "whatsapp", code=190)
    first = chat.reply("one")
    centre.cloud.settle()
    centre.pass_time(seconds=31)
    second = chat.reply("two")
    centre.cloud.settle()

    assert [chat.status(each) for each in (first, second)] == ["failed", "failed"]
    assert len(centre.tried("whatsapp")) == 1


@on_every_channel
def test_an_answer_that_is_lost_is_not_asked_for_twice(centre: Centre, channel: str) -> None:
    """The provider took the message: its receipt says so, and nothing is said a second time."""
    chat = centre.chat(channel)
    fault(centre, channel, error=True, processed=True)
    message_id = chat.reply("Good morning")

    centre.pass_time(minutes=10)

    assert chat.status(message_id) == "delivery-success"
    assert len(centre.tried(channel)) == 1


def test_an_unknown_outcome_is_left_alone_for_two_minutes_and_then_tried_once_more(centre: Centre) -> None:
    chat = centre.chat("whatsapp")
    fault(centre, "whatsapp", error=True)
    message_id = chat.reply("Good morning")

    centre.pass_time(seconds=110)
    assert len(centre.tried("whatsapp")) == 1
    centre.pass_time(seconds=15)

    assert len(centre.tried("whatsapp")) == 2
    assert chat.status(message_id) == "delivery-success"


def test_a_second_unknown_outcome_is_the_agents_to_judge(centre: Centre) -> None:
    chat = centre.chat("whatsapp")
    fault(centre, "whatsapp", error=True, times=9)
    message_id = chat.reply("Good morning")

    centre.pass_time(hours=1)

    assert chat.status(message_id) == "failed"
    assert len(centre.tried("whatsapp")) == 2


def test_a_message_that_waited_past_the_window_is_not_sent(centre: Centre) -> None:
    chat = centre.chat("whatsapp")
    centre.pass_time(hours=23, minutes=59)
    fault(centre, "whatsapp", status=429, retryAfter=120)
    message_id = chat.reply("Good morning")

    centre.pass_time(minutes=10)

    assert chat.status(message_id) == "failed"
    assert len(centre.tried("whatsapp")) == 1


def test_a_recipient_gets_no_more_at_once_than_the_provider_allows(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    from msgspec.structs import replace

    small = replace(capabilities.of("whatsapp"), recipient_burst=3)
    monkeypatch.setitem(capabilities.CAPABILITIES, "whatsapp", small)
    chat = centre.chat("whatsapp")
    messages = [chat.reply(f"line {number}") for number in range(5)]
    centre.cloud.settle()
    assert len(centre.taken("whatsapp")) == 3

    centre.pass_time(seconds=13)

    assert [each["body"]["text"]["body"] for each in centre.taken("whatsapp")] == [f"line {n}" for n in range(5)]
    assert {chat.status(each) for each in messages} == {"delivery-success"}


def test_a_message_that_waits_holds_back_only_its_own_conversation(centre: Centre) -> None:
    slow, quick = centre.chat("whatsapp"), centre.chat("whatsapp")
    fault(centre, "whatsapp", error=True)
    first = slow.reply("first")
    centre.cloud.settle()
    second = slow.reply("second")
    other = quick.reply("other")
    centre.cloud.settle()
    assert [slow.status(first), slow.status(second), quick.status(other)] == ["queued", "queued", "delivery-success"]

    centre.pass_time(minutes=5)

    mine = [each["body"]["text"]["body"] for each in centre.taken("whatsapp") if each["body"]["to"] == slow.customer]
    assert mine == ["first", "second"]


def _reply_with_crash(centre: Centre, chat: Chat, call: int, when: Literal["before", "after"]) -> bool:
    """Whether the crash struck; the customer gets the message exactly once either way."""
    centre.providers.journal.clear()
    centre.cloud.faults.clear()
    centre.cloud.faults.fail(function=f"channels-{chat.channel}-send", call=call, when=when)
    message_id = chat.reply(f"crash {call}")
    centre.cloud.settle()
    struck = bool(centre.cloud.faults.struck)
    centre.pass_time(minutes=10)
    assert chat.status(message_id) == "delivery-success"
    assert len(centre.taken(chat.channel)) == 1
    assert centre.cloud.dead_letters() == []
    return struck


@on_every_channel
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_crash_at_any_call_of_the_send_step(centre: Centre, channel: str, when: Literal["before", "after"]) -> None:
    chat = centre.chat(channel)

    struck = list(itertools.takewhile(bool, (_reply_with_crash(centre, chat, n, when) for n in range(1, 20))))

    assert 4 <= len(struck) < 19
