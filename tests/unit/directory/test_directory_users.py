"""What an e-mail address may be, and what a user shows."""

import pytest
from switchboard.directory.entities import PRESENCE_DEFINITION, USER, check_email
from switchboard.kit.errors import InvalidValueError


@pytest.mark.parametrize("email", ["ana@demo.example", "a.b+c@sub.example.com", "ana@münchen.example", "o'neill@x.ie"])
def test_addresses_that_people_have(email: str) -> None:
    check_email(email)


@pytest.mark.parametrize(
    "email",
    [
        "",
        "ana",
        "ana@demo",
        "@x.example",
        "a b@x.example",
        "a@x..example",
        "a@x.example\n",
        "a@b@c.de",
        "<a@x.de>",
        "a" * 65 + "@x.de",
        "a@" + "x." * 130 + "de",
    ],
)
def test_what_is_no_address_is_refused(email: str) -> None:
    with pytest.raises(InvalidValueError):
        check_email(email)


def test_a_user_shows_the_address_as_primary_contact_and_user_name() -> None:
    shown = USER.present({"email": "a@x.de", "primaryContactInfo": [{"mediaType": "EMAIL", "address": "old@x.de"}]})
    assert shown["username"] == "a@x.de"
    assert [contact["address"] for contact in shown["primaryContactInfo"]] == ["a@x.de"]


def test_there_is_one_on_queue_presence() -> None:
    with pytest.raises(InvalidValueError):
        PRESENCE_DEFINITION.check({"systemPresence": "OnQueue", "languageLabels": {"en_US": "Ready"}}, None)
    assert [body["name"] for body in PRESENCE_DEFINITION.built_in].count("On Queue") == 1
