"""A customer who writes again and again within the threading window: their conversation does not grow for ever."""

from typing import Any

import pytest
from switchboard.conversations import models

from tests.load.replay import Replay

CUSTOMER = 4711


def _write(replay: Replay, text: str) -> Any:
    """The conversation that the message belongs to, in which an agent has answered."""
    replay.webhook(CUSTOMER, f"wamid.{text}", replay.seconds(), text=text)
    replay.cloud.settle()
    replay.answer_everything()
    held = [replay.api(client, "GET", "/api/v2/conversations")["entities"] for client in replay.users()]
    (conversation,) = [each for entities in held for each in entities]
    return conversation


def _end(replay: Replay, conversation: Any) -> str:
    """The agent who had it."""
    replay.api("demo-admin", "POST", f"/api/v2/conversations/{conversation['id']}/disconnect")
    replay.cloud.settle()
    return str(next(each["userId"] for each in reversed(conversation["participants"]) if each["purpose"] == "agent"))


def test_one_that_is_over_and_long_begins_another_with_the_same_agent(
    replay: Replay, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = _write(replay, "Hello")
    _end(replay, first)
    again = _write(replay, "Hello again")
    assert again["id"] == first["id"]
    agent = _end(replay, again)
    monkeypatch.setattr(models, "MOST_PARTICIPANTS", len(again["participants"]))
    other = _write(replay, "Me again")
    assert other["id"] != first["id"]
    contacts = {each["participants"][0]["externalContactId"] for each in (first, other)}
    assert len(contacts) == 1
    why = replay.api("demo-admin", "GET", f"/api/v2/routing/conversations/{other['id']}/decisions")["entities"]
    assert [(each["agent"]["id"], each["usedRouting"]) for each in why] == [(agent, "Last")]
    assert replay.cloud.dead_letters() == []
