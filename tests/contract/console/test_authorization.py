"""Roles, divisions and grants: what holds who may do what, and where."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.contract.console.agreement import NOBODY
from tests.e2e.contact_centre import ContactCentre, platform
from tests.e2e.refusals import refusal

Unique = Callable[[str], str]


@pytest.fixture
def authorization(admin: Any) -> Any:
    return platform.AuthorizationApi(admin)


@pytest.fixture
def role(authorization: Any, unique: Unique) -> Any:
    policy = {"domain": "routing", "entityName": "queue", "actionSet": ["view", "add"]}
    return authorization.post_authorization_roles({"name": unique("Role"), "permissionPolicies": [policy]})


@pytest.fixture
def division(authorization: Any, unique: Unique) -> Any:
    return authorization.post_authorization_divisions({"name": unique("Branch")})


@pytest.fixture
def machine(admin: Any, unique: Unique) -> Any:
    """An OAuth client without roles."""
    return platform.OAuthApi(admin).post_oauth_clients(
        {"name": unique("Machine"), "authorizedGrantType": "CLIENT-CREDENTIALS", "roleIds": []}
    )


def test_a_grant_holds_in_its_division(
    admin: Any, centre: ContactCentre, role: Any, division: Any, machine: Any, unique: Unique
) -> None:
    users = platform.UsersApi(admin)
    users.post_authorization_subject_division_role(machine.id, division.id, role.id, subject_type="PC_OAUTH_CLIENT")
    (grant,) = users.get_authorization_subject(machine.id).grants
    assert (grant.division.id, grant.role.id, grant.subject_id) == (division.id, role.id, machine.id)

    routing = platform.RoutingApi(centre.sdk(machine.id, machine.secret))
    made = routing.post_routing_queues({"name": unique("There"), "division": {"id": division.id}})
    assert [each.id for each in routing.get_routing_queues(page_size=100).entities] == [made.id]
    elsewhere = refusal(lambda: routing.post_routing_queues({"name": unique("Home")}))
    assert (elsewhere.status, elsewhere.code) == (403, "missing.permissions")
    assert "routing:queue:add" in elsewhere.message
    assert refusal(lambda: routing.get_routing_queue(centre.queue("Support"))).status == 403

    users.delete_authorization_subject_division_role(machine.id, division.id, role.id)
    assert users.get_authorization_subject(machine.id).grants == []


def test_a_role_is_granted_to_many(admin: Any, authorization: Any, role: Any, division: Any, machine: Any) -> None:
    body = {"subjectIds": [machine.id], "divisionIds": [division.id]}
    authorization.post_authorization_role(role.id, body, subject_type="PC_OAUTH_CLIENT")
    grants = platform.UsersApi(admin).get_authorization_subject(machine.id).grants
    assert [(each.role.id, each.division.id) for each in grants] == [(role.id, division.id)]


def test_a_role_is_changed_in_part(authorization: Any, role: Any) -> None:
    changed = authorization.patch_authorization_role(role.id, {"description": "For branches", "name": role.name})
    assert (changed.description, changed.name) == ("For branches", role.name)
    assert len(changed.permission_policies) == len(role.permission_policies)


def test_nobody_gives_more_than_they_have(
    admin: Any, centre: ContactCentre, division: Any, machine: Any, authorization: Any, unique: Unique
) -> None:
    """Who may grant in one division does not grant in another."""
    policy = {"domain": "authorization", "entityName": "grant", "actionSet": ["add"]}
    granting = authorization.post_authorization_roles({"name": unique("Granter"), "permissionPolicies": [policy]})
    platform.UsersApi(admin).post_authorization_subject_division_role(machine.id, division.id, granting.id)
    own = platform.UsersApi(centre.sdk(machine.id, machine.secret))
    home = authorization.get_authorization_divisions_home()
    assert home.home_division
    refused = refusal(lambda: own.post_authorization_subject_division_role(machine.id, home.id, granting.id))
    assert refused.status == 403


def test_what_is_built_in_cannot_be_changed(authorization: Any) -> None:
    home = authorization.get_authorization_divisions_home()
    assert refusal(lambda: authorization.delete_authorization_division(home.id)).status == 409
    role = next(each for each in authorization.get_authorization_roles(name="admin").entities if each.default)
    assert refusal(lambda: authorization.delete_authorization_role(role.id)).status == 409


def test_references_to_nothing_are_named(admin: Any, role: Any, machine: Any, unique: Unique) -> None:
    users = platform.UsersApi(admin)
    for path in ((NOBODY, "*", role.id), (machine.id, NOBODY, role.id), (machine.id, "*", NOBODY)):
        assert refusal(lambda: users.post_authorization_subject_division_role(*path)).status in (400, 404)  # noqa: B023
    body = {"name": unique("M"), "authorizedGrantType": "CLIENT-CREDENTIALS", "roleDivisions": [{"roleId": NOBODY}]}
    assert refusal(lambda: platform.OAuthApi(admin).post_oauth_clients(body)).field == "roleDivisions"


def test_a_secret_is_told_once(admin: Any, machine: Any) -> None:
    assert machine.secret
    assert platform.OAuthApi(admin).get_oauth_client(machine.id).secret is None
