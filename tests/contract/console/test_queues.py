"""Queues beyond what all entities have: divisions, copies, members, wrap-up codes."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.contract.console.agreement import NOBODY, assert_agrees
from tests.e2e.contact_centre import ContactCentre, platform
from tests.e2e.refusals import refusal

Unique = Callable[[str], str]


@pytest.fixture
def routing(admin: Any) -> Any:
    return platform.RoutingApi(admin)


@pytest.fixture
def queue(routing: Any, unique: Unique) -> Any:
    return routing.post_routing_queues({"name": unique("Queue")})


def test_a_listing_by_division(routing: Any, admin: Any, unique: Unique, queue: Any) -> None:
    division = platform.AuthorizationApi(admin).post_authorization_divisions({"name": unique("Branch")})
    there = routing.post_routing_queues({"name": unique("There"), "division": {"id": division.id}})
    assert there.division.id == division.id
    found = routing.get_routing_queues(division_id=[division.id], page_size=100).entities
    assert [each.id for each in found] == [there.id]
    both = routing.get_routing_queues(division_id=[division.id, queue.division.id], page_size=100).entities
    assert {there.id, queue.id} <= {each.id for each in both}


def test_a_listing_by_peer_and_by_library(routing: Any, admin: Any, unique: Unique, queue: Any) -> None:
    made = platform.ResponseManagementApi(admin).post_responsemanagement_libraries({"name": unique("Library")})
    said = {"mode": "SelectedOnly", "libraryIds": [made.id]}
    selects = routing.post_routing_queues({"name": unique("Selects"), "cannedResponseLibraries": said})
    peer = routing.post_routing_queues({"name": unique("Peer"), "peerId": NOBODY})

    def found(**query: Any) -> list[str]:
        ids = [queue.id, selects.id, peer.id]
        return [each.id for each in routing.get_routing_queues(id=ids, page_size=100, **query).entities]

    assert found(canned_response_library_id=made.id) == [selects.id]
    assert found(has_peer=True) == found(peer_id=[NOBODY]) == [peer.id]
    assert set(found(has_peer=False)) == {queue.id, selects.id}


def test_a_copy_has_the_settings_of_its_source(routing: Any, unique: Unique) -> None:
    source = routing.post_routing_queues({"name": unique("Source"), "skillEvaluationMethod": "BEST"})
    copy = routing.post_routing_queues({"name": unique("Copy"), "sourceQueueId": source.id})
    assert copy.skill_evaluation_method == "BEST"
    assert copy.id != source.id
    unknown = refusal(lambda: routing.post_routing_queues({"name": unique("Copy"), "sourceQueueId": NOBODY}))
    assert (unknown.status, unknown.field) == (400, "sourceQueueId")


def test_a_skill_that_does_not_exist_is_named(routing: Any, unique: Unique) -> None:
    ring = {"actions": {"skillsToRemove": [{"id": NOBODY}]}}
    refused = refusal(lambda: routing.post_routing_queues({"name": unique("Queue"), "bullseye": {"rings": [ring]}}))
    assert (refused.status, refused.field) == (400, "bullseye.rings.0.actions.skillsToRemove.0.id")


def test_groups_come_in_by_rules_on_another_queues_service_level(
    routing: Any, admin: Any, unique: Unique, queue: Any
) -> None:
    group = platform.GroupsApi(admin).post_groups({"name": unique("Lent"), "type": "official"})
    rule = {
        "queue": {"id": queue.id},
        "metric": "ServiceLevel",
        "operator": "LessThanOrEqualTo",
        "conditionValue": 80.5,
        "groups": [{"id": group.id, "type": "GROUP"}],
        "waitSeconds": 30,
    }
    made = routing.post_routing_queues({"name": unique("Rules"), "conditionalGroupRouting": {"rules": [rule]}})
    assert_agrees(rule, routing.get_routing_queue(made.id).conditional_group_routing.rules[0])
    assert refusal(lambda: routing.delete_routing_queue(queue.id)).status == 409
    rule["conditionValue"] = 101
    body = {"name": unique("Rules"), "conditionalGroupRouting": {"rules": [rule]}}
    refused = refusal(lambda: routing.post_routing_queues(body))
    assert (refused.status, refused.field) == (400, "conditionalGroupRouting.rules.0.conditionValue")


def test_a_name_is_used_once(routing: Any, queue: Any) -> None:
    refused = refusal(lambda: routing.post_routing_queues({"name": queue.name.upper()}))
    assert (refused.status, refused.field) == (409, "name")


def test_members_join_leave_and_are_removed(routing: Any, queue: Any, centre: ContactCentre) -> None:
    ana, ben = centre.user("ana"), centre.user("ben")
    routing.post_routing_queue_members(queue.id, [{"id": ana}, {"id": ben}])
    assert routing.get_routing_queue(queue.id).member_count == 2
    page = routing.get_routing_queue_members(queue.id, page_size=1)
    assert len(page.entities) == 1
    assert page.next_uri
    first = page.entities[0]
    assert_agrees({"id": first.id, "joined": True, "ringNumber": 1, "memberBy": "user"}, first)
    assert first.user.name == first.name

    routing.patch_routing_queue_member(queue.id, ana, {"joined": False, "ringNumber": 2})
    left = routing.get_routing_queue_members(queue.id, joined=False).entities
    assert [(each.id, each.ring_number) for each in left] == [(ana, 2)]
    changed = routing.patch_routing_queue_members(queue.id, [{"id": ana, "joined": True}, {"id": ben, "joined": False}])
    assert {each.id: each.joined for each in changed.entities} == {ana: True, ben: False}
    shown = routing.get_routing_queue_members(queue.id, name="an", expand=["routingStatus", "presence", "skills"])
    assert [each.user.routing_status.status for each in shown.entities] == ["OFF_QUEUE"]

    routing.delete_routing_queue_member(queue.id, ana)
    routing.post_routing_queue_members(queue.id, [{"id": ben}], delete=True)
    assert routing.get_routing_queue_members(queue.id).entities == []
    assert refusal(lambda: routing.delete_routing_queue_member(queue.id, ana)).status == 404


def test_members_are_found_by_parts_of_what_they_are_called_and_can(
    routing: Any, admin: Any, queue: Any, centre: ContactCentre, unique: Unique
) -> None:
    users, ana, ben = platform.UsersApi(admin), centre.user("ana"), centre.user("ben")
    routing.post_routing_queue_members(queue.id, [{"id": ana}, {"id": ben}])
    skill = routing.post_routing_skills({"name": unique("Plumbing")})
    language = routing.post_routing_languages({"name": unique("Catalan")})
    users.post_user_routingskills(ana, {"id": skill.id, "proficiency": 3})
    users.post_user_routinglanguages(ana, {"id": language.id, "proficiency": 3})
    users.patch_user(ana, {"version": users.get_user(ana).version, "profileSkills": ["First aid"]})

    def found(**query: Any) -> list[str]:
        return [each.id for each in routing.get_routing_queue_members(queue.id, **query).entities]

    part, called = skill.name[3:].upper(), language.name[2:]
    assert found(name="NA") == found(name="*na") == found(skills=[part]) == found(skills=[skill.id]) == [ana]
    assert found(languages=[called]) == found(languages=[language.id]) == found(profile_skills=["aid"]) == [ana]
    assert found(skills=[part, "no such skill"]) == found(profile_skills=["second"]) == []
    platform.PresenceApi(admin).patch_user_presence(
        ana, "PURECLOUD", {"presenceDefinition": {"systemPresence": "ON_QUEUE"}}
    )
    assert found(presence=["ON_QUEUE"]) == found(presence=["On Queue"]) == [ana]
    users.put_user_routingstatus(ana, {"status": "OFF_QUEUE"})
    users.delete_user_routingskill(ana, skill.id)
    users.delete_user_routinglanguage(ana, language.id)


@pytest.mark.parametrize(
    ("second", "status", "field"), [({"id": NOBODY}, 404, ""), ({"ringNumber": 7}, 400, "1.ringNumber")]
)
def test_members_are_changed_all_or_none(
    routing: Any, queue: Any, centre: ContactCentre, second: dict[str, Any], status: int, field: str
) -> None:
    ana, ben = centre.user("ana"), centre.user("ben")
    routing.post_routing_queue_members(queue.id, [{"id": ana}, {"id": ben}])
    bodies = [{"id": ana, "joined": False}, {"id": ben, **second}]
    refused = refusal(lambda: routing.patch_routing_queue_members(queue.id, bodies))
    assert (refused.status, refused.field) == (status, field)
    assert all(each.joined for each in routing.get_routing_queue_members(queue.id).entities)


def test_a_member_that_does_not_exist_is_refused(routing: Any, queue: Any) -> None:
    assert refusal(lambda: routing.post_routing_queue_members(queue.id, [{"id": NOBODY}])).status == 400


def test_wrap_up_codes_of_a_queue(routing: Any, queue: Any, unique: Unique) -> None:
    codes = [routing.post_routing_wrapupcodes({"name": unique("Code")}) for _ in range(2)]
    added = routing.post_routing_queue_wrapupcodes(queue.id, [{"id": code.id} for code in codes])
    assert {each.id for each in added} == {code.id for code in codes}
    found = routing.get_routing_queue_wrapupcodes(queue.id, name=codes[0].name)
    assert [each.id for each in found.entities] == [codes[0].id]
    routing.delete_routing_queue_wrapupcode(queue.id, codes[0].id)
    assert [each.id for each in routing.get_routing_queue_wrapupcodes(queue.id).entities] == [codes[1].id]
    unknown = refusal(lambda: routing.post_routing_queue_wrapupcodes(queue.id, [{"id": NOBODY}]))
    assert (unknown.status, unknown.field) == (400, "0.id")


def test_the_estimated_waiting_time(routing: Any, queue: Any) -> None:
    """Of a queue in which nothing ever waited, nothing can be told."""
    assert routing.get_routing_queue_estimatedwaittime(queue.id).results == []
