"""Transfers to an external contact: what is taken, what is shown, and what is refused with nothing changed."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.contract.console.agreement import NOBODY, UUID4, assert_agrees
from tests.e2e.contact_centre import ContactCentre, Json, platform
from tests.e2e.desk import Desk, Talk
from tests.e2e.refusals import Refused, refusal
from tests.e2e.whatsapp import Customer

Make = Callable[..., str]


@pytest.fixture
def make(admin: Any) -> Make:
    """`make(cellPhone=customer)`: a contact with that customer's number; its id."""
    contacts = platform.ExternalContactsApi(admin)

    def made(**given: Any) -> str:
        phones = {
            name: {"e164": each.address, "userInput": each.address} if isinstance(each, Customer) else each
            for name, each in given.items()
        }
        return str(contacts.post_externalcontacts_contacts({"firstName": "The", "lastName": "Clinic", **phones}).id)

    return made


@pytest.fixture
def clinic(centre: ContactCentre, ana: Desk) -> Customer:
    """Who may be written to: they wrote lately, and that is over."""
    clinic = Customer(centre, "Clinic")
    clinic.write("We are ready")
    ana.accept(clinic.address).disconnect()
    return clinic


@pytest.fixture
def theirs(admin: Any, clinic: Customer) -> str:
    lookup = {"type": "Phone", "value": clinic.address}
    return str(platform.ExternalContactsApi(admin).post_externalcontacts_identifierlookup_contacts(lookup).id)


def transfer(desk: Desk, talk: Talk, **body: Any) -> Any:
    return desk.conversations.post_conversation_participant_replace_contact_external(talk.id, talk.participant_id, body)


def refused(desk: Desk, talk: Talk, **body: Any) -> Refused:
    """The refusal; the conversation is as it was."""
    before = desk.conversations.get_conversation(talk.id).to_json()
    refusal_of = refusal(lambda: transfer(desk, talk, **body))
    assert desk.conversations.get_conversation(talk.id).to_json() == before
    return refusal_of


def test_the_contact_takes_part(theirs: str, clinic: Customer, talk: Talk, ana: Desk, admin: Any) -> None:
    assert transfer(ana, talk, contactId=theirs, transferType="Unattended") is None
    conversation = ana.conversations.get_conversation(talk.id)
    *_, agent, contact = conversation.participants
    assert (agent.purpose, agent.messages[0].disconnect_type) == ("agent", "transfer")
    assert UUID4.fullmatch(contact.id)
    assert_agrees({"purpose": "external", "externalContactId": theirs, "address": clinic.address}, contact)
    (part,) = contact.messages
    assert_agrees({"state": "alerting", "direction": "outbound", "type": "whatsapp", "held": False}, part)
    flat = ana.conversations.get_conversations_message(talk.id).participants[-1]
    assert_agrees({"state": "alerting", "externalContact": {"id": theirs}}, flat)
    assert conversation.state == "connected"

    supervisor = platform.ConversationsApi(admin)
    for refuse in ({"state": "connected"}, {"held": True}):
        part_of = refusal(
            lambda: supervisor.patch_conversations_message_participant(talk.id, contact.id, body=refuse)  # noqa: B023
        )
        assert part_of.status == 409
    supervisor.patch_conversations_message_participant(talk.id, contact.id, body={"state": "disconnected"})
    assert supervisor.get_conversation(talk.id).state == "disconnected", "nobody is left in it"


def test_who_may_end_their_part(theirs: str, talk: Talk, ana: Desk, centre: ContactCentre) -> None:
    transfer(ana, talk, contactId=theirs, transferType="Attended")
    contact = ana.conversations.get_conversation(talk.id).participants[-1]
    body = {"state": "disconnected"}
    ben = platform.ConversationsApi(centre.sdk("demo-ben"))
    stranger = refusal(lambda: ben.patch_conversations_message_participant(talk.id, contact.id, body=body))
    assert stranger.status == 403
    ana.conversations.patch_conversations_message_participant(talk.id, contact.id, body=body)
    assert ana.part(ana.held()[0]).messages[0].state == "connected"


def test_the_phone_that_is_asked_for(make: Make, talk: Talk, ana: Desk, centre: ContactCentre) -> None:
    cell, work = Customer(centre), Customer(centre)
    contact = make(cellPhone=cell, workPhone=work)
    cell.write("Hello")
    work.write("Hello")
    for each in (cell, work):
        ana.accept(each.address).disconnect()
    assert refused(ana, talk, contactId=contact, phoneType="HomePhone").field == "phoneType"
    transfer(ana, talk, contactId=contact, phoneType="WorkPhone")
    assert ana.conversations.get_conversation(talk.id).participants[-1].address == work.address


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "contactId"),
        ({"contactId": NOBODY}, "contactId"),
        ({"contactId": "x" * 5000}, "contactId"),
        ({"contactId": "#\x00"}, "contactId"),
        ({"contactId": NOBODY, "phoneType": "Fax"}, "phoneType"),
        ({"contactId": NOBODY, "transferType": "Later"}, "transferType"),
    ],
)
def test_a_body_that_says_nothing_sensible(talk: Talk, ana: Desk, body: Json, field: str) -> None:
    told = refused(ana, talk, **body)
    assert (told.status, told.field) == (400, field)


def test_a_contact_who_cannot_be_reached(make: Make, talk: Talk, ana: Desk, centre: ContactCentre) -> None:
    by_post = refused(ana, talk, contactId=make(personalEmail=f"{talk.id}@clinic.example"))
    assert (by_post.status, by_post.field) == (400, "contactId")
    stranger = refused(ana, talk, contactId=make(cellPhone=Customer(centre)))
    assert (stranger.status, stranger.code) == (400, "messaging.window.closed")
    both = refused(ana, talk, contactId=NOBODY, transferType="Attended", keepInternalMessageAlive=True)
    assert both.status == 400


def test_a_contact_who_is_in_a_conversation(
    theirs: str, clinic: Customer, talk: Talk, customer: Customer, ana: Desk, admin: Any
) -> None:
    lookup = {"type": "Phone", "value": customer.address}
    own = platform.ExternalContactsApi(admin).post_externalcontacts_identifierlookup_contacts(lookup).id
    assert refused(ana, talk, contactId=own).status == 409, "the customer themself"
    clinic.write("One more thing")
    busy = ana.alerted(clinic.address)
    told = refused(ana, talk, contactId=theirs)
    assert (told.status, told.field) == (409, "contactId")
    platform.ConversationsApi(admin).post_conversation_disconnect(busy.id)
    transfer(ana, talk, contactId=theirs, transferType="Attended")
    assert refused(ana, talk, contactId=theirs).status == 409, "there is an external contact already"


def test_who_may_transfer(theirs: str, talk: Talk, ana: Desk, centre: ContactCentre) -> None:
    assert refusal(lambda: transfer(Desk(centre, "ben"), talk, contactId=theirs)).status == 403
    path = {"contactId": theirs}
    api = ana.conversations
    unknown = refusal(lambda: api.post_conversation_participant_replace_contact_external(talk.id, NOBODY, path))
    assert unknown.status == 404
    unknown = refusal(lambda: api.post_conversation_participant_replace_contact_external(NOBODY, NOBODY, path))
    assert unknown.status == 404
    customer_part = api.get_conversation(talk.id).participants[0].id
    other = refusal(
        lambda: platform.ConversationsApi(centre.sdk()).post_conversation_participant_replace_contact_external(
            talk.id, customer_part, path
        )
    )
    assert other.status == 409


def test_a_callback_has_nobody_on_the_line(theirs: str, centre: ContactCentre, admin: Any, ana: Desk) -> None:
    api = platform.ConversationsApi(admin)
    asked = api.post_conversations_callbacks({"queueId": centre.queue("Support"), "callbackNumbers": ["+15550001234"]})
    (held,) = ana.held()
    part = ana.part(held).id
    body = {"contactId": theirs}
    told = refusal(lambda: api.post_conversation_participant_replace_contact_external(held.id, part, body))
    api.post_conversation_disconnect(asked.conversation.id)
    assert told.status == 409
