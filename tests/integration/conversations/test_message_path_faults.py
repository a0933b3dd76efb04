"""A crash between any two AWS calls of the way in, and of the way out, loses nothing and doubles nothing.

Each case lets one function die at its n-th call, before the call reached AWS or after it took effect; the queue or stream
delivers again, and the outcome is what it is without the crash. n grows until the function makes no such call.
"""

import itertools
from datetime import timedelta
from typing import Any, Literal

import pytest

from tests.load.replay import Replay

When = Literal["before", "after"]
_customers = itertools.count(1000)
MOST_CALLS = 15


def _settle_with_retries(replay: Replay) -> None:
    """Time for what failed to be delivered again."""
    replay.cloud.settle()
    for _ in range(6):
        replay.cloud.advance(timedelta(minutes=1))
        replay.cloud.settle()


def _conversations_of(replay: Replay, number: str) -> list[dict[str, Any]]:
    found = replay.api("demo-admin", "POST", "/api/v2/externalcontacts/identifierlookup/contacts", _phone(number))
    table = replay.cloud.function("conversations-ingest").environment["CONVERSATIONS_TABLE"]
    from switchboard.conversations import api as conversations
    from switchboard.conversations.repository import stored_conversation
    from switchboard.kit.dynamo import unmarshal

    with replay.cloud.acting():
        pages = replay.cloud.client("dynamodb").get_paginator("scan").paginate(TableName=table)
        stored = [stored_conversation(unmarshal(item)) for page in pages for item in page["Items"]]
    mine = [each for each in stored if each and each.customer.identity.value == f"US.{number}"]
    assert all(each.of_purpose("customer")[0].external_contact_id == found["id"] for each in mine)
    with replay.cloud.as_function("conversations-api"):
        return [{"conversation": each, "messages": conversations.messages(each)} for each in mine]


def _phone(number: str) -> dict[str, str]:
    return {"type": "Phone", "value": f"+{number}"}


def _alerted(conversation: Any) -> list[str]:
    return [each.user_id for each in conversation.of_purpose("agent") if each.active]


def _new_conversation(replay: Replay, function: str, call: int, when: When) -> bool:
    """Whether the fault struck; the outcome must be one conversation, one message, one alert either way."""
    customer = next(_customers)
    replay.cloud.faults.fail(function=function, call=call, when=when)
    replay.webhook(customer, f"wamid.fault.{customer}", replay.seconds(), text="Is anybody there?")
    replay.cloud.settle()
    struck = bool(replay.cloud.faults.struck)
    replay.cloud.faults.clear()
    if struck:
        _settle_with_retries(replay)
    (found,) = _conversations_of(replay, f"1555{customer:07d}")
    assert [each.provider_id for each in found["messages"]] == [f"wamid.fault.{customer}"]
    assert len(_alerted(found["conversation"])) == 1
    assert replay.cloud.dead_letters() == []
    replay.api("demo-admin", "POST", f"/api/v2/conversations/{found['conversation'].id}/disconnect")
    replay.cloud.settle()
    return struck


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("function", ["conversations-ingest", "conversations-outbox", "routing-assign"])
def test_a_crash_on_the_way_to_the_alert(replay: Replay, function: str, when: When) -> None:
    struck = list(
        itertools.takewhile(bool, (_new_conversation(replay, function, n, when) for n in range(1, MOST_CALLS)))
    )
    assert struck, f"{function} made no AWS call"
    assert len(struck) < MOST_CALLS - 1, "the function makes more calls than were tried"
