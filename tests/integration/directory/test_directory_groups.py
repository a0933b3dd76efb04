"""Groups in the directory: a user is in a group or not, whatever happens at once or dies half-way."""

from typing import Any, Literal

import pytest
from switchboard.directory import api as directory
from switchboard.directory import groups as module
from switchboard.kit import ids
from switchboard.kit.entities import Store
from switchboard.kit.errors import InvalidValueError

from tests.integration.directory.test_directory_users_api import USERS, new_user
from tests.integration.identity.console import Console, Json

GROUPS = "/api/v2/groups"


def new_group(admin: Console, *members: Json) -> str:
    made = admin.call("POST", GROUPS, {"name": ids.new(), "type": "official"}).body
    if members:
        body = {"memberIds": [each["id"] for each in members], "version": made["version"]}
        assert admin.call("POST", f"{GROUPS}/{made['id']}/members", body).status == 202
    return str(made["id"])


def member_ids(admin: Console, group: str) -> list[str]:
    return [each["id"] for each in admin.call("GET", f"{GROUPS}/{group}/members").body["entities"]]


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_user_whose_deletion_died_half_way_is_out_of_their_groups_once_it_is_repeated(
    console: Console, admin: Console, when: Literal["before", "after"]
) -> None:
    call = died = 0
    while True:
        call += 1
        user, other = new_user(admin), new_user(admin)
        groups = [new_group(admin, user, other), new_group(admin, user)]
        console.cloud.faults.clear()
        console.cloud.faults.fail(function="directory-api", call=call, when=when)
        answer = admin.call("DELETE", f"{USERS}/{user['id']}")
        struck = console.cloud.faults.struck
        console.cloud.faults.clear()
        died += answer.status == 500
        if answer.status == 500:
            assert admin.call("DELETE", f"{USERS}/{user['id']}").status == 200
        assert [member_ids(admin, group) for group in groups] == [[other["id"]], []]
        assert admin.call("GET", f"{GROUPS}/{groups[0]}").body["memberCount"] == 1
        if not struck:
            break
    assert died > 10, "the fault was never set on a call that matters"


def test_who_is_deleted_while_they_join_does_not_join(
    console: Console, admin: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    user, group = new_user(admin), new_group(admin)
    checked = Store.unchanged

    def deleted_meanwhile(self: Store, body: Json) -> Any:
        monkeypatch.setattr(Store, "unchanged", checked)
        assert admin.call("DELETE", f"{USERS}/{user['id']}").status == 200
        return checked(self, body)

    monkeypatch.setattr(Store, "unchanged", deleted_meanwhile)
    with console.cloud.as_function("directory-api"), pytest.raises(InvalidValueError) as refused:
        directory.groups().add(group, [user["id"]], 1)
    assert refused.value.field == "memberIds.0"
    shown = admin.call("GET", f"{GROUPS}/{group}").body
    assert (shown["memberCount"], shown["version"], member_ids(admin, group)) == (0, 1, [])


def test_a_group_that_is_full_takes_nobody(admin: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_MEMBERS", 1)
    group = new_group(admin)
    body = {"memberIds": [new_user(admin)["id"], new_user(admin)["id"]], "version": 1}
    refused = admin.call("POST", f"{GROUPS}/{group}/members", body)
    assert (refused.status, refused.body["details"][0]["fieldName"]) == (400, "memberIds")
    assert member_ids(admin, group) == []


def test_who_is_a_member_already_is_not_counted_twice(admin: Console) -> None:
    user = new_user(admin)
    group = new_group(admin, user)
    again = admin.call("POST", f"{GROUPS}/{group}/members", {"memberIds": [user["id"]] * 2, "version": 2})
    assert again.status == 202
    shown = admin.call("GET", f"{GROUPS}/{group}").body
    assert (shown["memberCount"], shown["version"]) == (1, 2)
    for _ in range(2):
        assert admin.call("DELETE", f"{GROUPS}/{group}/members", ids=user["id"]).status == 202
    assert admin.call("GET", f"{GROUPS}/{group}").body["memberCount"] == 0


def test_members_of_a_deleted_group_are_members_of_nothing(console: Console, admin: Console) -> None:
    user = new_user(admin)
    group = new_group(admin, user)
    assert admin.call("DELETE", f"{GROUPS}/{group}").status == 204
    with console.cloud.as_function("directory-api"):
        assert (directory.in_group(group, user["id"]), directory.groups().groups_with(user["id"])) == (False, [])


def test_groups_need_their_permissions(console: Console, admin: Console) -> None:
    group, viewer = new_group(admin), console.client("directory:group:view")
    assert viewer.call("GET", f"{GROUPS}/{group}").status == 200
    refused = [
        viewer.call("POST", GROUPS, {"name": "x", "type": "official"}),
        viewer.call("PUT", f"{GROUPS}/{group}", {"name": "x", "version": 1}),
        viewer.call("DELETE", f"{GROUPS}/{group}"),
        viewer.call("POST", f"{GROUPS}/{group}/members", {"memberIds": [ids.new()], "version": 1}),
        viewer.call("DELETE", f"{GROUPS}/{group}/members", ids=ids.new()),
        console.client("directory:user:view").call("GET", GROUPS),
    ]
    assert [(each.status, each.body["code"]) for each in refused] == [(403, "missing.permissions")] * 6
