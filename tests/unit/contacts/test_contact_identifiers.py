"""What leads to a contact."""

import pytest
from switchboard.channels.message import Identity, Party
from switchboard.contacts import fields, identifiers
from switchboard.contacts.identifiers import Identifier
from switchboard.kit.errors import BadRequestError, InvalidValueError, NotFoundError


def party(kind: str, value: str, *aliases: tuple[str, str]) -> Party:
    made = [Identity(kind=alias, value=text) for alias, text in aliases]  # type: ignore[arg-type]
    return Party(identity=Identity(kind=kind, value=value), aliases=made)  # type: ignore[arg-type]


def test_a_whatsapp_customer_is_known_by_the_scoped_id_first_and_by_the_phone() -> None:
    found = identifiers.of_party(party("Opaque", "US.134", ("Phone", "+4930123456")), "whatsapp", "i1")
    assert found == [
        Identifier(type="SocialWhatsappBsuid", value="US.134"),
        Identifier(type="Phone", value="+4930123456"),
    ]


def test_equal_opaque_ids_of_two_integrations_are_two_people() -> None:
    (first,) = identifiers.of_party(party("Opaque", "42"), "open", "i1")
    (second,) = identifiers.of_party(party("Opaque", "42"), "open", "i2")
    assert first.contact_id != second.contact_id


def test_a_phone_is_the_same_person_on_every_channel() -> None:
    (sms,) = identifiers.of_party(party("Phone", "+4930123456"), "sms", "i1")
    (open_,) = identifiers.of_party(party("Phone", "+4930123456"), "open", "i2")
    assert sms == open_


def test_a_user_name_does_not_lead_to_whoever_had_it_before() -> None:
    found = identifiers.of_party(party("Opaque", "US.134", ("Username", "kim")), "whatsapp", "i1")
    assert [each.type for each in found] == ["SocialWhatsappBsuid"]


def test_parts_of_a_key_cannot_run_into_each_other() -> None:
    for value in ("a#b", "#", "a" * 500):
        made = identifiers.make("ExternalId", value, "source#1")
        assert identifiers.from_key(made.key) == made
    assert identifiers.make("ExternalId", "b#c", "a").key != identifiers.make("ExternalId", "c", "a#b").key


def test_hostile_values_stay_storable_and_apart() -> None:
    long = identifiers.make("ExternalId", "x" * 100_000, "i1")
    longer = identifiers.make("ExternalId", "x" * 100_001, "i1")
    assert len(long.key) < 2048 and long != longer
    identifiers.make("ExternalId", "\ud800\x00id", "i1").key.encode("utf-8")


def test_an_identity_without_a_value_leads_nowhere() -> None:
    assert identifiers.of_party(party("Opaque", " \x00 "), "open", "i1") == []


def test_an_email_address_is_found_in_any_case() -> None:
    assert fields.identifier({"type": "Email", "value": "Kim@Example.COM"}).value == "kim@example.com"


def test_a_whatsapp_number_is_looked_up_as_a_phone() -> None:
    found = fields.identifier({"type": "SocialWhatsapp", "value": "+49 30 123456"})
    assert found == Identifier(type="Phone", value="+4930123456")


@pytest.mark.parametrize(
    ("body", "error", "field"),
    [
        ({"type": "Phone", "value": "call me"}, InvalidValueError, "value"),
        ({"type": "ExternalId", "value": "42"}, BadRequestError, "externalSource.id"),
        ({"type": "Email"}, BadRequestError, "value"),
        ({"type": "Cookie", "value": "42"}, NotFoundError, ""),
    ],
)
def test_a_lookup_says_what_it_lacks(body: dict[str, str], error: type[BadRequestError], field: str) -> None:
    with pytest.raises(error) as refused:
        fields.identifier(body)
    assert refused.value.field == field
    assert "42" not in str(refused.value)
