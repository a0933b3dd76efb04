"""External contacts beyond what all entities have: found by what they are reached at, searched, changed in part, linked."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.contract.console.agreement import NOBODY, assert_agrees, wire
from tests.e2e.contact_centre import ContactCentre, platform
from tests.e2e.desk import Desk
from tests.e2e.refusals import refusal
from tests.e2e.whatsapp import Customer

Unique = Callable[[str], str]


@pytest.fixture
def contacts(admin: Any) -> Any:
    return platform.ExternalContactsApi(admin)


@pytest.fixture
def contact(contacts: Any, unique: Unique, centre: ContactCentre) -> Any:
    phone = {"display": Customer(centre).address}
    return contacts.post_externalcontacts_contacts(
        {"firstName": "Grace", "lastName": unique("Contact"), "title": "Buyer", "cellPhone": phone}
    )


def test_a_lookup_by_identifier(contacts: Any, contact: Any) -> None:
    found = contacts.post_externalcontacts_identifierlookup_contacts(
        {"type": "Phone", "value": contact.cell_phone.e164}
    )
    assert wire(found) == wire(contact)
    nobody = {"type": "Phone", "value": "+15550199999"}
    assert refusal(lambda: contacts.post_externalcontacts_identifierlookup_contacts(nobody)).status == 404


def test_an_identifier_leads_to_one_contact(contacts: Any, contact: Any) -> None:
    twin = {"firstName": "Other", "cellPhone": {"display": contact.cell_phone.e164}}
    assert refusal(lambda: contacts.post_externalcontacts_contacts(twin)).status == 409


def test_a_search_and_a_listing_by_words(contacts: Any, contact: Any) -> None:
    simple = {"operation": {"simpleSearch": {"query": contact.last_name}}, "pageSize": 10}
    assert contact.id in [each.id for each in contacts.post_externalcontacts_contacts_search(simple).entities]
    assert contact.id in [each.id for each in contacts.get_externalcontacts_contacts(q=contact.last_name).entities]
    assert contacts.get_externalcontacts_contacts(q="no such person anywhere").entities == []


def test_a_change_in_part(contacts: Any, contact: Any) -> None:
    """A list of changes; what they do not name stays, a removed field is gone."""
    changes = [
        {"field": "$.lastName", "value": "Hopper", "action": "Update"},
        {"field": "$.salutation", "value": "Dr.", "action": "UpdateIfEmpty"},
        {"field": "$.firstName", "value": "Ada", "action": "UpdateIfEmpty"},
        {"field": "$.title", "action": "Remove"},
    ]
    changed = contacts.patch_externalcontacts_contact(contact.id, {"changes": changes})
    assert_agrees({"firstName": "Grace", "lastName": "Hopper", "salutation": "Dr."}, changed)
    assert changed.title is None
    wrong = {"changes": [{"field": "$.workEmail", "value": "no address", "action": "Update"}]}
    refused = refusal(lambda: contacts.patch_externalcontacts_contact(contact.id, wrong))
    assert (refused.status, refused.field) == (400, "workEmail")


def test_a_conversation_is_linked_by_hand(contacts: Any, contact: Any, centre: ContactCentre) -> None:
    customer = Customer(centre)
    with Desk(centre, "ana") as ana:
        customer.write("Hello")
        conversation = ana.alerted(customer.address)
        link = {"externalContactId": contact.id, "conversationId": conversation.id}
        contacts.put_externalcontacts_conversation(conversation.id, link)
        linked = ana.conversations.get_conversation(conversation.id)
        assert linked.participants[0].external_contact_id == contact.id
        unknown = refusal(
            lambda: contacts.put_externalcontacts_conversation(conversation.id, {"externalContactId": NOBODY})
        )
        assert (unknown.status, unknown.field) == (400, "externalContactId")
