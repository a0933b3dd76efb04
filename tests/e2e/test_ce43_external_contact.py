"""CE43: an agent hands the customer to an external contact, who is reached on the customer's own channel and talks through us."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.contact_centre import ContactCentre, Json, platform
from tests.e2e.desk import Desk, Talk
from tests.e2e.middleware import Middleware, new_address
from tests.e2e.refusals import refusal
from tests.e2e.whatsapp import Customer

CLINIC = "The clinic is what you want: it answers here."


@pytest.fixture
def clinic(centre: ContactCentre, ana: Desk) -> Customer:
    """Who has written to the WhatsApp number lately, and is in no conversation now."""
    clinic = Customer(centre, "Clinic")
    clinic.write("We are ready")
    ana.accept(clinic.address).disconnect()
    return clinic


@pytest.fixture
def talk(customer: Customer, clinic: Customer, ana: Desk) -> Talk:
    customer.write("My tooth hurts")
    return ana.accept(customer.address)


def contact_of(centre: ContactCentre, kind: str, value: str) -> str:
    api = platform.ExternalContactsApi(centre.sdk())
    return str(api.post_externalcontacts_identifierlookup_contacts({"type": kind, "value": value}).id)


def hand_over(ana: Desk, talk: Talk, contact_id: str, **more: Any) -> None:
    ana.conversations.post_conversation_participant_replace_contact_external(
        talk.id, talk.participant_id, {"contactId": contact_id, **more}
    )


@pytest.fixture
def to_clinic(centre: ContactCentre, ana: Desk, talk: Talk, clinic: Customer) -> Callable[..., None]:
    contact = contact_of(centre, "Phone", clinic.address)
    return lambda **more: hand_over(ana, talk, contact, **more)


def test_the_customer_and_the_contact_talk_through_us(
    centre: ContactCentre, customer: Customer, clinic: Customer, ana: Desk, talk: Talk, to_clinic: Callable[..., None]
) -> None:
    talk.say(CLINIC)
    to_clinic(transferType="Unattended")
    assert ana.held() == []
    centre.advance("PT1S")  # WhatsApp tells whole seconds
    assert clinic.taken() == ["My tooth hurts"], "they hear what it is about, and nothing of before"
    customer.write("Can I come today?")
    centre.settle()
    assert external(centre, talk).state == "alerting"
    clinic.write("At three")
    centre.settle()
    assert external(centre, talk).state == "connected"
    customer.write("Thank you")
    centre.settle()
    assert customer.taken() == [CLINIC, "At three"]
    assert clinic.taken() == ["My tooth hurts", "Can I come today?", "Thank you"]
    assert all(clinic.phone not in str(each) for each in customer.received())
    assert all(customer.phone not in str(each) for each in clinic.received())
    assert talk.texts() == ["My tooth hurts", CLINIC, "Can I come today?", "At three", "Thank you"]
    (said,) = external(centre, talk).messages
    assert [each.normalized_message.text for each in talk.history() if each.id == said.message_id] == ["At three"]


def test_the_contact_does_not_answer(
    centre: ContactCentre, customer: Customer, clinic: Customer, ana: Desk, talk: Talk, to_clinic: Callable[..., None]
) -> None:
    to_clinic()
    centre.advance("PT29M")
    assert external(centre, talk).state == "alerting"
    centre.advance("PT61S")
    assert external(centre, talk).state == "disconnected"
    assert ana.alerted(customer.address).id == talk.id, "the customer waits again, in the queue they came from"
    clinic.write("Too late")
    centre.settle()
    assert "Too late" not in customer.taken()


def test_attended_the_agent_stays_until_the_contact_is_there(
    centre: ContactCentre, customer: Customer, clinic: Customer, ana: Desk, talk: Talk, to_clinic: Callable[..., None]
) -> None:
    to_clinic(transferType="Attended")
    talk.say("I am asking the clinic")
    centre.settle()
    assert clinic.taken() == ["My tooth hurts", "I am asking the clinic"]
    assert [each.id for each in ana.held()] == [talk.id]
    clinic.write("Here we are")
    centre.settle()
    assert customer.taken() == ["I am asking the clinic", "Here we are"]
    assert refusal(lambda: talk.say("Still here?")).status == 409
    assert ana.part(ana.conversations.get_conversation(talk.id)).messages[-1].disconnect_type == "transfer.consult"


def test_attended_it_is_called_off(
    centre: ContactCentre, customer: Customer, clinic: Customer, ana: Desk, talk: Talk, to_clinic: Callable[..., None]
) -> None:
    to_clinic(transferType="Attended")
    part = external(centre, talk).id
    ana.conversations.patch_conversations_message_participant(talk.id, part, body={"state": "disconnected"})
    assert external(centre, talk).state == "disconnected"
    centre.advance("PT1S")
    clinic.write("We are back")
    assert ana.alerted(clinic.address).id != talk.id, "it is a conversation of their own"
    assert talk.texts() == ["My tooth hurts"]
    assert ana.accept(clinic.address).texts() == ["We are ready", "We are back"], "without what they heard of others"


def test_who_cannot_be_written_to_freely_is_refused_and_nothing_changes(
    centre: ContactCentre, customer: Customer, ana: Desk, talk: Talk
) -> None:
    stranger = Customer(centre)
    made = platform.ExternalContactsApi(centre.sdk()).post_externalcontacts_contacts(
        {"firstName": "Nobody", "workPhone": {"e164": stranger.address, "userInput": stranger.address}}
    )
    refused = refusal(lambda: hand_over(ana, talk, made.id))
    assert (refused.status, refused.code) == (400, "messaging.window.closed")
    assert [each.purpose for each in ana.held()[0].participants] == ["customer", "acd", "agent"]
    talk.say("Still with you")
    centre.settle()
    assert customer.taken() == ["Still with you"] and stranger.received() == []


def test_a_contact_who_can_be_reached_no_more_leaves_the_customer_to_us(
    centre: ContactCentre, customer: Customer, clinic: Customer, ana: Desk, talk: Talk, to_clinic: Callable[..., None]
) -> None:
    centre.settle()
    error: Json = {"status": 400, "code": 131026}
    centre.fault("whatsapp", **error, times=1)
    to_clinic()
    assert ana.alerted(customer.address).id == talk.id
    assert external(centre, talk).state == "disconnected"


def test_pictures_are_carried_when_they_have_been_stored(
    centre: ContactCentre, customer: Customer, clinic: Customer, ana: Desk, talk: Talk, to_clinic: Callable[..., None]
) -> None:
    to_clinic()
    picture = {"id": "441234567890", "mime_type": "image/png", "caption": "Here"}
    for who in (customer, clinic):
        centre.webhook("whatsapp", who.payload(who.message(image=picture)))
    place = {"latitude": 38.7, "longitude": -9.1, "name": "Rua Augusta"}
    centre.webhook("whatsapp", clinic.payload(clinic.message(location=place)))
    centre.settle()
    (got,) = [each for each in clinic.received() if each["type"] == "image"]
    assert got["image"]["caption"] == "Here"
    assert centre.http.get(got["image"]["link"]).content.startswith(b"\x89PNG")
    heard = {each["type"]: each for each in customer.received()}
    assert set(heard) == {"image", "text"} and heard["text"]["text"]["body"] == "Rua Augusta, 38.7, -9.1"
    assert "Here" in talk.texts()


def test_nobody_else_writes_into_the_customers_conversation_by_the_contacts_address(
    centre: ContactCentre, customer: Customer, clinic: Customer, ana: Desk, talk: Talk, to_clinic: Callable[..., None]
) -> None:
    to_clinic(transferType="Attended")
    to = {"toAddress": clinic.address, "toAddressMessengerType": "whatsapp"}
    first = {"queueId": centre.queue("Support"), "useExistingConversation": True, **to}
    refused = refusal(lambda: platform.ConversationsApi(ana.client).post_conversations_messages(first))
    assert (refused.status, refused.field) == (409, "toAddress")
    number = centre.integration("whatsapp")["address"]["phoneNumber"]
    alone = {"fromAddress": number, "textBody": "Your bill", "useExistingActiveConversation": True, **to}
    sent = platform.ConversationsApi(centre.sdk()).post_conversations_messages_agentless(alone)
    centre.settle()
    assert sent.conversation_id != talk.id and "Your bill" in clinic.taken() and customer.taken() == []
    clinic.write("At three")
    centre.settle()
    assert customer.taken() == ["At three"], "they are still in the customer's conversation"


def test_what_a_system_writes_to_the_customer_is_heard_by_the_contact_too(
    centre: ContactCentre, customer: Customer, clinic: Customer, talk: Talk, to_clinic: Callable[..., None]
) -> None:
    to_clinic()
    number = centre.integration("whatsapp")["address"]["phoneNumber"]
    to = {"toAddress": customer.address, "toAddressMessengerType": "whatsapp", "fromAddress": number}
    said = {**to, "textBody": "Your invoice is paid", "useExistingActiveConversation": True}
    platform.ConversationsApi(centre.sdk()).post_conversations_messages_agentless(said)
    centre.settle()
    assert customer.taken() == ["Your invoice is paid"]
    assert clinic.taken() == ["My tooth hurts", "Your invoice is paid"]
    platform.ConversationsApi(centre.sdk()).post_conversation_disconnect(talk.id)


def test_a_transfer_counts_for_the_agent_and_the_contact_is_none(
    centre: ContactCentre, clinic: Customer, ana: Desk, talk: Talk, to_clinic: Callable[..., None], details: Any
) -> None:
    to_clinic()
    clinic.write("At three")
    centre.settle()
    metrics = {
        each.purpose: {one.name for session in each.sessions for one in session.metrics or []}
        for each in details(talk.id).participants
    }
    assert {"nTransferred", "nBlindTransferred", "tHandle"} <= metrics["agent"]
    assert metrics["external"] == set()


def test_a_window_that_closes_meanwhile_brings_the_customer_back(
    centre: ContactCentre, customer: Customer, clinic: Customer, ana: Desk, talk: Talk, to_clinic: Callable[..., None]
) -> None:
    to_clinic()
    clinic.write("At three")
    centre.settle()
    centre.advance("PT24H")
    customer.write("Which day?")
    assert ana.alerted(customer.address).id == talk.id
    assert external(centre, talk).state == "disconnected"


@pytest.fixture
def middleware(centre: ContactCentre) -> Middleware:
    return Middleware(centre)


@pytest.fixture
def joined(centre: ContactCentre, middleware: Middleware, ana: Desk) -> tuple[str, str, Talk]:
    """A customer and an external contact on Open Messaging, and their conversation, which Ana has left."""
    customer, clinic = new_address(), new_address()
    write(middleware, clinic, "We are ready")
    ana.accept(clinic).disconnect()
    write(middleware, customer, "My tooth hurts")
    talk = ana.accept(customer)
    hand_over(ana, talk, contact_of(centre, "Email", clinic))
    write(middleware, clinic, "At three")
    centre.settle()
    return customer, clinic, talk


def test_over_open_messaging(middleware: Middleware, joined: tuple[str, str, Talk]) -> None:
    customer, clinic, talk = joined
    heard = [[each["body"]["text"] for each in middleware.received(who)] for who in (customer, clinic)]
    assert heard == [["At three"], ["My tooth hurts"]]
    assert talk.texts() == ["My tooth hurts", "At three"]


def test_who_talks_keeps_it_open_for_both_and_silence_ends_it(
    centre: ContactCentre, middleware: Middleware, joined: tuple[str, str, Talk]
) -> None:
    customer, clinic, talk = joined
    for who in (customer, clinic):
        centre.advance("PT50H")
        write(middleware, who, "Thank you")
        centre.settle()
    assert external(centre, talk).state == "connected"
    centre.advance("PT73H")
    assert external(centre, talk).state == "disconnected"
    write(middleware, clinic, "We are back")
    centre.settle()
    assert [each["body"]["text"] for each in middleware.received(customer)] == ["At three", "Thank you"]


def write(middleware: Middleware, who: str, text: str) -> None:
    body = middleware.message(who, text)
    middleware.api.post_conversations_message_inbound_open_message(middleware.integration["id"], body)


def external(centre: ContactCentre, talk: Talk) -> Any:
    """The contact's part, with its state and messages."""
    conversation = platform.ConversationsApi(centre.sdk()).get_conversations_message(talk.id)
    (part,) = [each for each in conversation.participants if each.purpose == "external"]
    return part
