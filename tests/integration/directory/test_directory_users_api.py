"""Users through the console API."""

from datetime import timedelta

import pytest
from botocore.exceptions import ClientError
from switchboard.identity import api as identity
from switchboard.kit import ids

from tests.integration.identity.console import Console, Json

USERS = "/api/v2/users"


def new_user(admin: Console, **fields: str) -> Json:
    answer = admin.call("POST", USERS, {"name": ids.new(), "email": f"{ids.new()}@demo.example", **fields})
    assert answer.status == 200, answer.body
    made: Json = answer.body
    return made


def account_enabled(console: Console, email: str) -> bool:
    cognito = console.cloud.client("cognito-idp")
    pool = cognito.list_user_pools(MaxResults=1)["UserPools"][0]["Id"]
    return bool(cognito.admin_get_user(UserPoolId=pool, Username=email)["Enabled"])


def test_a_user_is_made_found_and_has_an_account(console: Console, admin: Console) -> None:
    made = new_user(admin, title="Agent", department="Service")
    assert (made["version"], made["state"], made["username"]) == (1, "active", made["email"])
    assert admin.call("GET", f"{USERS}/{made['id']}").body["title"] == "Agent"
    assert account_enabled(console, made["email"])
    listed = admin.call("GET", USERS, id=made["id"]).body
    assert (listed["total"], listed["entities"][0]["id"]) == (1, made["id"])


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"email": "a@demo.example"}, "name"),
        ({"name": "A"}, "email"),
        ({"name": "A", "email": "not an address"}, "email"),
        ({"name": "A", "email": "a@demo.example", "state": "asleep"}, "state"),
        ({"name": " ", "email": "a@demo.example"}, "name"),
    ],
)
def test_what_is_missing_or_wrong_is_named(admin: Console, body: Json, field: str) -> None:
    answer = admin.call("POST", USERS, body)
    assert (answer.status, answer.body["details"][0]["fieldName"]) == (400, field)


def test_an_address_belongs_to_one_user_whatever_its_case(admin: Console) -> None:
    made, other = new_user(admin), new_user(admin)
    again = admin.call("POST", USERS, {"name": "B", "email": made["email"].upper()})
    assert (again.status, again.body["details"][0]["fieldName"]) == (409, "email")
    stolen = admin.call("PATCH", f"{USERS}/{other['id']}", {"email": made["email"], "version": 1})
    assert stolen.status == 409
    assert admin.call("GET", f"{USERS}/{other['id']}").body["email"] == other["email"]


def test_a_create_that_is_resent_makes_one_user(admin: Console) -> None:
    body = {"name": "Once", "email": f"{ids.new()}@demo.example"}
    first, second = (admin.call("POST", USERS, body) for _ in range(2))
    assert (first.status, second.status) == (200, 200)
    assert first.body["id"] == second.body["id"]


def test_a_create_that_failed_half_way_succeeds_when_repeated(console: Console, admin: Console) -> None:
    """The account is there, the user is not: a crash between the two calls."""
    email = f"{ids.new()}@demo.example"
    cognito = console.cloud.client("cognito-idp")
    pool = cognito.list_user_pools(MaxResults=1)["UserPools"][0]["Id"]
    cognito.admin_create_user(UserPoolId=pool, Username=email)
    assert new_user(admin, email=email)["email"] == email


def test_an_old_version_is_refused_and_changes_nothing(admin: Console) -> None:
    made = new_user(admin)
    path = f"{USERS}/{made['id']}"
    assert admin.call("PATCH", path, {"title": "Lead", "version": 1}).body["version"] == 2
    for version in (1, 3, None):
        late = admin.call("PATCH", path, {"title": "Late", "version": version})
        assert (late.status, late.body["code"]) == (409, "version.conflict")
    assert admin.call("GET", path).body["title"] == "Lead"


def test_an_explicit_null_clears(admin: Console) -> None:
    made = new_user(admin, title="Agent")
    changed = admin.call("PATCH", f"{USERS}/{made['id']}", {"title": None, "version": 1}).body
    assert "title" not in changed
    assert changed["name"] == made["name"]


def test_a_new_address_is_the_one_to_sign_in_with(console: Console, admin: Console) -> None:
    made, address = new_user(admin), f"{ids.new()}@demo.example"
    assert admin.call("PATCH", f"{USERS}/{made['id']}", {"email": address, "version": 1}).body["email"] == address
    assert account_enabled(console, address)
    with pytest.raises(ClientError):
        account_enabled(console, made["email"])
    assert new_user(admin, email=made["email"])["email"] == made["email"]


def test_a_deleted_user_is_kept_but_out(console: Console, admin: Console) -> None:
    made = new_user(admin)
    agent = console.client(user_id=made["id"])
    client_id = agent.call("GET", f"{USERS}/me").body["id"]
    assert client_id == made["id"]
    deleted = admin.call("DELETE", f"{USERS}/{made['id']}")
    assert (deleted.status, deleted.body["state"]) == (200, "deleted")
    assert admin.call("GET", f"{USERS}/{made['id']}").body["state"] == "deleted"
    assert admin.call("GET", USERS, id=made["id"]).body["total"] == 0
    assert admin.call("GET", USERS, id=made["id"], state="any").body["total"] == 1
    assert not account_enabled(console, made["email"])
    console.cloud.advance(timedelta(seconds=61))
    assert agent.call("GET", f"{USERS}/me").status == 401


def test_a_deleted_user_gets_no_token_until_restored(console: Console, admin: Console) -> None:
    made = new_user(admin)
    with console.cloud.as_function("identity-api"):
        body = {"name": "acts", "authorizedGrantType": "CLIENT-CREDENTIALS"}
        client, secret = identity.clients().create(body, user_id=made["id"])
    basic = f"{client['id']}:{secret}"
    admin.call("DELETE", f"{USERS}/{made['id']}")
    refused = console.ask_token(basic=basic, grant_type="client_credentials")
    assert (refused.status, refused.body["error"]) == (400, "invalid_grant")
    version = admin.call("GET", f"{USERS}/{made['id']}").body["version"]
    admin.call("PATCH", f"{USERS}/{made['id']}", {"state": "active", "version": version})
    assert console.ask_token(basic=basic, grant_type="client_credentials").status == 200
    assert account_enabled(console, made["email"])


def test_users_of_another_division_are_out_of_reach(console: Console, admin: Console) -> None:
    north = admin.call("POST", "/api/v2/authorization/divisions", {"name": ids.new()}).body["id"]
    here, there = new_user(admin), new_user(admin, divisionId=north)
    of_north = console.client("directory:user:view", "directory:user:edit", division=north)
    assert of_north.call("GET", f"{USERS}/{there['id']}").body["division"]["id"] == north
    refused = of_north.call("GET", f"{USERS}/{here['id']}")
    assert (refused.status, refused.body["code"]) == (403, "missing.permissions")
    assert {user["id"] for user in of_north.call("GET", USERS).body["entities"]} == {there["id"]}
    assert of_north.call("PATCH", f"{USERS}/{there['id']}", {"title": "T", "version": 1}).status == 200
    assert of_north.call("PATCH", f"{USERS}/{here['id']}", {"title": "T", "version": 1}).status == 403
    everybody = of_north.call("POST", f"{USERS}/search", {"query": [{"type": "MATCH_ALL"}]}).body
    assert [user["id"] for user in everybody["results"]] == [there["id"]]


def test_a_user_is_searched_for(admin: Console) -> None:
    mark = ids.new()
    made = [new_user(admin, name=f"{name} {mark}") for name in ("Bea", "Abe", "Cia")]
    query = [{"type": "CONTAINS", "fields": ["name"], "value": mark}]
    answer = admin.call(
        "POST", f"{USERS}/search", {"query": query, "sortBy": "name", "sortOrder": "DESC", "pageSize": 2}
    )
    assert [user["name"][:3] for user in answer.body["results"]] == ["Cia", "Bea"]
    assert (answer.body["total"], answer.body["pageCount"]) == (3, 2)
    admin.call("DELETE", f"{USERS}/{made[0]['id']}")
    assert admin.call("POST", f"{USERS}/search", {"query": query}).body["total"] == 2


def test_me_is_for_people(console: Console, admin: Console) -> None:
    assert admin.call("GET", f"{USERS}/me").status == 400
    made = new_user(admin)
    identity_of = console.client(user_id=made["id"])
    wanted = "presence,routingStatus,authorization,skills,languages,organization,orgAuthorization,date"
    me = identity_of.call("GET", f"{USERS}/me", expand=wanted).body
    assert me["presence"]["presenceDefinition"]["systemPresence"] == "Offline"
    assert me["routingStatus"]["status"] == "OFF_QUEUE"
    assert me["authorization"] == {"roles": [], "permissions": []}
    assert set(wanted.split(",")) <= set(me)
    assert "authorization" not in identity_of.call("GET", f"{USERS}/me").body
    assert identity_of.call("GET", f"{USERS}/{made['id']}").status == 200
    assert identity_of.call("GET", USERS).status == 403
