"""Whose callback it is: the external contact that its numbers lead to, or that the request names."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.e2e.contact_centre import ContactCentre, Json, platform
from tests.e2e.desk import Desk
from tests.e2e.whatsapp import Customer


@pytest.fixture
def api(admin: Any) -> Any:
    return platform.ConversationsApi(admin)


@pytest.fixture
def ask(centre: ContactCentre, api: Any) -> Callable[..., str]:
    """Asks for a callback in an hour; its id."""

    def asked(*numbers: str, **more: Any) -> str:
        moment = (centre.now() + timedelta(hours=1)).isoformat(timespec="milliseconds")
        body = {"queueId": centre.queue("Sales"), "callbackNumbers": list(numbers), "callbackScheduledTime": moment}
        return str(api.post_conversations_callbacks(body | more).conversation.id)

    return asked


def contact_of(api: Any, conversation_id: str) -> str:
    (customer,) = [each for each in api.get_conversation(conversation_id).participants if each.purpose == "customer"]
    return str(customer.external_contact_id)


def of_contact(centre: ContactCentre, api: Any, contact_id: str) -> list[str]:
    """The contact's history: the conversations that analytics has of it."""
    centre.settle()
    now = centre.now()
    predicate = {"dimension": "externalContactId", "value": contact_id}
    body: Json = {
        "interval": f"{(now - timedelta(days=1)).isoformat()}/{(now + timedelta(days=1)).isoformat()}",
        "segmentFilters": [{"type": "and", "predicates": [predicate]}],
    }
    found = api.post_analytics_conversations_details_query(body)
    return sorted(each.conversation_id for each in found.conversations or [])


def test_who_wrote_before_is_known_by_the_number(
    centre: ContactCentre, api: Any, ask: Callable[..., str], customer: Customer, ana: Desk
) -> None:
    customer.write("Where is my parcel?")
    (talk,) = ana.held()
    contact = contact_of(api, talk.id)
    called = ask(customer.address)
    assert contact_of(api, called) == contact
    assert of_contact(centre, api, contact) == sorted([talk.id, called])
    flat = api.get_conversations_callback(called)
    assert flat.participants[0].external_contact.id == contact


def test_who_is_new_becomes_a_contact_once(admin: Any, api: Any, ask: Callable[..., str], customer: Customer) -> None:
    first, second = ask(customer.address, callbackUserName="Noor"), ask(customer.address)
    contact = contact_of(api, first)
    assert contact_of(api, second) == contact
    found = platform.ExternalContactsApi(admin).get_externalcontacts_contact(contact)
    assert (found.first_name, found.cell_phone.e164) == ("Noor", customer.address)


def test_the_contact_that_a_request_names_wins(
    admin: Any, api: Any, ask: Callable[..., str], customer: Customer
) -> None:
    made = platform.ExternalContactsApi(admin).post_externalcontacts_contacts({"firstName": "Kim"})
    assert contact_of(api, ask(customer.address, externalContactId=made.id)) == made.id
    assert contact_of(api, ask(customer.address)) != made.id


def test_who_wrote_and_wants_to_be_called_instead_stays_who_they_are(
    centre: ContactCentre, api: Any, customer: Customer, ana: Desk
) -> None:
    customer.write("Please call my sister")
    (talk,) = ana.held()
    contact = contact_of(api, talk.id)
    part = next(each for each in talk.participants if each.purpose == "customer")
    body = {"queueId": centre.queue("Sales"), "callbackNumbers": ["+15550001111"]}
    api.post_conversation_participant_callbacks(talk.id, part.id, body=body)
    assert contact_of(api, talk.id) == contact
