"""Conferences: several of ours with the customer, as the SDK knows them."""

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.contract.console.agreement import assert_agrees
from tests.e2e.contact_centre import ContactCentre, platform
from tests.e2e.desk import Desk, Talk
from tests.e2e.refusals import refusal
from tests.e2e.whatsapp import Customer


@pytest.fixture
def ben(centre: ContactCentre) -> Iterator[Desk]:
    desk = Desk(centre, "ben")
    yield desk
    desk.end_all()


@pytest.fixture(scope="module")
def chloe(centre: ContactCentre, admin: Any) -> Iterator[Desk]:
    """A supervisor for as long as this file's tests run."""
    users, desk = platform.UsersApi(admin), Desk(centre, "chloe")
    roles = platform.AuthorizationApi(admin).get_authorization_roles(page_size=100).entities
    (supervisor,) = [each.id for each in roles if each.default_role_id == "supervisor"]
    grant = (desk.user_id, "*", supervisor)
    users.post_authorization_subject_division_role(*grant, subject_type="PC_USER")
    yield desk
    users.delete_authorization_subject_division_role(*grant)
    centre.advance("PT61S")


@pytest.fixture
def asked(talk: Talk, ana: Desk, ben: Desk) -> Any:
    """Ben's part: Ana has asked him, he has not answered yet."""
    ana.conversations.post_conversation_participant_internalmessages_users_communications(
        talk.id, talk.participant_id, {"targetUserId": ben.user_id}
    )
    return ben.part(ben.conversations.get_conversation(talk.id))


def accept(desk: Desk, talk: Talk, part: Any) -> None:
    desk.conversations.patch_conversation_participant(talk.id, part.id, {"state": "connected"})


def joined(desk: Desk, talk: Talk) -> Any:
    desk.conversations.post_conversation_barge(talk.id)
    return desk.part(desk.conversations.get_conversation(talk.id))


def test_whom_the_agent_has_asked_joins_once(talk: Talk, ana: Desk, ben: Desk, asked: Any) -> None:
    barge = ben.conversations.post_conversation_barge
    too_early = refusal(lambda: barge(talk.id))
    assert (too_early.status, too_early.code) == (403, "missing.permissions")
    assert "conversation:communication:barge" in too_early.message
    accept(ben, talk, asked)
    assert barge(talk.id) is None
    assert barge(talk.id) is None
    conversation = ana.conversations.get_conversation(talk.id)
    _, mine = [each for each in conversation.participants if each.user_id == ben.user_id]
    agreed = {"purpose": "user", "userId": ben.user_id, "bargedParticipantId": talk.participant_id}
    assert_agrees(agreed, mine)
    assert (mine.consult_participant_id, mine.wrapup_required) == (None, None)
    assert [each.state for each in mine.messages] == ["connected"]
    say = ana.conversations.post_conversation_communication_internalmessages
    (end,) = ana.part(conversation).internal_messages
    assert say(talk.id, end.id, {"text": "Between us"}).id, "the consultation goes on"
    ben.conversations.patch_conversation_participant(talk.id, asked.id, {"state": "disconnected"})
    assert barge(talk.id) is None, "who is there needs no invitation any more"


def test_a_supervisor_joins_writes_and_leaves(
    centre: ContactCentre, talk: Talk, ana: Desk, chloe: Desk, customer: Customer
) -> None:
    mine = joined(chloe, talk)
    own = Talk(chloe, talk.id, mine.id, mine.messages[-1].id)
    said = own.say("Chloe here")
    assert said.created_by.id == chloe.user_id
    shown = ana.conversations.get_conversations_message(talk.id).participants
    assert [each.id for each in shown if any(one.message_id == said.id for one in each.messages)] == [mine.id]
    talk.say("And Ana")
    centre.settle()
    assert customer.taken() == ["Chloe here", "And Ana"]
    assert [each.id for each in chloe.held()] == [talk.id]
    theirs = refusal(lambda: Talk(chloe, talk.id, mine.id, talk.communication_id).say("As Ana"))
    assert theirs.status == 409
    for body in ({"held": True}, {"wrapup": {"code": str(uuid.uuid4())}}):
        change = chloe.conversations.patch_conversations_message_participant
        assert refusal(lambda: change(talk.id, mine.id, body=body)).status in (400, 409)  # noqa: B023
    park = chloe.conversations.patch_conversations_message_participant_parkingstate
    assert refusal(lambda: park(talk.id, mine.id, {"state": "parked"})).status == 409
    own.disconnect()
    assert chloe.held() == []
    assert [each.id for each in ana.held()] == [talk.id]
    assert refusal(lambda: own.say("Too late")).status == 409


def test_who_joined_ends_the_conversation_only_when_the_agent_has_left(
    talk: Talk, ana: Desk, ben: Desk, asked: Any
) -> None:
    accept(ben, talk, asked)
    joined(ben, talk)
    end = ben.conversations.post_conversation_disconnect
    assert refusal(lambda: end(talk.id)).status == 403
    talk.disconnect()
    going_on = ben.conversations.get_conversation(talk.id)
    assert (going_on.state, ben.part(going_on).messages[-1].state) == ("connected", "connected")
    end(talk.id)
    assert ben.conversations.get_conversation(talk.id).state == "disconnected"


def test_who_joined_transfers_and_an_agent_who_answers_has_one_part(
    centre: ContactCentre, talk: Talk, ana: Desk, ben: Desk, asked: Any, customer: Customer
) -> None:
    accept(ben, talk, asked)
    mine = joined(ben, talk)
    replace = ben.conversations.post_conversation_participant_replace_agent
    own = refusal(lambda: replace(talk.id, mine.id, {"userId": ana.user_id}))
    assert (own.status, own.field) == (409, "userId")
    ana.conversations.post_conversation_participant_replace_queue(
        talk.id, talk.participant_id, {"queueId": centre.queue("Support")}
    )
    ben.set_status("IDLE")
    ben.accept(customer.address)
    active = [each for each in ben.conversations.get_conversation(talk.id).participants if each.end_time is None]
    assert [each.purpose for each in active if each.user_id] == ["agent"]


@pytest.mark.parametrize("state", ["the agent's own", "parked", "waiting", "over"])
def test_when_nobody_joins(centre: ContactCentre, talk: Talk, ana: Desk, chloe: Desk, state: str) -> None:
    api, who = ana.conversations, ana if state == "the agent's own" else chloe
    if state == "parked":
        api.patch_conversations_message_participant_parkingstate(talk.id, talk.participant_id, {"state": "parked"})
    if state == "waiting":
        ana.set_status("OFF_QUEUE")
        to_queue = {"queueId": centre.queue("Support")}
        api.post_conversation_participant_replace_queue(talk.id, talk.participant_id, to_queue)
    if state == "over":
        talk.disconnect()
    refused = refusal(lambda: who.conversations.post_conversation_barge(talk.id))
    assert (refused.status, refused.code, refused.field) == (409, "invalid.state", "conversationId")


def test_what_cannot_be_joined_by_anybody(
    centre: ContactCentre, talk: Talk, chloe: Desk, admin: Any, unique: Callable[[str], str]
) -> None:
    barge = chloe.conversations.post_conversation_barge
    assert refusal(lambda: barge(str(uuid.uuid4()))).status == 404
    machine = refusal(lambda: platform.ConversationsApi(admin).post_conversation_barge(talk.id))
    assert machine.status == 400
    stranger = Desk(centre, "ben")
    assert refusal(lambda: stranger.conversations.post_conversation_barge(talk.id)).status == 403
    body = {"queueId": centre.queue("Support"), "callbackNumbers": ["+15551239999"], "callbackUserName": unique("M")}
    callback = platform.ConversationsApi(admin).post_conversations_callbacks(body).conversation.id
    refused = refusal(lambda: barge(callback))
    assert (refused.status, refused.field) == (409, "conversationId")
    platform.ConversationsApi(admin).post_conversation_disconnect(callback)
