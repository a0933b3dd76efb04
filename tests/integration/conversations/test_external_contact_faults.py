"""A crash between any two AWS calls while an external contact takes over: every word is carried once, and all are let go (CE43)."""

import itertools
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Literal

import pytest
from msgspec import structs
from switchboard.conversations import bootstrap
from switchboard.conversations.repository import thread_id
from switchboard.conversations.steps import timers
from switchboard.kit import clock, ids
from switchboard.kit.dynamo import Item, Table

from tests.integration.conversations.test_message_path_faults import _settle_with_retries
from tests.load.replay import Replay

When = Literal["before", "after"]
MOST_CALLS = 30
_numbers = itertools.count(8000)


def _items(replay: Replay, customer: int, prefix: str) -> list[Item]:
    thread = thread_id(replay.integration["id"], f"US.1555{customer:07d}")
    with replay.cloud.acting():
        return list(_table(replay).query(f"T#{thread}", prefix=prefix, consistent=True))


def _said(replay: Replay, customer: int, direction: str) -> list[str]:
    return [
        json.loads(each["doc"])["text"] for each in _items(replay, customer, "M#") if each["direction"] == direction
    ]


def _table(replay: Replay) -> Table:
    return Table(replay.cloud.function("conversations-ingest").environment["CONVERSATIONS_TABLE"])


def _state(replay: Replay, customer: int) -> Item:
    (state,) = _items(replay, customer, "STATE")
    return state


def _write(replay: Replay, customer: int, text: str) -> None:
    replay.webhook(customer, f"wamid.relay.{customer}.{text}", replay.seconds(), text=text)
    replay.cloud.settle()
    replay.cloud.advance(timedelta(seconds=1))


def _conversation(replay: Replay, customer: int) -> Any:
    identifier = _state(replay, customer)["conversationId"]
    return replay.api("demo-admin", "GET", f"/api/v2/conversations/messages/{identifier}")


def _part(conversation: Any, purpose: str) -> Any:
    return [each for each in conversation["participants"] if each["purpose"] == purpose][-1]


def _end(replay: Replay, conversation: Any) -> None:
    replay.api("demo-admin", "POST", f"/api/v2/conversations/{conversation['id']}/disconnect")
    replay.cloud.settle()


@pytest.fixture
def fresh(replay: Replay) -> Iterator[Replay]:
    yield replay
    replay.cloud.faults.clear()


def _asked(replay: Replay) -> tuple[int, int, Any]:
    """A customer whose agent is about to ask a contact, who has written before: both numbers, the conversation."""
    contact, customer = next(_numbers), next(_numbers)
    _write(replay, contact, "We are ready")
    _end(replay, _conversation(replay, contact))
    _write(replay, customer, "My tooth hurts")
    conversation = _conversation(replay, customer)
    path = f"/api/v2/conversations/messages/{conversation['id']}/participants/{_part(conversation, 'agent')['id']}"
    replay.api("demo-admin", "PATCH", path, {"state": "connected"})
    replay.cloud.settle()
    return customer, contact, conversation


def _transfer(replay: Replay, contact: int, conversation: Any) -> None:
    number = {"type": "Phone", "value": f"+1555{contact:07d}"}
    found = replay.api("demo-admin", "POST", "/api/v2/externalcontacts/identifierlookup/contacts", number)
    agent = _part(conversation, "agent")["id"]
    path = f"/api/v2/conversations/{conversation['id']}/participants/{agent}/replace/contact/external"
    replay.api("demo-admin", "POST", path, {"contactId": found["id"]})
    replay.cloud.settle()


def _relayed(replay: Replay, function: str, call: int, when: When) -> bool:
    """Whether the fault struck; either way each hears the other once, and both are free at the end."""
    customer, contact, conversation = _asked(replay)
    replay.cloud.faults.fail(function=function, call=call, when=when)
    _transfer(replay, contact, conversation)
    _write(replay, customer, "Can I come?")
    _write(replay, contact, "At three")
    struck = bool(replay.cloud.faults.struck)
    replay.cloud.faults.clear()
    if struck:
        _settle_with_retries(replay)
    assert _part(_conversation(replay, customer), "external")["state"] == "connected"
    assert _said(replay, contact, "outbound") == ["My tooth hurts", "Can I come?"]
    assert _said(replay, customer, "outbound") == ["At three"]
    _end(replay, conversation)
    state = _state(replay, contact)
    assert (state["conversationId"], state["engaged"], "saidBy" in state, "relayed" in state) == (
        "",
        False,
        False,
        False,
    )
    assert "relayed" not in _state(replay, customer)
    assert replay.cloud.dead_letters() == []
    return struck


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("function", ["conversations-relay", "conversations-outbox"])
def test_a_crash_while_words_are_carried(fresh: Replay, function: str, when: When) -> None:
    struck = list(itertools.takewhile(bool, (_relayed(fresh, function, n, when) for n in range(1, MOST_CALLS))))
    assert struck, f"{function} made no AWS call"
    assert len(struck) < MOST_CALLS - 1, "the function makes more calls than were tried"


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_crash_of_the_transfer_leaves_all_of_it_or_nothing(fresh: Replay, when: When) -> None:
    for call in itertools.count(1):
        customer, contact, conversation = _asked(fresh)
        fresh.cloud.faults.fail(function="conversations-api", call=call, when=when)
        try:
            _transfer(fresh, contact, conversation)
        except Exception:
            fresh.cloud.settle()
        struck = bool(fresh.cloud.faults.struck)
        fresh.cloud.faults.clear()
        joined = [each for each in _conversation(fresh, customer)["participants"] if each["purpose"] == "external"]
        assert len(joined) == int("relayed" in _state(fresh, customer)) == int("saidBy" in _state(fresh, contact))
        assert len(joined) == len(_said(fresh, contact, "outbound"))
        _end(fresh, conversation)
        if not struck:
            assert joined and call > 1
            return


def test_a_contact_whom_no_flow_had_led_anywhere_leaves_no_conversation_open(fresh: Replay) -> None:
    customer, contact, conversation = _asked(fresh)
    key = thread_id(fresh.integration["id"], f"US.1555{contact:07d}")
    with fresh.cloud.as_function("conversations-ingest"):
        repository = bootstrap.repository()
        known = repository.find(conversation["id"])
        assert known is not None
        own = structs.replace(known, id=ids.new(), thread=key, participants=known.of_purpose("customer"))
        assert repository.create(own)
        repository.point_thread(own, "", 0, clock.now_ms())
    _transfer(fresh, contact, conversation)
    assert _state(fresh, contact)["conversationId"] == conversation["id"]
    fired = {"timer": "inactivity", "conversationId": own.id, "since": 0}
    with fresh.cloud.as_function("conversations-timers"):
        timers.fire(fired)
        timers.fire(fired)
    assert fresh.api("demo-admin", "GET", f"/api/v2/conversations/{own.id}")["state"] == "disconnected"
    assert _state(fresh, contact)["conversationId"] == conversation["id"]
    _end(fresh, conversation)


def test_what_lies_in_the_contacts_thread_is_not_shown_by_its_id_either(fresh: Replay) -> None:
    customer, contact, conversation = _asked(fresh)
    _transfer(fresh, contact, conversation)
    _write(fresh, contact, "At three")
    shown = {}
    for who in (contact, customer):
        for each in _items(fresh, who, "M#"):
            if each["conversationId"] == conversation["id"]:
                shown[each["id"]] = (who, _details(fresh, each["id"]))
    assert sorted(shown.values()) == [(contact, 404), (contact, 404), (customer, 200), (customer, 200)]
    _end(fresh, conversation)


def _details(replay: Replay, message_id: str) -> int:
    try:
        replay.api("demo-admin", "GET", f"/api/v2/conversations/messages/{message_id}/details")
    except RuntimeError as refused:
        assert "404" in str(refused)
        return 404
    return 200


def test_the_way_in_costs_no_more_while_words_are_carried(fresh: Replay) -> None:
    customer, contact, conversation = _asked(fresh)
    _transfer(fresh, contact, conversation)
    for number in (customer, contact):
        # The integration's settings are read again every half minute: with this one, if it is time.
        _write(fresh, number, "Good morning")
        fresh.cloud.calls.clear()
        _write(fresh, number, "Hello")
        made = [each for each in fresh.cloud.calls.entities() if each["function"].endswith("conversations-ingest")]
        assert sum(each["count"] for each in made if "Message" not in each["operation"]) == 2, made
        assert sum(each["writeUnits"] for each in made) == 2
    _end(fresh, conversation)


def test_two_who_ask_the_same_contact_at_once(fresh: Replay) -> None:
    customer, contact, conversation = _asked(fresh)
    _write(fresh, other := next(_numbers), "And mine")
    second = _conversation(fresh, other)
    path = f"/api/v2/conversations/messages/{second['id']}/participants/{_part(second, 'agent')['id']}"
    fresh.api("demo-admin", "PATCH", path, {"state": "connected"})
    _transfer(fresh, contact, conversation)
    with pytest.raises(RuntimeError, match="409"):
        _transfer(fresh, contact, second)
    assert "relayed" not in _state(fresh, other)
    _write(fresh, contact, "At three")
    assert (_said(fresh, customer, "outbound"), _said(fresh, other, "outbound")) == (["At three"], [])
    for each in (conversation, second):
        _end(fresh, each)


def test_a_customer_who_has_gone_on_to_another_conversation_does_not_hold_the_contact(fresh: Replay) -> None:
    customer, contact, conversation = _asked(fresh)
    _transfer(fresh, contact, conversation)
    state = _state(fresh, customer)
    with fresh.cloud.acting():
        _table(fresh).update((state["PK"], "STATE"), "SET conversationId = :later", values={"later": "later"})
    fired = {"timer": "inactivity", "conversationId": conversation["id"], "since": 0}
    with fresh.cloud.as_function("conversations-timers"):
        timers.fire(fired)
        timers.fire(fired)
    assert _state(fresh, customer)["conversationId"] == "later"
    assert "saidBy" not in _state(fresh, contact)
    ended = fresh.api("demo-admin", "GET", f"/api/v2/conversations/{conversation['id']}")
    assert ended["state"] == "disconnected"
