"""Roles and grants: what they allow, where, and from when on."""

from datetime import timedelta

from switchboard.identity import api as identity
from switchboard.kit import ids
from switchboard.kit.entities import HOME_DIVISION

from tests.integration.identity.console import Console, Json

ROLES = "/api/v2/authorization/roles"
DIVISIONS = "/api/v2/authorization/divisions"


def grant_path(subject_id: str, division_id: str, role_id: str) -> str:
    return f"/api/v2/authorization/subjects/{subject_id}/divisions/{division_id}/roles/{role_id}"


def client_id(console: Console, admin: Console) -> tuple[str, Console]:
    """A new client without any role."""
    body = {"name": ids.new(), "authorizedGrantType": "CLIENT-CREDENTIALS"}
    made = admin.call("POST", "/api/v2/oauth/clients", body).body
    return made["id"], console.as_client(made["id"], made["secret"])


def role(admin: Console, *permissions: str) -> Json:
    made: Json = admin.call("POST", ROLES, {"name": ids.new(), "permissions": list(permissions)}).body
    return made


def test_a_refusal_names_the_permission_and_a_grant_works_at_once(console: Console, admin: Console) -> None:
    subject, caller = client_id(console, admin)
    refused = caller.call("GET", ROLES)
    assert (refused.status, refused.body["code"]) == (403, "missing.permissions")
    assert "authorization:role:view" in refused.body["message"]
    viewer = role(admin, "authorization:role:view")
    assert admin.call("POST", grant_path(subject, HOME_DIVISION, viewer["id"])).status == 204
    assert caller.call("GET", ROLES).status == 200
    assert caller.call("POST", ROLES, {"name": "mine"}).status == 403


def test_a_revoked_grant_holds_for_at_most_a_minute(console: Console, admin: Console) -> None:
    subject, caller = client_id(console, admin)
    viewer = role(admin, "authorization:role:view")
    admin.call("POST", grant_path(subject, HOME_DIVISION, viewer["id"]))
    assert caller.call("GET", ROLES).status == 200
    assert admin.call("DELETE", grant_path(subject, HOME_DIVISION, viewer["id"])).status == 204
    console.cloud.advance(timedelta(seconds=61))
    assert caller.call("GET", ROLES).status == 403


def test_policies_grant_as_permissions_do(console: Console, admin: Console) -> None:
    policy = {"domain": "authorization", "entityName": "role", "actionSet": ["view"]}
    made = admin.call("POST", ROLES, {"name": ids.new(), "permissionPolicies": [policy]}).body
    assert made["permissionPolicies"][0]["actionSet"] == ["view"]
    subject, caller = client_id(console, admin)
    admin.call("POST", grant_path(subject, "*", made["id"]))
    assert caller.call("GET", ROLES).status == 200
    shown = caller.call("GET", f"/api/v2/authorization/subjects/{subject}").body
    assert [grant["role"]["id"] for grant in shown["grants"]] == [made["id"]]


def test_one_may_not_give_more_than_one_may_grant(console: Console, admin: Console) -> None:
    """A client maker without authorization:grant:add must not make a client that is more than they are."""
    maker = console.client("oauth:client:add")
    plain = {"name": "plain", "authorizedGrantType": "CLIENT-CREDENTIALS"}
    assert maker.call("POST", "/api/v2/oauth/clients", plain).status == 200
    mighty = plain | {"roleDivisions": [{"roleId": identity.ADMIN["id"], "divisionId": "*"}]}
    assert maker.call("POST", "/api/v2/oauth/clients", mighty).status == 403
    north = admin.call("POST", DIVISIONS, {"name": ids.new()}).body["id"]
    of_north = console.client("authorization:grant:add", division=north)
    subject, _ = client_id(console, admin)
    assert of_north.call("POST", grant_path(subject, north, identity.AGENT["id"])).status == 204
    assert of_north.call("POST", grant_path(subject, HOME_DIVISION, identity.AGENT["id"])).status == 403
    assert of_north.call("POST", grant_path(subject, "*", identity.AGENT["id"])).status == 403


def test_what_does_not_exist_cannot_be_granted(console: Console, admin: Console) -> None:
    subject, _ = client_id(console, admin)
    viewer = role(admin, "authorization:role:view")
    for path in (
        grant_path(ids.new(), HOME_DIVISION, viewer["id"]),
        grant_path(subject, ids.new(), viewer["id"]),
        grant_path(subject, HOME_DIVISION, ids.new()),
    ):
        assert admin.call("POST", path).body["code"] == "not.found"
    unknown = {"name": "x", "authorizedGrantType": "CLIENT-CREDENTIALS", "roleIds": [ids.new()]}
    assert admin.call("POST", "/api/v2/oauth/clients", unknown).body["code"] == "invalid.value"


def test_a_role_is_granted_to_many_in_one_call(console: Console, admin: Console) -> None:
    viewer = role(admin, "authorization:role:view")
    subjects = [client_id(console, admin) for _ in range(2)]
    body = {"subjectIds": [subject for subject, _ in subjects], "divisionIds": [HOME_DIVISION]}
    assert admin.call("POST", f"{ROLES}/{viewer['id']}", body).status == 204
    assert [caller.call("GET", ROLES).status for _, caller in subjects] == [200, 200]


def test_the_default_roles_and_home_are_there_and_stay(console: Console, admin: Console) -> None:
    names = [entity["name"] for entity in admin.call("GET", ROLES, pageSize="100").body["entities"]]
    assert {"admin", "employee", "supervisor", "Communicate - User"} <= set(names)
    assert admin.call("DELETE", f"{ROLES}/{identity.ADMIN['id']}").status == 409
    assert admin.call("DELETE", f"{DIVISIONS}/{HOME_DIVISION}").status == 409
    assert admin.call("POST", DIVISIONS, {"name": "home"}).status == 409


def test_a_role_s_life(console: Console, admin: Console) -> None:
    made = role(admin, "routing:queue:view")
    path = f"{ROLES}/{made['id']}"
    patched = admin.call("PATCH", path, {"description": "Sees queues"}).body
    assert (patched["description"], patched["permissions"]) == ("Sees queues", ["routing:queue:view"])
    replaced = admin.call("PUT", path, {"name": made["name"], "permissions": ["routing:*:view"]}).body
    assert "description" not in replaced
    assert admin.call("PUT", path, {"name": made["name"], "permissions": ["routing"]}).status == 400
    assert admin.call("DELETE", path).status == 204
    assert admin.call("GET", path).status == 404


def test_a_role_that_somebody_holds_stays(console: Console, admin: Console) -> None:
    held, path = role(admin), f"{ROLES}/{{}}".format
    user = admin.call("POST", "/api/v2/users", {"name": "Rita Role", "email": f"{ids.new()}@example.com"}).body["id"]
    subject, _ = client_id(console, admin)
    body = {"name": "Roller", "authorizedGrantType": "CLIENT-CREDENTIALS", "roleIds": [held["id"]]}
    holder = admin.call("POST", "/api/v2/oauth/clients", body).body["id"]
    for granted in (user, subject):
        assert admin.call("POST", grant_path(granted, HOME_DIVISION, held["id"])).status == 204
    refused = admin.call("DELETE", path(held["id"]))
    assert (refused.status, refused.body["code"]) == (409, "in.use")
    assert "the user Rita Role" in refused.body["message"]
    assert refused.body["message"].count("the OAuth client") == 2
    for client in (subject, holder):
        admin.call("DELETE", f"/api/v2/oauth/clients/{client}")
    assert admin.call("DELETE", path(held["id"])).status == 409
    assert admin.call("DELETE", grant_path(user, HOME_DIVISION, held["id"])).status < 300
    assert admin.call("DELETE", path(held["id"])).status == 204
