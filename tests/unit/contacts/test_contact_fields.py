"""What a client writes into a contact."""

from typing import Any

import pytest
from switchboard.contacts import fields
from switchboard.kit.errors import BadRequestError, InvalidValueError


@pytest.mark.parametrize(
    ("number", "e164"),
    [
        ({"display": "+49 (30) 123456"}, "+4930123456"),
        ({"display": "030 123456", "normalizationCountryCode": "DE"}, "+4930123456"),
        ({"display": "030 123456", "normalizationCountryCode": "+49"}, "+4930123456"),
        ({"display": "317-222-2222"}, "+13172222222"),
        ({"e164": "+4930123456"}, "+4930123456"),
        ({"display": "+1 555 078 3881"}, "+15550783881"),
    ],
)
def test_phones_become_e164(number: dict[str, str], e164: str) -> None:
    contact = fields.canonical({"cellPhone": number})
    assert contact["cellPhone"]["e164"] == e164
    assert fields.canonical(contact) == contact


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"cellPhone": {"display": "12"}}, "cellPhone"),
        ({"workPhone": {"display": "'; DROP TABLE contacts"}}, "workPhone"),
        ({"homePhone": {"display": "+" + "9" * 400}}, "homePhone"),
        ({"otherPhone": {"display": "030 123456", "normalizationCountryCode": "??"}}, "otherPhone"),
        ({"whatsAppId": {"phoneNumber": {"display": "x"}}}, "whatsAppId.phoneNumber"),
        ({"personalEmail": "kim"}, "personalEmail"),
        ({"workEmail": "kim@example.com, eve@example.com"}, "workEmail"),
        ({"otherEmail": "k" * 300 + "@example.com"}, "otherEmail"),
    ],
)
def test_what_is_no_address_is_refused_by_name(body: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidValueError) as refused:
        fields.canonical({"firstName": "Kim", **body})
    assert refused.value.field == field


def test_addresses_are_lower_case_and_blank_ones_left_out() -> None:
    contact = fields.canonical({"personalEmail": " Kim@Example.com ", "workEmail": " ", "cellPhone": {"display": ""}})
    assert contact == {"personalEmail": "kim@example.com"}


def test_a_client_does_not_write_what_is_ours() -> None:
    body = {
        "firstName": "Kim",
        "id": "1",
        "type": "Ephemeral",
        "identifiers": [],
        "createDate": "2020-01-01T00:00:00.000Z",
    }
    assert fields.canonical(body) == {"firstName": "Kim"}


def test_a_contact_that_nothing_tells_of_is_refused() -> None:
    with pytest.raises(BadRequestError):
        fields.canonical({"title": "Dr", "firstName": ""})
