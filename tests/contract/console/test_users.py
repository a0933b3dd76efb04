"""Users beyond what all entities have: versions, nulls, oneself, expansions, search, presence."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.contract.console.agreement import NOBODY, assert_agrees, wire
from tests.e2e.contact_centre import ContactCentre, platform
from tests.e2e.refusals import refusal

Unique = Callable[[str], str]


@pytest.fixture
def users(admin: Any) -> Any:
    return platform.UsersApi(admin)


@pytest.fixture
def user(users: Any, unique: Unique) -> Any:
    name = unique("Person")
    return users.post_users({"name": name, "email": f"{name.replace(' ', '.')}@users.example", "title": "Agent"})


def test_the_version_must_be_the_stored_one(users: Any, user: Any) -> None:
    changed = users.patch_user(user.id, {"version": user.version, "title": "Lead"})
    assert changed.version == user.version + 1
    stale = refusal(lambda: users.patch_user(user.id, {"version": user.version, "title": "Boss"}))
    assert (stale.status, stale.code, stale.field) == (409, "version.conflict", "version")
    assert refusal(lambda: users.patch_user(user.id, {"title": "Boss"})).status == 409
    assert users.get_user(user.id).title == "Lead"


def test_an_explicit_null_clears_and_what_is_absent_stays(users: Any, user: Any) -> None:
    model = platform.UpdateUser()
    model.version, model.title = user.version, platform.ApiNullValue()
    cleared = users.patch_user(user.id, model)
    assert cleared.title is None
    assert (cleared.name, cleared.email) == (user.name, user.email)


def test_oneself(centre: ContactCentre, admin: Any) -> None:
    expansions = ["presence", "routingStatus", "organization", "authorization", "date", "skills", "languages"]
    me = platform.UsersApi(centre.sdk("demo-ana")).get_users_me(expand=expansions)
    assert (me.id, me.name, me.state) == (centre.user("ana"), "ana", "active")
    assert me.routing_status.status == "OFF_QUEUE"
    assert me.presence.presence_definition.system_presence
    organization = platform.OrganizationApi(admin).get_organizations_me()
    assert (me.organization.id, organization.id) == (centre.organization["organization"]["id"],) * 2
    assert "conversation:message:create" in me.authorization.permissions
    assert refusal(lambda: platform.UsersApi(admin).get_users_me()).status == 400


def test_a_listing_by_ids_and_state(users: Any, user: Any, centre: ContactCentre) -> None:
    both = users.get_users(id=[user.id, centre.user("ana")], expand=["presence", "routingStatus"])
    assert {each.id for each in both.entities} == {user.id, centre.user("ana")}
    assert all(each.routing_status.status == "OFF_QUEUE" for each in both.entities)
    users.delete_user(user.id)
    assert users.get_users(id=[user.id]).entities == []
    assert [each.id for each in users.get_users(id=[user.id], state="deleted").entities] == [user.id]


def test_a_search(users: Any, user: Any) -> None:
    def found(**criterion: Any) -> list[str]:
        answer = users.post_users_search({"query": [criterion], "pageSize": 10, "expand": ["presence"]})
        return [each.id for each in answer.results]

    assert found(type="EXACT", fields=["email"], value=user.email) == [user.id]
    assert found(type="QUERY_STRING", fields=["name"], value=user.name) == [user.id]
    assert user.id in found(type="STARTS_WITH", fields=["name"], value="Person")
    assert found(type="EXACT", fields=["email"], value="nobody@users.example") == []


def test_presence(centre: ContactCentre) -> None:
    api, user = platform.PresenceApi(centre.sdk("demo-chloe")), centre.user("chloe")
    busy = api.patch_user_presence(
        user, "PURECLOUD", {"presenceDefinition": {"systemPresence": "Busy"}, "message": "In a meeting"}
    )
    assert (busy.presence_definition.system_presence.upper(), busy.message) == ("BUSY", "In a meeting")
    assert wire(api.get_user_presence(user, "PURECLOUD")) == wire(busy)
    unknown = refusal(
        lambda: api.patch_user_presence(user, "PURECLOUD", {"presenceDefinition": {"id": "no such presence"}})
    )
    assert unknown.status == 400
    others = refusal(
        lambda: api.patch_user_presence(
            centre.user("ana"), "PURECLOUD", {"presenceDefinition": {"systemPresence": "Busy"}}
        )
    )
    assert others.status == 403


def test_presence_definitions(admin: Any, unique: Unique) -> None:
    api = platform.PresenceApi(admin)
    own = api.post_presence_definitions({"languageLabels": {"en_US": unique("Tea")}, "systemPresence": "Break"})
    listed = {each.id: each for each in api.get_presence_definitions().entities}
    division = platform.AuthorizationApi(admin).post_authorization_divisions({"name": unique("Tea drinkers")}).id
    theirs = api.post_presence_definitions(
        {"languageLabels": {"en_US": unique("Tea")}, "systemPresence": "Break", "divisionId": division}
    )
    for asked, shown in ((division, True), (NOBODY, False)):
        found = {each.id for each in api.get_presence_definitions(division_id=[asked]).entities}
        assert own.id in found, "which is everybody's"
        assert (theirs.id in found) is shown
    assert_agrees({"type": "User", "systemPresence": "Break", "deactivated": False}, listed[own.id])
    assert {each.system_presence for each in listed.values() if each.type == "System"} >= {"Available", "OnQueue"}


def test_who_was_deleted_is_given_no_work(admin: Any, users: Any, user: Any, unique: Unique) -> None:
    routing, calls = platform.RoutingApi(admin), platform.ConversationsApi(admin)
    queue = routing.post_routing_queues({"name": unique("Queue")})
    routing.post_routing_queue_members(queue.id, [{"id": user.id}])
    users.delete_user(user.id)
    assert routing.get_routing_queue_members(queue.id).entities == []
    assert routing.get_routing_queue(queue.id).member_count == 0
    joined = refusal(lambda: routing.post_routing_queue_members(queue.id, [{"id": user.id}]))
    assert (joined.status, joined.field) == (400, "0.id")
    on_queue = refusal(lambda: users.put_user_routingstatus(user.id, {"userId": user.id, "status": "IDLE"}))
    assert on_queue.status == 404
    here = {"presenceDefinition": {"systemPresence": "OnQueue"}}
    present = refusal(lambda: platform.PresenceApi(admin).patch_user_presence(user.id, "PURECLOUD", here))
    assert present.status == 404
    wanted = {"queueId": queue.id, "callbackNumbers": ["+4930123456"]}
    preferred = wanted | {"routingData": {"queueId": queue.id, "preferredAgentIds": [user.id]}}
    asked = refusal(lambda: calls.post_conversations_callbacks(preferred))
    assert (asked.status, asked.field) == (400, "routingData.preferredAgentIds")
