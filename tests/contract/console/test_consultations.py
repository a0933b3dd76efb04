"""Consultations: internal messages between an agent and a colleague, as the SDK knows them."""

import uuid
from typing import Any

import pytest

from tests.contract.console.agreement import UUID4, assert_agrees, wire
from tests.e2e.contact_centre import ContactCentre, platform
from tests.e2e.desk import Desk, Talk
from tests.e2e.refusals import refusal


@pytest.fixture
def ben(centre: ContactCentre) -> Desk:
    """Off queue: advice needs no capacity."""
    return Desk(centre, "ben")


@pytest.fixture
def consulted(talk: Talk, ana: Desk, ben: Desk) -> Any:
    return ana.conversations.post_conversation_participant_internalmessages_users_communications(
        talk.id, talk.participant_id, {"targetUserId": ben.user_id}
    )


def _part(ben: Desk, talk: Talk) -> Any:
    return ben.part(ben.conversations.get_conversation(talk.id))


def test_a_consultation_from_the_question_to_its_end(talk: Talk, ana: Desk, ben: Desk, consulted: Any) -> None:
    assert consulted.conversation.id == talk.id
    assert UUID4.fullmatch(consulted.communication_id) and UUID4.fullmatch(consulted.peer_communication_id)
    assert [each.id for each in ben.held()] == [talk.id]
    asked = _part(ben, talk)
    (end,) = asked.internal_messages
    agreed = {"state": "alerting", "peerId": consulted.communication_id, "sourceUserId": ana.user_id}
    assert_agrees({**agreed, "targetUserId": ben.user_id, "id": consulted.peer_communication_id}, end)
    assert (asked.purpose, asked.consult_participant_id) == ("user", talk.participant_id)
    ben.conversations.patch_conversation_participant(talk.id, asked.id, {"state": "connected"})
    (own,) = ana.part(ana.conversations.get_conversation(talk.id)).internal_messages
    agreed = {"id": consulted.communication_id, "peerId": consulted.peer_communication_id, "state": "connected"}
    assert_agrees(agreed, own)

    question = ana.conversations.post_conversation_communication_internalmessages(
        talk.id, consulted.communication_id, {"text": "What is the limit?"}
    )
    assert_agrees({"sender": {"id": ana.user_id}, "recipient": {"id": ben.user_id}}, question)
    assert question.normalized_message.text == "What is the limit?"
    say = ben.conversations.post_conversation_communication_internalmessages
    answer = say(talk.id, consulted.peer_communication_id, {"text": "Fifty."})
    listed = ana.conversations.get_conversation_communication_internalmessages(talk.id, consulted.communication_id)
    assert [each.id for each in listed.entities] == [question.id, answer.id]
    one = ben.conversations.get_conversation_communication_internalmessage(
        talk.id, consulted.peer_communication_id, answer.id
    )
    assert wire(one) == wire(listed.entities[1])
    assert talk.texts() == ["Hello"]

    ana.conversations.patch_conversation_participant(talk.id, asked.id, {"state": "disconnected"})
    over = _part(ben, talk)
    assert (over.internal_messages[0].state, over.end_time is None) == ("disconnected", False)
    assert ben.held() == []
    refused = refusal(lambda: say(talk.id, consulted.peer_communication_id, {"text": "Too late"}))
    assert refused.status == 409


def test_nobody_answers_for_a_minute(centre: ContactCentre, talk: Talk, ben: Desk, consulted: Any) -> None:
    ben.held()
    centre.advance("PT61S")
    assert ben.held() == []
    assert _part(ben, talk).internal_messages[0].state == "disconnected"


def test_who_advises_neither_writes_to_the_customer_nor_ends_the_conversation(
    talk: Talk, ben: Desk, consulted: Any
) -> None:
    asked = _part(ben, talk)
    ben.conversations.patch_conversation_participant(talk.id, asked.id, {"state": "connected"})
    assert [each.id for each in ben.conversations.post_conversations_message_messages_bulk(talk.id).entities]
    write = ben.conversations.post_conversations_message_communication_messages
    refused = refusal(lambda: write(talk.id, consulted.peer_communication_id, {"textBody": "Hi"}))
    assert refused.status == 409
    (customer,) = [
        each for each in ben.conversations.get_conversation(talk.id).participants if each.purpose == "customer"
    ]
    theirs = customer.messages[-1].id
    assert refusal(lambda: write(talk.id, theirs, {"textBody": "Hi"})).status == 409
    rewrite = ben.conversations.patch_conversation_participant_attributes
    assert refusal(lambda: rewrite(talk.id, customer.id, {"attributes": {"tier": "gold"}})).status == 403
    assert refusal(lambda: ben.conversations.post_conversation_disconnect(talk.id)).status == 403
    replace = ben.conversations.post_conversation_participant_replace_queue
    refused = refusal(lambda: replace(talk.id, asked.id, {"queueId": str(uuid.uuid4())}))
    assert (refused.status, refused.field) == (400, "queueId")


def test_only_who_may_accept_consultations_is_asked(
    centre: ContactCentre, admin: Any, unique: Any, talk: Talk, ana: Desk
) -> None:
    users, roles = platform.UsersApi(admin), platform.AuthorizationApi(admin)
    name = unique("Specialist")
    specialist = users.post_users({"name": name, "email": f"{uuid.uuid4()}@demo.example"}).id
    role = roles.post_authorization_roles({"name": name, "permissions": ["conversation:internalMessaging:accept"]}).id
    ask = ana.conversations.post_conversation_participant_internalmessages_users_communications
    refused = refusal(lambda: ask(talk.id, talk.participant_id, {"targetUserId": specialist}))
    assert (refused.status, refused.field) == (400, "targetUserId")
    assert "conversation:internalMessaging:accept" in refused.message
    assert ana.part(ana.conversations.get_conversation(talk.id)).internal_messages == []
    roles.post_authorization_role(role, {"subjectIds": [specialist], "divisionIds": ["*"]})
    assert ask(talk.id, talk.participant_id, {"targetUserId": specialist}).communication_id


def test_what_is_wrong_is_named(centre: ContactCentre, talk: Talk, ana: Desk, ben: Desk, consulted: Any) -> None:
    api, chloe = ana.conversations, platform.ConversationsApi(centre.sdk("demo-chloe"))
    ask = api.post_conversation_participant_internalmessages_users_communications
    for body in ({"targetUserId": str(uuid.uuid4())}, {"targetUserId": ana.user_id}, {}):
        refused = refusal(lambda: ask(talk.id, talk.participant_id, body))  # noqa: B023
        assert (refused.status, refused.field) == (400, "targetUserId")
    again = ask(talk.id, talk.participant_id, {"targetUserId": ben.user_id})
    assert again.communication_id == consulted.communication_id
    say = api.post_conversation_communication_internalmessages
    not_yet = refusal(lambda: say(talk.id, consulted.communication_id, {"text": "Are you there?"}))
    assert not_yet.status == 409
    ben.conversations.patch_conversation_participant(talk.id, _part(ben, talk).id, {"state": "connected"})
    refused = refusal(lambda: say(talk.id, consulted.communication_id, {"text": "  "}))
    assert (refused.status, refused.field) == (400, "text")
    assert refusal(lambda: say(talk.id, talk.communication_id, {"text": "Hi"})).status == 404
    theirs = refusal(lambda: say(talk.id, consulted.peer_communication_id, {"text": "Hi"}))
    assert (theirs.status, theirs.field) == (409, "communicationId")
    listing = chloe.get_conversation_communication_internalmessages
    assert refusal(lambda: listing(talk.id, consulted.communication_id)).status == 403
    own = refusal(lambda: api.patch_conversation_participant(talk.id, talk.participant_id, {"state": "disconnected"}))
    assert (own.status, own.field) == (400, "participantId")
    wrong = refusal(lambda: api.patch_conversation_participant(talk.id, _part(ben, talk).id, {"state": "alerting"}))
    assert (wrong.status, wrong.field) == (400, "state")
