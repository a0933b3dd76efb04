"""Transfers through the SDK: to queues and agents, and what is refused."""

from typing import Any

import pytest

from tests.contract.console.agreement import NOBODY
from tests.e2e.contact_centre import ContactCentre, platform
from tests.e2e.desk import Desk, Talk
from tests.e2e.refusals import refusal


def test_a_transfer_to_what_does_not_exist_is_refused(talk: Talk, ana: Desk, centre: ContactCentre) -> None:
    for transfer, field in (("queue", "queueId"), ("agent", "userId")):
        call = getattr(ana.conversations, f"post_conversation_participant_replace_{transfer}")
        refused = refusal(lambda: call(talk.id, talk.participant_id, {field: NOBODY}))  # noqa: B023
        assert (refused.status, refused.field) == (400, field)
    ana.conversations.post_conversation_participant_replace_queue(
        talk.id, talk.participant_id, {"queueId": ana.part(ana.held()[0]).queue_id}
    )
    assert ana.held() == [], "who gave it back is not asked again at once"
    centre.advance("PT16S")
    ana.accept()
    again = ana.part(ana.held()[0])
    ana.conversations.post_conversation_participant_replace_agent(talk.id, again.id, {"userId": ana.user_id})
    assert ana.alerted().id == talk.id


@pytest.mark.parametrize(
    "replace", ["post_conversation_participant_replace", "post_conversations_message_participant_replace"]
)
def test_a_transfer_goes_to_one_place_and_to_no_address(
    talk: Talk, ana: Desk, centre: ContactCentre, replace: str
) -> None:
    call = getattr(ana.conversations, replace)
    bodies = {
        "address": {"address": "+15551234567"},
        "queueId": {"userId": ana.user_id, "queueId": centre.queue("Sales")},
    }
    for field, body in bodies.items():
        refused = refusal(lambda: call(talk.id, talk.participant_id, body))  # noqa: B023
        assert (refused.status, refused.field) == (400, field)
    attended = {"queueId": centre.queue("Sales"), "transferType": "Attended"}
    call(talk.id, talk.participant_id, attended)
    assert [each.id for each in ana.held()] == [talk.id]
    ana.conversations.patch_conversations_message_participant(
        talk.id, talk.participant_id, body={"state": "disconnected"}
    )
    assert ana.held() == []
    assert ana.conversations.get_conversation(talk.id).participants[-1].queue_name == "Sales"


def test_a_transfer_goes_by_the_name_of_a_queue_or_the_address_of_an_agent(
    talk: Talk, ana: Desk, admin: Any, centre: ContactCentre
) -> None:
    to_queue = ana.conversations.post_conversation_participant_replace_queue
    to_agent = ana.conversations.post_conversation_participant_replace_agent
    wrong = (
        (to_queue, {"queueName": "Nowhere"}, "queueName"),
        (to_agent, {"userName": "nobody@demo.example"}, "userName"),
        (to_agent, {"userId": ana.user_id, "voicemail": True}, "voicemail"),
    )
    for call, body, field in wrong:
        refused = refusal(lambda: call(talk.id, talk.participant_id, body))  # noqa: B023
        assert (refused.status, refused.field) == (400, field)
    address = platform.UsersApi(admin).get_user(ana.user_id).email
    to_agent(talk.id, talk.participant_id, {"userName": address.upper()})
    again = ana.accept()
    to_queue(talk.id, again.participant_id, {"queueName": "sales"})
    assert ana.conversations.get_conversation(talk.id).participants[-1].queue_id == centre.queue("Sales")


def test_a_transfer_to_who_is_off_queue_says_so(talk: Talk, ana: Desk, centre: ContactCentre) -> None:
    to = {"userId": centre.user("chloe")}
    refused = refusal(
        lambda: ana.conversations.post_conversation_participant_replace_agent(talk.id, talk.participant_id, to)
    )
    assert (refused.status, refused.field) == (409, "userId")
    assert "off queue" in refused.message
