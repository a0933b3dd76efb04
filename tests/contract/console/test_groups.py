"""Groups beyond what all entities have: members, owners, who sees them, search, and the queues that they serve."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.contract.console.agreement import NOBODY, assert_agrees, wire
from tests.e2e.contact_centre import ContactCentre, platform
from tests.e2e.refusals import refusal

Unique = Callable[[str], str]


@pytest.fixture
def groups(admin: Any) -> Any:
    return platform.GroupsApi(admin)


@pytest.fixture
def group(groups: Any, unique: Unique) -> Any:
    return groups.post_groups({"name": unique("Group"), "type": "official"})


def test_members_come_and_go(groups: Any, group: Any, centre: ContactCentre) -> None:
    ana, ben = centre.user("ana"), centre.user("ben")
    groups.post_group_members(group.id, {"memberIds": [ana, ben], "version": group.version})
    changed = groups.get_group(group.id)
    assert (changed.member_count, changed.version) == (2, group.version + 1)
    page = groups.get_group_members(group.id, page_size=1, expand=["routingStatus", "presence"])
    assert [each.id for each in page.entities] == [ana]
    assert (page.total, page.page_count) == (2, 2)
    assert page.entities[0].routing_status.status
    assert page.next_uri
    backwards = groups.get_group_members(group.id, sort_order="descending").entities
    assert [each.id for each in backwards] == [ben, ana]
    assert {each.id for each in groups.get_group_individuals(group.id).entities} == {ana, ben}
    groups.delete_group_members(group.id, f"{ana},{NOBODY}")
    assert [each.id for each in groups.get_group_members(group.id).entities] == [ben]
    assert groups.get_group(group.id).member_count == 1


def test_members_are_added_to_the_version_that_is_stored(groups: Any, group: Any, centre: ContactCentre) -> None:
    ana, ben = centre.user("ana"), centre.user("ben")
    body = {"memberIds": [ana], "version": group.version}
    groups.post_group_members(group.id, body)
    groups.post_group_members(group.id, body)  # the SDK's own retry of the same call
    stale = refusal(lambda: groups.post_group_members(group.id, {"memberIds": [ben], "version": group.version}))
    assert (stale.status, stale.code, stale.field) == (409, "version.conflict", "version")
    assert groups.get_group(group.id).member_count == 1
    lacking = refusal(lambda: groups.post_group_members(group.id, {"memberIds": [ben]}))
    assert (lacking.status, lacking.field) == (400, "version")


def test_an_unknown_member_is_named_and_nobody_is_added(groups: Any, group: Any, centre: ContactCentre) -> None:
    def refused(*user_ids: str) -> tuple[int, str]:
        body = {"memberIds": list(user_ids), "version": group.version}
        answer = refusal(lambda: groups.post_group_members(group.id, body))
        return answer.status, answer.field

    ana = centre.user("ana")
    assert refused(ana, NOBODY) == (400, "memberIds.1")
    assert refused(ana, "") == (400, "memberIds.1")
    assert refused(*[ana] * 51) == (400, "memberIds")
    assert refused() == (400, "memberIds")
    assert groups.get_group(group.id).member_count == 0
    assert refusal(lambda: groups.delete_group_members(group.id, "")).field == "ids"
    gone = refusal(lambda: groups.post_group_members(NOBODY, {"memberIds": [ana], "version": 1}))
    assert (gone.status, gone.code) == (404, "not.found")


def test_a_group_keeps_its_type_and_members_when_it_is_changed(groups: Any, unique: Unique, centre: Any) -> None:
    made = groups.post_groups({"name": unique("Choir"), "type": "social", "ownerIds": [centre.user("ben")]})
    groups.post_group_members(made.id, {"memberIds": [centre.user("ana")], "version": made.version})
    changed = groups.put_group(made.id, body={"name": made.name, "visibility": "ownerIds", "version": made.version + 1})
    assert_agrees({"type": "social", "memberCount": 1, "visibility": "owners", "state": "active"}, changed)
    assert [each.id for each in changed.owners] == [centre.user("ben")]
    stale = refusal(lambda: groups.put_group(made.id, body={"name": made.name, "version": made.version}))
    assert (stale.status, stale.code) == (409, "version.conflict")


def test_who_may_see_a_group(groups: Any, unique: Unique, centre: ContactCentre) -> None:
    as_ana, as_ben = (platform.GroupsApi(centre.sdk(f"demo-{name}")) for name in ("ana", "ben"))
    body = {"name": unique("Inner"), "type": "social", "visibility": "members", "ownerIds": [centre.user("ben")]}
    made = groups.post_groups(body)
    assert as_ben.get_group(made.id).id == made.id
    assert refusal(lambda: as_ana.get_group(made.id)).status == 404
    assert made.id not in [each.id for each in as_ana.get_groups(page_size=100).entities]
    groups.post_group_members(made.id, {"memberIds": [centre.user("ana")], "version": made.version})
    assert wire(as_ana.get_group(made.id)) == wire(groups.get_group(made.id))
    current = groups.get_group(made.id)
    groups.put_group(made.id, body={"name": made.name, "visibility": "owners", "version": current.version})
    assert refusal(lambda: as_ana.get_group_members(made.id)).status == 404
    denied = refusal(lambda: as_ben.delete_group(made.id))
    assert (denied.status, denied.code) == (403, "missing.permissions")


def test_owners_may_count_among_the_individuals(groups: Any, unique: Unique, centre: ContactCentre) -> None:
    owner = centre.user("chloe")
    made = groups.post_groups({"name": unique("Led"), "type": "official", "ownerIds": [owner], "includeOwners": True})
    assert [each.id for each in groups.get_group_individuals(made.id).entities] == [owner]
    assert groups.get_group_members(made.id).entities == []
    unknown = {"name": unique("Led"), "type": "official", "ownerIds": [owner, NOBODY]}
    refused = refusal(lambda: groups.post_groups(unknown))
    assert (refused.status, refused.field) == (400, "ownerIds.1")


def test_a_search(groups: Any, group: Any) -> None:
    def found(**criterion: Any) -> list[str]:
        answer = groups.post_groups_search({"query": [criterion], "pageSize": 50, "sortBy": "name"})
        assert answer.types == ["groups"]
        return [each.id for each in answer.results]

    assert found(type="EXACT", fields=["name"], value=group.name) == [group.id]
    assert group.id in found(type="STARTS_WITH", fields=["name"], value="Group")
    assert found(type="CONTAINS", fields=["name"], value="no such group") == []
    refused = refusal(lambda: found(type="REGEX", fields=["name"], value=".*"))
    assert (refused.status, refused.field) == (400, "query.type")


def test_a_queue_lists_who_comes_through_a_group(
    groups: Any, group: Any, admin: Any, unique: Unique, centre: ContactCentre
) -> None:
    routing, (ana, ben) = platform.RoutingApi(admin), (centre.user("ana"), centre.user("ben"))
    reference = {"id": group.id, "type": "GROUP"}
    queue = routing.post_routing_queues({"name": unique("Queue"), "memberGroups": [reference]})
    routing.post_routing_queue_members(queue.id, [{"id": ana}])
    groups.post_group_members(group.id, {"memberIds": [ana, ben], "version": group.version})
    members = routing.get_routing_queue_members
    assert {each.id: (each.member_by, each.joined, each.ring_number) for each in members(queue.id).entities} == {
        ana: ("user", True, 1),
        ben: ("group", True, 1),
    }
    assert [each.name for each in members(queue.id, member_by="group").entities] == ["ben"]
    assert [each.id for each in members(queue.id, member_by="user").entities] == [ana]
    shown = routing.get_routing_queue(queue.id)
    assert (shown.member_count, shown.user_member_count, shown.joined_member_count) == (2, 1, 2)
    assert_agrees([reference | {"name": group.name, "memberCount": 2}], shown.member_groups)
    assert wire(routing.put_routing_queue(queue.id, wire(shown)))["memberGroups"] == wire(shown)["memberGroups"]
    through = [
        refusal(lambda: routing.delete_routing_queue_member(queue.id, ben)),
        refusal(lambda: routing.patch_routing_queue_member(queue.id, ben, {"joined": False})),
    ]
    assert [(each.status, each.code) for each in through] == [(409, "conflict")] * 2
    unknown = refusal(lambda: routing.post_routing_queues({"name": unique("Q"), "memberGroups": [{"id": NOBODY}]}))
    assert (unknown.status, unknown.field) == (400, "memberGroups.0.id")


@pytest.mark.parametrize("place", ["memberGroups", "bullseye", "conditionalGroupRouting"])
def test_a_group_in_use_is_not_deleted(groups: Any, group: Any, admin: Any, unique: Unique, place: str) -> None:
    reference = {"id": group.id, "type": "GROUP"}
    rule = {"metric": "EstimatedWaitTime", "operator": "GreaterThan", "conditionValue": 9, "groups": [reference]}
    settings: Any = {
        "memberGroups": [reference],
        "bullseye": {"rings": [{"memberGroups": [reference]}]},
        "conditionalGroupRouting": {"rules": [rule]},
    }
    queue = platform.RoutingApi(admin).post_routing_queues({"name": unique("Served"), place: settings[place]})
    refused = refusal(lambda: groups.delete_group(group.id))
    assert (refused.status, refused.code) == (409, "in.use")
    assert queue.name in refused.message
    platform.RoutingApi(admin).delete_routing_queue(queue.id)
    groups.delete_group(group.id)
    assert refusal(lambda: groups.get_group(group.id)).status == 404
