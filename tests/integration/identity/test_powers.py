"""Power over powers: who administers one division does not become an administrator of the organization."""

from typing import Any

import pytest
from switchboard.identity import api as identity
from switchboard.kit import ids

from tests.integration.identity.console import Answer, Console
from tests.integration.identity.test_identity_grants import ROLES, client_id, grant_path, role


@pytest.fixture
def delegate(console: Console, division: str) -> Console:
    """Who administers people, roles and clients of one division; not its reporting."""
    return console.client("authorization:grant:*", "authorization:role:*", "oauth:client:*", division=division)


def refused(answer: Answer, permission: str) -> bool:
    return (answer.status, answer.body["code"]) == (403, "missing.permissions") and permission in answer.body["message"]


def test_a_role_over_everything_is_not_granted_by_who_holds_less(
    console: Console, admin: Console, division: str, delegate: Console
) -> None:
    subject, _ = client_id(console, admin)
    assert refused(delegate.call("POST", grant_path(subject, division, identity.ADMIN["id"])), "*:*:*")
    divisions = role(admin, "authorization:division:add")["id"]
    body = {"subjectIds": [subject], "divisionIds": [division]}
    assert refused(delegate.call("POST", f"{ROLES}/{divisions}", body), "authorization:division:add")
    held = role(admin, "authorization:role:view", "routing:queue:edit")["id"]
    assert delegate.call("POST", grant_path(subject, division, held)).status == 204
    assert admin.call("POST", grant_path(subject, division, identity.ADMIN["id"])).status == 204


def test_a_client_is_given_no_more_than_may_be_granted(console: Console, division: str, delegate: Console) -> None:
    client: dict[str, Any] = {"name": ids.new(), "authorizedGrantType": "CLIENT-CREDENTIALS"}
    mighty = client | {"roleDivisions": [{"roleId": identity.ADMIN["id"], "divisionId": division}]}
    assert refused(delegate.call("POST", "/api/v2/oauth/clients", mighty), "*:*:*")
    made = delegate.call("POST", "/api/v2/oauth/clients", client).body
    assert refused(delegate.call("PUT", f"/api/v2/oauth/clients/{made['id']}", mighty), "*:*:*")


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_ones_own_role_does_not_grow(admin: Console, delegate: Console, method: str) -> None:
    """It may be held in every division, where the delegate holds nothing."""
    own = role(admin, "routing:queue:view")
    path = f"{ROLES}/{own['id']}"
    wanted = {"name": own["name"], "permissions": ["routing:queue:view", "routing:queue:edit"]}
    assert refused(delegate.call(method, path, wanted), "routing:queue:edit")
    policy = {"domain": "*", "entityName": "*", "actionSet": ["*"]}
    by_policy = {"name": own["name"], "permissionPolicies": [policy]}
    assert refused(delegate.call(method, path, by_policy), "*:*:*")
    renamed = {"name": f"{own['name']}, renamed", "permissions": ["routing:queue:view"]}
    assert delegate.call(method, path, renamed).status == 200
    assert admin.call(method, path, wanted).status == 200


def test_roles_of_others_are_for_who_may_view_grants(console: Console, admin: Console) -> None:
    made = admin.call("POST", "/api/v2/users", {"name": "Kim", "email": f"{ids.new()}@example.com"}).body
    path = f"/api/v2/users/{made['id']}"
    colleague = console.client("directory:user:view")
    assert "authorization" not in colleague.call("GET", path, expand="authorization").body
    assert "authorization" in admin.call("GET", path, expand="authorization").body
    own = console.client(user_id=made["id"])
    assert "authorization" in own.call("GET", path, expand="authorization").body
