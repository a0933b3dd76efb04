"""Where a contact is reached on an integration."""

from typing import Any

import pytest
from switchboard.contacts.addresses import addresses

CELL, WORK, WHATSAPP = "+15550000001", "+15550000002", "+15550000003"


def phone(number: str) -> dict[str, str]:
    return {"e164": number}


def identified(kind: str, value: str, source: str = "") -> dict[str, Any]:
    return {"type": kind, "value": value, **({"externalSource": {"id": source}} if source else {})}


def found(contact: dict[str, Any], channel: str, phone_field: str = "") -> list[tuple[str, str, bool]]:
    ways = addresses(contact, channel, "integration", phone_field)
    return [(each.identity.kind, each.identity.value, each.proven) for each in ways]


def test_on_whatsapp_by_the_number_there_else_by_the_cell_phone_then_the_others() -> None:
    contact = {"workPhone": phone(WORK), "cellPhone": phone(CELL), "whatsAppId": {"phoneNumber": phone(WHATSAPP)}}
    assert [value for _, value, _ in found(contact, "whatsapp")] == [WHATSAPP, CELL, WORK]
    assert found(contact, "whatsapp", "workPhone") == [("Phone", WORK, False)]
    assert found(contact, "whatsapp", "homePhone") == []


def test_on_whatsapp_by_the_id_that_it_gave_whose_number_nobody_else_has() -> None:
    known = [identified("SocialWhatsappBsuid", "US.1")]
    assert found({"identifiers": known}, "whatsapp") == [("Opaque", "US.1", False)]
    one = {"cellPhone": phone(CELL), "identifiers": known}
    assert found(one, "whatsapp", "cellPhone") == [("Phone", CELL, False), ("Opaque", "US.1", False)]
    two = one | {"workPhone": phone(WORK)}
    assert found(two, "whatsapp", "workPhone") == [("Phone", WORK, False)]


def test_on_open_messaging_by_that_integrations_id_and_else_only_where_they_wrote_from() -> None:
    contact = {
        "cellPhone": phone(CELL),
        "identifiers": [
            identified("ExternalId", "jo-1", "integration"),
            identified("ExternalId", "jo-2", "another"),
            identified("ExternalId", "sha256:abc", "integration"),
            identified("Email", "jo@customer.example"),
            identified("Phone", CELL),
        ],
    }
    expected = [("Opaque", "jo-1", False), ("Email", "jo@customer.example", True), ("Phone", CELL, True)]
    assert found(contact, "open") == expected
    assert found(contact, "open", "workPhone") == expected, "which phone is meant matters where phones are addresses"


@pytest.mark.parametrize("channel", ["whatsapp", "open", "facebook"])
def test_nobody_knows(channel: str) -> None:
    assert found({"id": "1", "firstName": "Jo"}, channel) == []
