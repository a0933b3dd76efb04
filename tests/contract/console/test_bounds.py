"""How much an agent can note about a conversation: what is refused would make it too large to be stored, or makes no sense."""

from typing import Any

import pytest

from tests.contract.console.agreement import NOBODY
from tests.e2e.desk import Desk, Talk
from tests.e2e.refusals import refusal


def test_attributes_have_room_for_so_much(talk: Talk, ana: Desk) -> None:
    """Together: were each call alone to be looked at, a conversation could grow until nothing about it can be stored."""
    part = ana.conversations.get_conversation(talk.id).participants[0]
    change = ana.conversations.patch_conversation_participant_attributes
    change(talk.id, part.id, {"attributes": {"first": "x" * 35_000}})
    refused = refusal(lambda: change(talk.id, part.id, {"attributes": {"second": "x" * 35_000}}))
    assert (refused.status, refused.field) == (400, "attributes")
    assert list(ana.conversations.get_conversation(talk.id).participants[0].attributes) == ["first"]


@pytest.mark.parametrize(
    ("more", "field"),
    [({"durationSeconds": -5}, "durationSeconds"), ({"tags": ["x" * 200] * 100}, "tags")],
)
def test_a_wrap_up_that_cannot_be_is_refused(talk: Talk, ana: Desk, more: dict[str, Any], field: str) -> None:
    codes = ana.conversations.get_conversation_participant_wrapupcodes(talk.id, talk.participant_id)
    refused = refusal(lambda: talk.wrap_up(codes[0].id, **more))
    assert (refused.status, refused.field) == (400, field)
    wrap_up = ana.conversations.post_conversations_message_participant_communication_wrapup
    nowhere = refusal(lambda: wrap_up(talk.id, talk.participant_id, NOBODY, body={"code": codes[0].id}))
    assert nowhere.status == 404
