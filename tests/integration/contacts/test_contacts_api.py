"""External contacts over the console API: people write them, find them and link conversations with them."""

import itertools
from typing import Any

import pytest
from switchboard.channels.message import Identity, Party
from switchboard.contacts import api as contacts
from switchboard.conversations import bootstrap, transitions
from switchboard.conversations.models import Conversation
from switchboard.kit import clock, ids
from switchboard.kit.callers import Caller
from switchboard.kit.entities import HOME_DIVISION
from switchboard.kit.errors import InvalidValueError, MissingPermissionError, NotFoundError
from switchboard.kit.http import Request

from functions.contacts.api import contacts as router
from functions.contacts.api import lookups
from local.cloud import LocalCloud
from tests.integration.console import Console

PATH = "/externalcontacts/contacts"
_numbers = itertools.count(1)


def phone() -> str:
    return f"+4930{next(_numbers):08d}"


@pytest.fixture
def kim(admin: Console) -> dict[str, Any]:
    body = {
        "firstName": "Kim",
        "lastName": "Lee",
        "cellPhone": {"display": phone()},
        "personalEmail": f"{ids.new()}@x.io",
    }
    made: dict[str, Any] = admin.done("POST", PATH, body)
    return made


def customer(cloud: LocalCloud) -> tuple[str, Party]:
    """A contact that WhatsApp told us of."""
    party = Party(
        identity=Identity(kind="Opaque", value=ids.new()), aliases=[Identity(kind="Phone", value=phone())], name="Kim"
    )
    with cloud.as_function("conversations-ingest"):
        return contacts.resolve(party, channel="whatsapp"), party


def found(admin: Console, query: str) -> list[str]:
    body = {"operation": {"simpleSearch": {"query": query}}}
    return [each["id"] for each in admin.done("POST", f"{PATH}/search", body)["entities"]]


def lookup(admin: Console, kind: str, value: str) -> Any:
    return admin.call("POST", "/externalcontacts/identifierlookup/contacts", {"type": kind, "value": value})


def test_a_contact_is_made_read_and_found(admin: Console, kim: dict[str, Any]) -> None:
    assert admin.done("GET", f"{PATH}/{kim['id']}") == kim
    assert kim["type"] == "Curated"
    number = kim["cellPhone"]["e164"]
    assert lookup(admin, "Phone", number).body["id"] == kim["id"]
    assert lookup(admin, "SocialWhatsapp", number).body["id"] == kim["id"]
    assert lookup(admin, "Email", kim["personalEmail"].upper()).body["id"] == kim["id"]
    assert found(admin, number) == [kim["id"]]
    assert found(admin, kim["personalEmail"]) == [kim["id"]]
    for query in ("kim", "KIM LEE", "lee", "le ki"):
        assert kim["id"] in found(admin, query), query
    assert kim["id"] not in found(admin, "kimm")


def test_the_same_create_sent_again_makes_one_contact(admin: Console) -> None:
    body = {"firstName": "Twice", "cellPhone": {"display": phone()}}
    assert admin.done("POST", PATH, body)["id"] == admin.done("POST", PATH, body)["id"]


def test_an_identifier_belongs_to_one_contact(admin: Console, cloud: LocalCloud, kim: dict[str, Any]) -> None:
    number = kim["cellPhone"]["e164"]
    answer = admin.call("POST", PATH, {"firstName": "Eve", "workPhone": {"display": number}})
    assert (answer.status, answer.body["details"][0]["fieldName"]) == (409, "workPhone")
    assert answer.body["messageParams"] == {"contactId": kim["id"]}
    assert number not in answer.body["message"]
    owner, party = customer(cloud)
    eve = admin.done("POST", PATH, {"firstName": "Eve"})
    claim = {"firstName": "Eve", "cellPhone": {"display": party.aliases[0].value}}
    assert admin.refused("PUT", f"{PATH}/{eve['id']}", claim) == (409, "conflict", "cellPhone")
    assert lookup(admin, "Phone", party.aliases[0].value).body["id"] == owner
    assert admin.done("GET", f"{PATH}/{eve['id']}").get("cellPhone") is None


def test_a_first_identifier_that_needs_no_pointer_is_guarded_too(admin: Console, cloud: LocalCloud) -> None:
    number = phone()
    with cloud.as_function("conversations-ingest"):
        owner = contacts.resolve(Party(identity=Identity(kind="Phone", value=number)), channel="sms")
    answer = admin.call("POST", PATH, {"firstName": "Eve", "homePhone": {"display": number}})
    assert (answer.status, answer.body["messageParams"]) == (409, {"contactId": owner})


def test_put_replaces_and_frees_what_is_gone(admin: Console, kim: dict[str, Any]) -> None:
    old, new = kim["cellPhone"]["e164"], phone()
    changed = admin.done("PUT", f"{PATH}/{kim['id']}", {"firstName": "Kay", "cellPhone": {"display": new}})
    assert changed["firstName"] == "Kay" and "lastName" not in changed and "personalEmail" not in changed
    assert lookup(admin, "Phone", old).status == 404
    assert lookup(admin, "Phone", new).body["id"] == kim["id"]
    assert found(admin, "kay") == [kim["id"]]
    assert admin.done("POST", PATH, {"firstName": "Heir", "cellPhone": {"display": old}})["id"] != kim["id"]


def test_put_keeps_what_a_channel_told(admin: Console, cloud: LocalCloud) -> None:
    made, party = customer(cloud)
    changed = admin.done("PUT", f"{PATH}/{made}", {"firstName": "Kimberly"})
    assert changed["whatsAppId"]["phoneNumber"]["e164"] == party.aliases[0].value
    with cloud.as_function("conversations-ingest"):
        assert contacts.resolve(party, channel="whatsapp") == made
        assert contacts.resolve(Party(identity=party.aliases[0]), channel="sms") == made


def test_a_customer_stays_known_by_the_phone_they_came_with(admin: Console, cloud: LocalCloud) -> None:
    party = Party(identity=Identity(kind="Phone", value=phone()), name="Kim")
    with cloud.as_function("conversations-ingest"):
        made = contacts.resolve(party, channel="sms")
    admin.done("PUT", f"{PATH}/{made}", {"firstName": "Kimberly", "cellPhone": {"display": phone()}})
    with cloud.as_function("conversations-ingest"):
        assert contacts.resolve(party, channel="sms") == made
    assert admin.done("GET", f"{PATH}/{made}")["firstName"] == "Kimberly"


def test_patch_changes_only_what_it_names(admin: Console, kim: dict[str, Any]) -> None:
    changes = [
        {"field": "$.title", "action": "Update", "value": "Dr"},
        {"field": "$.address.city", "action": "Update", "value": "Bonn"},
        {"field": "$.personalEmail", "action": "Remove"},
    ]
    changed = admin.done("PATCH", f"{PATH}/{kim['id']}", {"changes": changes})
    assert (changed["title"], changed["address"], changed["firstName"]) == ("Dr", {"city": "Bonn"}, "Kim")
    assert lookup(admin, "Email", kim["personalEmail"]).status == 404
    wrong = [{"field": "$.cellPhone", "action": "Update", "value": "not an object"}]
    assert admin.refused("PATCH", f"{PATH}/{kim['id']}", {"changes": wrong})[::2] == (400, "cellPhone")
    assert admin.done("GET", f"{PATH}/{kim['id']}") == changed


def test_a_national_number_means_the_same_after_another_change(admin: Console) -> None:
    body = {"cellPhone": {"display": "030 7654321", "normalizationCountryCode": "DE"}}
    made = admin.done("POST", PATH, body)
    changes = [{"field": "$.firstName", "action": "Update", "value": "Kim"}]
    changed = admin.done("PATCH", f"{PATH}/{made['id']}", {"changes": changes})
    assert changed["cellPhone"]["e164"] == "+49307654321"


def test_a_deleted_contact_leads_nowhere(admin: Console, kim: dict[str, Any]) -> None:
    admin.done("DELETE", f"{PATH}/{kim['id']}")
    assert admin.refused("GET", f"{PATH}/{kim['id']}") == (404, "not.found", "")
    assert lookup(admin, "Phone", kim["cellPhone"]["e164"]).status == 404
    assert kim["id"] not in found(admin, "kim")
    admin.done("POST", PATH, {"firstName": "Heir", "cellPhone": {"display": kim["cellPhone"]["e164"]}})


TOO_MANY = [{"value": str(number)} for number in range(40)]
TOO_LARGE = {"note": "x" * 300_000}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (None, (400, "bad.request", "body")),
        ({}, (400, "bad.request", "firstName")),
        ({"firstName": ["Kim"]}, (400, "invalid.value", "firstName")),
        ({"firstName": "Kim", "cellPhone": {"display": "call me"}}, (400, "invalid.value", "cellPhone")),
        ({"firstName": "Kim", "externalIds": TOO_MANY}, (400, "invalid.value", "externalIds")),
        ({"firstName": "Kim", "customFields": TOO_LARGE}, (413, "request.entity.too.large", "")),
    ],
)
def test_a_wrong_contact_is_refused_by_name(admin: Console, body: Any, expected: tuple[int, str, str]) -> None:
    assert admin.refused("POST", PATH, body) == expected


def test_other_wrong_requests_are_refused_by_name(admin: Console) -> None:
    changes = {"changes": [{"field": "$.title", "action": "Remove"}]}
    assert admin.refused("PATCH", f"{PATH}/none", changes) == (404, "not.found", "")
    far = {"pageSize": 500, "pageNumber": 3}
    assert admin.refused("POST", f"{PATH}/search", far) == (400, "invalid.value", "pageNumber")


def test_a_conversation_is_linked_with_a_contact(admin: Console, cloud: LocalCloud, kim: dict[str, Any]) -> None:
    identifier, now = ids.new(), clock.now_ms()
    with cloud.as_function("conversations-ingest"):
        conversation = Conversation(
            id=identifier,
            thread=ids.digest(identifier).hex()[:20],
            channel="open",
            integration_id=ids.new(),
            start=now,
            customer=Party(identity=Identity(kind="Opaque", value=identifier)),
            participants=[transitions.customer_part(identifier, "Kim", "kim", "", now, "inbound")],
        )
        bootstrap.repository().create(conversation)
    path = f"/externalcontacts/conversations/{identifier}"
    admin.done("PUT", path, {"externalContactId": kim["id"], "mediaType": "MESSAGE"})
    shown = admin.done("GET", f"/conversations/{identifier}")["participants"][0]
    assert shown["externalContactId"] == kim["id"]
    wrong = (400, "invalid.value", "externalContactId")
    assert admin.refused("PUT", path, {"externalContactId": ids.new()}) == wrong
    nowhere = f"/externalcontacts/conversations/{ids.new()}"
    assert admin.refused("PUT", nowhere, {"externalContactId": kim["id"]}) == (404, "not.found", "")


def test_hostile_text_is_stored_as_written(admin: Console) -> None:
    name = "Robert'); DROP TABLE\u202e \U0001f389 <b>"
    made = admin.done("POST", PATH, {"firstName": name + "\x00"})
    assert admin.done("GET", f"{PATH}/{made['id']}")["firstName"] == name
    assert made["id"] in found(admin, "robert')")


def test_a_listing_has_pages_in_the_order_of_names(admin: Console) -> None:
    for name in ("Zoe", "zack", "Zora"):
        admin.done("POST", PATH, {"firstName": name, "lastName": "Pagington"})
    first = admin.done("GET", PATH, q="pagington", pageSize=2)
    second = admin.done("GET", PATH, q="pagington", pageSize=2, pageNumber=2)
    names = [each["firstName"] for each in first["entities"] + second["entities"]]
    assert names == ["zack", "Zoe", "Zora"]
    assert (first["total"], first["pageCount"], first["partialResults"]) == (3, 2, False)
    assert "pagington" not in first["nextUri"]
    backwards = admin.done("GET", PATH, q="pagington", sortOrder="firstName:desc")["entities"]
    assert [each["firstName"] for each in backwards] == ["Zora", "Zoe", "zack"]
    assert admin.refused("GET", PATH, sortOrder="shoeSize:asc") == (400, "invalid.value", "sortOrder")


def test_people_see_and_change_only_their_divisions(cloud: LocalCloud, admin: Console, kim: dict[str, Any]) -> None:
    other = ids.new()
    grants = {f"externalContacts:contact:{action}": frozenset({other}) for action in ("view", "add", "edit", "delete")}
    stranger = Caller("stranger", grants=grants)
    with cloud.as_function("contacts-api"):
        for handler in (router.get, router.delete):
            with pytest.raises(MissingPermissionError):
                handler(Request(stranger, path={"contactId": kim["id"]}))
        with pytest.raises(MissingPermissionError):
            router.replace(Request(stranger, path={"contactId": kim["id"]}, body={"firstName": "x"}))
        with pytest.raises(MissingPermissionError):
            router.create(Request(stranger, body={"firstName": "x", "division": {"id": HOME_DIVISION}}))
        with pytest.raises(NotFoundError):
            lookups.lookup(Request(stranger, body={"type": "Phone", "value": kim["cellPhone"]["e164"]}))
        assert lookups.list_all(Request(stranger))["entities"] == []
        own = router.create(Request(stranger, body={"firstName": "Own", "division": {"id": other}}))
        assert [each["id"] for each in lookups.list_all(Request(stranger))["entities"]] == [own["id"]]
    assert own["id"] in found(admin, "own")


def test_a_request_names_only_a_contact_that_is_there_and_that_its_caller_sees(
    cloud: LocalCloud, kim: dict[str, Any]
) -> None:
    stranger = Caller(client_id="stranger", grants={contacts.VIEW: frozenset({ids.new()})})
    agent = Caller(client_id="agent", grants={contacts.VIEW: frozenset({HOME_DIVISION})})
    with cloud.as_function("contacts-api"):
        assert contacts.named(kim["id"], agent)["id"] == kim["id"]
        with pytest.raises(MissingPermissionError):
            contacts.named(kim["id"], stranger)
        for nobody in (ids.new(), "", None, 7):
            with pytest.raises(InvalidValueError) as refused:
                contacts.named(nobody, agent, "initiator.id")
            assert refused.value.field == "initiator.id"
