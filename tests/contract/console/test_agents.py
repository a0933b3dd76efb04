"""What agents can do, what they are on, and how much they may have."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.contract.console.agreement import NOBODY, assert_agrees, wire
from tests.e2e.contact_centre import ContactCentre, platform
from tests.e2e.refusals import refusal

Unique = Callable[[str], str]


@pytest.fixture
def routing(admin: Any) -> Any:
    return platform.RoutingApi(admin)


@pytest.fixture
def ana(centre: ContactCentre) -> Any:
    """The API as the agent herself."""
    return centre.sdk("demo-ana")


def test_a_skill_moves_to_another_division(routing: Any, admin: Any, unique: Unique) -> None:
    division = platform.AuthorizationApi(admin).post_authorization_divisions({"name": unique("Branch")})
    skill = routing.post_routing_skills({"name": unique("Skill")})
    assert routing.patch_routing_skill(skill.id, {"divisionId": division.id}).division.id == division.id
    assert routing.get_routing_skill(skill.id).division.id == division.id
    assert refusal(lambda: routing.patch_routing_skill(skill.id, {})).field == "divisionId"


def test_skills_of_a_user(routing: Any, centre: ContactCentre, unique: Unique) -> None:
    user, skill = centre.user("chloe"), routing.post_routing_skills({"name": unique("Skill")})
    added = routing.post_user_routingskills(user, {"id": skill.id, "proficiency": 4.5})
    assert_agrees({"id": skill.id, "name": skill.name, "proficiency": 4.5}, added)
    changed = routing.put_user_routingskill(user, skill.id, {"proficiency": 2})
    assert changed.proficiency == 2
    assert wire(changed) in [wire(each) for each in routing.get_user_routingskills(user).entities]
    routing.delete_user_routingskill(user, skill.id)
    assert skill.id not in [each.id for each in routing.get_user_routingskills(user).entities]
    assert refusal(lambda: routing.delete_user_routingskill(user, skill.id)).status == 404
    unknown = refusal(lambda: routing.post_user_routingskills(user, {"id": NOBODY, "proficiency": 1}))
    assert (unknown.status, unknown.field) == (400, "id")
    too_good = refusal(lambda: routing.post_user_routingskills(user, {"id": skill.id, "proficiency": 6}))
    assert (too_good.status, too_good.field) == (400, "proficiency")


def test_languages_of_a_user(routing: Any, centre: ContactCentre, unique: Unique) -> None:
    user, language = centre.user("chloe"), routing.post_routing_languages({"name": unique("Language")})
    assert routing.post_user_routinglanguages(user, {"id": language.id, "proficiency": 3}).proficiency == 3
    assert routing.patch_user_routinglanguage(user, language.id, {"proficiency": 5}).proficiency == 5
    found = routing.get_user_routinglanguages(user).entities
    assert [each.proficiency for each in found if each.id == language.id] == [5]
    routing.delete_user_routinglanguage(user, language.id)
    assert language.id not in [each.id for each in routing.get_user_routinglanguages(user).entities]


@pytest.fixture
def restored(routing: Any) -> Iterator[None]:
    """The utilization is as before after the test."""
    before = routing.get_routing_utilization()
    yield
    routing.put_routing_utilization({"utilization": wire(before)["utilization"]})


@pytest.mark.usefixtures("restored")
def test_utilization(routing: Any) -> None:
    settings = {"maximumCapacity": 7, "interruptableMediaTypes": ["call"], "includeNonAcd": True}
    changed = routing.put_routing_utilization({"utilization": {"email": settings}})
    assert_agrees({"utilization": {"email": settings}}, changed)
    assert wire(routing.get_routing_utilization()) == wire(changed)
    too_many = {"utilization": {"email": {"maximumCapacity": 1000}}}
    assert refusal(lambda: routing.put_routing_utilization(too_many)).field == "utilization.email.maximumCapacity"


@pytest.mark.usefixtures("restored")
def test_labels_of_utilization(routing: Any, unique: Unique) -> None:
    urgent = routing.post_routing_utilization_labels({"name": unique("Urgent")})
    bound = {"maximumCapacity": 2, "interruptingLabelIds": [urgent.id]}
    label = routing.post_routing_utilization_labels({"name": unique("Routine"), "utilization": bound})
    assert_agrees(bound | {"labelName": label.name}, routing.get_routing_utilization().label_utilizations[label.id])
    listed = routing.get_routing_utilization_labels(name=f"*{label.name[3:]}*", sort_order="descending").entities
    assert [wire(each) for each in listed] == [wire(label)]
    renamed = routing.put_routing_utilization_label(label.id, {"name": unique("Renamed")})
    assert wire(routing.get_routing_utilization_label(label.id)) == wire(renamed)
    assert refusal(lambda: routing.delete_routing_utilization_label(urgent.id)).status == 409
    routing.delete_routing_utilization_label(label.id)
    routing.delete_routing_utilization_label(urgent.id, force_delete=True)
    assert refusal(lambda: routing.get_routing_utilization_label(label.id)).status == 404


def test_an_agents_own_utilization(routing: Any, centre: ContactCentre) -> None:
    ana = centre.user("ana")
    own = routing.put_routing_user_utilization(ana, {"utilization": {"chat": {"maximumCapacity": 2}}})
    assert (own.level, own.utilization["chat"].maximum_capacity) == ("Agent", 2)
    assert wire(routing.get_routing_user_utilization(ana)) == wire(own)
    routing.delete_routing_user_utilization(ana)
    assert routing.get_routing_user_utilization(ana).level == "Organization"
    unknown = {"labelUtilizations": {NOBODY: {"maximumCapacity": 1}}}
    refused = refusal(lambda: routing.put_routing_user_utilization(ana, unknown))
    assert (refused.status, refused.field) == (400, f"labelUtilizations.{NOBODY}")


def test_routing_status(ana: Any, centre: ContactCentre) -> None:
    users, user = platform.UsersApi(ana), centre.user("ana")
    assert users.get_user_routingstatus(user).status == "OFF_QUEUE"
    assert_agrees({"userId": user, "status": "IDLE"}, users.put_user_routingstatus(user, {"status": "IDLE"}))
    assert users.put_user_routingstatus(user, {"status": "OFF_QUEUE"}).status == "OFF_QUEUE"
    assert refusal(lambda: users.put_user_routingstatus(user, {"status": "ASLEEP"})).field == "status"
    others = refusal(lambda: users.put_user_routingstatus(centre.user("ben"), {"status": "IDLE"}))
    assert (others.status, others.code) == (403, "missing.permissions")


def test_queues_of_a_user(ana: Any, centre: ContactCentre) -> None:
    users, user, sales = platform.UsersApi(ana), centre.user("ana"), centre.queue("Sales")
    left = platform.RoutingApi(ana).patch_user_queue(sales, user, {"joined": False})
    assert (left.id, left.joined) == (sales, False)
    assert sales not in [each.id for each in users.get_user_queues(user, joined=True, page_size=100).entities]
    assert platform.RoutingApi(ana).patch_user_queue(sales, user, {"joined": True}).joined
    assert sales in [each.id for each in users.get_user_queues(user, joined=True, page_size=100).entities]
