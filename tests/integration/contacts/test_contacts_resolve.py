"""A channel's customer is found or made (CE34): once, whatever repeats, races or breaks off half-way."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from threading import Barrier
from typing import Literal

import pytest
from switchboard.channels.message import Identity, Party
from switchboard.contacts import api as contacts
from switchboard.contacts import bootstrap, console
from switchboard.contacts.identifiers import Identifier
from switchboard.contacts.repository import ContactRepository
from switchboard.contacts.service.resolve import Resolving
from switchboard.kit import ids
from switchboard.kit.entities import HOME_DIVISION
from switchboard.kit.errors import InvalidValueError

from local.cloud import LocalCloud
from local.faults import Crashed

FUNCTION = "conversations-ingest"


@pytest.fixture(autouse=True)
def ingest(cloud: LocalCloud) -> Iterator[None]:
    """With the environment and the permissions of the function that resolves."""
    with cloud.as_function(FUNCTION):
        cloud.calls.clear()
        yield


def whatsapp(name: str = "Kim Lee") -> Party:
    """A new customer with a business-scoped id and a phone."""
    scoped, phone = ids.new(), "+4930" + str(int(ids.new()[:7], 16)).zfill(9)
    return Party(
        identity=Identity(kind="Opaque", value=scoped), aliases=[Identity(kind="Phone", value=phone)], name=name
    )


def only_phone(party: Party) -> Party:
    return Party(identity=party.aliases[0])


def only_scoped(party: Party) -> Party:
    return Party(identity=party.identity)


def cost(cloud: LocalCloud) -> tuple[int, float]:
    """(AWS calls, write units) of the function so far."""
    entries = cloud.calls.entities()
    return sum(each["count"] for each in entries), sum(each["writeUnits"] for each in entries)


def test_a_new_customer_costs_two_calls_and_three_write_units(cloud: LocalCloud) -> None:
    party = whatsapp()
    contact_id = contacts.resolve(party, channel="whatsapp")
    assert cost(cloud) == (2, 3)
    contact = contacts.get(contact_id)
    assert contact["firstName"] == "Kim Lee"
    assert contact["type"] == "Identified"
    assert contact["division"]["id"] == HOME_DIVISION
    assert contact["whatsAppId"]["phoneNumber"]["e164"] == party.aliases[0].value
    assert {each["type"] for each in contact["identifiers"]} == {"SocialWhatsappBsuid", "Phone"}


def test_a_known_customer_costs_one_call_and_writes_nothing(cloud: LocalCloud) -> None:
    party = whatsapp()
    made = contacts.resolve(party, channel="whatsapp")
    cloud.calls.clear()
    assert contacts.resolve(party, channel="whatsapp") == made
    assert cost(cloud) == (1, 0)


def test_the_scoped_id_and_the_phone_lead_to_one_person() -> None:
    party = whatsapp()
    made = contacts.resolve(party, channel="whatsapp")
    assert contacts.resolve(only_phone(party), channel="sms") == made
    assert contacts.resolve(only_scoped(party), channel="whatsapp") == made


def test_a_scoped_id_that_comes_later_joins_the_phone() -> None:
    party = whatsapp()
    made = contacts.resolve(only_phone(party), channel="sms")
    assert contacts.resolve(party, channel="whatsapp") == made
    assert contacts.resolve(only_scoped(party), channel="whatsapp") == made
    assert {each["type"] for each in contacts.get(made)["identifiers"]} == {"SocialWhatsappBsuid", "Phone"}


def test_a_phone_that_belongs_to_somebody_else_stays_theirs() -> None:
    one, other = whatsapp(), whatsapp()
    owner = contacts.resolve(one, channel="whatsapp")
    visitor = contacts.resolve(only_scoped(other), channel="whatsapp")
    claiming = Party(identity=other.identity, aliases=one.aliases)
    assert contacts.resolve(claiming, channel="whatsapp") == visitor
    assert contacts.resolve(only_phone(one), channel="sms") == owner


def test_a_contact_that_an_administrator_made_is_found_by_its_phone() -> None:
    party = whatsapp()
    made = console.create({"firstName": "Kim", "cellPhone": {"display": party.aliases[0].value}})
    assert contacts.resolve(party, channel="whatsapp") == made["id"]


def test_two_at_once_make_one_contact() -> None:
    """Both have seen that there is nobody before either writes."""
    barrier = Barrier(2)

    class Together(ContactRepository):
        def owners(self, identifiers: Sequence[Identifier]) -> dict[Identifier, str]:
            found = super().owners(identifiers)
            barrier.wait(timeout=10)
            return found

    resolving = Resolving(Together(bootstrap.repository().table))
    party = whatsapp()
    with ThreadPoolExecutor(2) as pool:
        running = [pool.submit(copy_context().run, resolving.resolve, party, "", "whatsapp", "") for _ in range(2)]
        made = {each.result(timeout=20) for each in running}
    assert len(made) == 1
    (contact_id,) = made
    assert contacts.resolve(only_phone(party), channel="sms") == contact_id
    assert len([each for each in console.search(party.aliases[0].value).contacts]) == 1


def test_a_creation_that_broke_off_is_completed() -> None:
    """The batch stored the alias but not yet the contact, then the function died."""
    party = whatsapp()
    made = contacts.resolve(party, channel="whatsapp")
    bootstrap.repository().table.delete((f"CONTACT#{made}", "CONTACT"))
    assert contacts.resolve(party, channel="whatsapp") == made
    assert contacts.get(made)["firstName"] == "Kim Lee"


@pytest.mark.parametrize("call", [1, 2])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_crash_at_any_call_leaves_one_contact(cloud: LocalCloud, call: int, when: Literal["before", "after"]) -> None:
    party = whatsapp()
    cloud.faults.fail(function=FUNCTION, call=call, when=when)
    with pytest.raises(Crashed):
        contacts.resolve(party, channel="whatsapp")
    made = contacts.resolve(party, channel="whatsapp")
    assert contacts.resolve(only_phone(party), channel="sms") == made
    assert contacts.get(made)["id"] == made


def test_a_deleted_customer_who_writes_again_is_a_new_contact() -> None:
    party = whatsapp()
    made = contacts.resolve(party, channel="whatsapp")
    console.delete(made)
    contacts.resolve(party, channel="whatsapp")
    assert contacts.resolve(only_phone(party), channel="sms") == made


def test_hostile_names_are_stored_safely() -> None:
    name = "\u202eKim \ud83d\x00 <script>" + "🎉" * 5000
    made = contacts.resolve(whatsapp(name), channel="whatsapp")
    stored = contacts.get(made)["firstName"]
    assert len(stored) == 200 and "\x00" not in stored
    stored.encode("utf-8")


def test_nobody_is_not_made_a_contact() -> None:
    with pytest.raises(InvalidValueError):
        contacts.resolve(Party(identity=Identity(kind="Opaque", value="")), channel="open", integration_id="i")


def numbers(count: int) -> list[str]:
    return [only_phone(whatsapp()).identity.value for _ in range(count)]


def test_who_wants_to_be_called_is_found_by_any_number_or_made(cloud: LocalCloud) -> None:
    mobile, office = numbers(2)
    kim = contacts.of_numbers([mobile, office], "Kim Lee")
    assert cost(cloud) == (2, 2)
    assert contacts.get(kim)["cellPhone"]["e164"] == mobile
    assert contacts.of_numbers([mobile], "Somebody") == kim
    (unknown,) = numbers(1)
    assert contacts.of_numbers([unknown, mobile]) == kim
    assert contacts.get(kim)["firstName"] == "Kim Lee"
    assert contacts.resolve(Party(identity=Identity(kind="Phone", value=mobile)), channel="whatsapp") == kim


def test_a_number_that_several_may_be_called_at_makes_them_not_one() -> None:
    kim_mobile, noor_mobile, office = numbers(3)
    kim = contacts.of_numbers([kim_mobile, office], "Kim")
    noor = contacts.of_numbers([noor_mobile, office], "Noor")
    assert kim != noor
    assert contacts.of_numbers([office], "Office") not in (kim, noor)


@pytest.mark.parametrize("when", ["before", "after"])
def test_who_breaks_off_making_a_contact_of_numbers_makes_the_same(
    cloud: LocalCloud, when: Literal["before", "after"]
) -> None:
    (number,) = numbers(1)
    cloud.faults.fail(function=FUNCTION, call=2, when=when)
    with pytest.raises(Crashed):
        contacts.of_numbers([number], "Kim")
    cloud.faults.clear()
    kim = contacts.of_numbers([number], "Kim")
    assert contacts.of_numbers([number], "Kim") == kim
    assert contacts.get(kim)["firstName"] == "Kim"
