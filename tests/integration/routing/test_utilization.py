"""Labels of utilization and utilizations of single agents, through the console's API and in what agents are given."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from switchboard.routing import bootstrap
from switchboard.routing.utilization import labels

from tests.integration.identity.console import Console
from tests.integration.routing.conftest import Centre

Json = dict[str, Any]
ORGANIZATION = "/api/v2/routing/utilization"
LABELS = f"{ORGANIZATION}/labels"


@pytest.fixture
def admin(centre: Centre) -> Iterator[Console]:
    admin = Console(centre.cloud).client("*:*:*")
    yield admin
    assert admin.call("PUT", ORGANIZATION, {}).status == 200


def _done(console: Console, method: str, path: str, body: Any = None) -> Any:
    answer = console.call(method, path, body)
    assert answer.status < 300, answer.body
    return answer.body


def _refused(console: Console, method: str, path: str, body: Any = None) -> tuple[int, str]:
    answer = console.call(method, path, body)
    details = answer.body["details"]
    return answer.status, details[0]["fieldName"] if details else answer.body["message"]


def _label(admin: Console, name: str, **bound: Any) -> str:
    return str(_done(admin, "POST", LABELS, {"name": name, **({"utilization": bound} if bound else {})})["id"])


def _own(user_id: str) -> str:
    return f"/api/v2/routing/users/{user_id}/utilization"


def test_labels_are_made_bounded_renamed_and_deleted(centre: Centre, admin: Console) -> None:
    plain = _label(admin, "Plain")
    urgent = _label(admin, "Urgent", maximumCapacity=3, interruptingLabelIds=[plain])
    assert _done(admin, "GET", ORGANIZATION)["labelUtilizations"] == {
        urgent: {"labelName": "Urgent", "maximumCapacity": 3, "interruptingLabelIds": [plain]}
    }
    assert _refused(admin, "POST", LABELS, {"name": "urgent"}) == (409, "name")
    assert _refused(admin, "POST", LABELS, {"name": "urgent", "utilization": {"maximumCapacity": 9}}) == (409, "name")
    with centre.cloud.as_function("routing-api"):
        assert list(labels(bootstrap.repository().utilization())) == [urgent]
    for body, field in (
        ({"name": "a:b"}, "name"),
        ({"name": "x" * 257}, "name"),
        ({"name": "  "}, "name"),
        ({"name": "x", "utilization": {"maximumCapacity": 26}}, "utilization.maximumCapacity"),
        ({"name": "x", "utilization": {"interruptingLabelIds": ["no"]}}, "utilization.interruptingLabelIds"),
    ):
        assert _refused(admin, "POST", LABELS, body) == (400, field)
    assert _done(admin, "PUT", f"{LABELS}/{urgent}", {"name": "Hurried"})["name"] == "Hurried"
    status, message = _refused(admin, "DELETE", f"{LABELS}/{plain}")
    assert (status, "the label Hurried" in message) == (409, True)
    _done(admin, "DELETE", f"{LABELS}/{urgent}")
    assert _done(admin, "GET", ORGANIZATION)["labelUtilizations"] == {}
    _done(admin, "DELETE", f"{LABELS}/{plain}")
    assert _refused(admin, "GET", f"{LABELS}/{plain}")[0] == 404


def test_only_labels_that_exist_are_named(centre: Centre, admin: Console) -> None:
    label, agent = _label(admin, "Known"), centre.agent()
    for path in (ORGANIZATION, _own(agent)):
        unknown = {"labelUtilizations": {"nothing": {"maximumCapacity": 1}}}
        assert _refused(admin, "PUT", path, unknown) == (400, "labelUtilizations.nothing")
        interrupting = {"labelUtilizations": {label: {"interruptingLabelIds": ["nothing"]}}}
        assert _refused(admin, "PUT", path, interrupting) == (400, f"labelUtilizations.{label}.interruptingLabelIds")
        negative = {"labelUtilizations": {label: {"maximumCapacity": -2}}}
        assert _refused(admin, "PUT", path, negative) == (400, f"labelUtilizations.{label}.maximumCapacity")
    conversation = centre.start(centre.queue())
    path = f"/api/v2/routing/conversations/{conversation}"
    assert _refused(admin, "PATCH", path, {"labelId": "nothing"}) == (400, "labelId")
    _done(admin, "DELETE", f"{LABELS}/{label}")


def test_an_agents_own_utilization_comes_before_the_organizations(centre: Centre, admin: Console) -> None:
    queue = centre.queue()
    agent = centre.agent(queue)
    label = _label(admin, "Hard")
    assert _done(admin, "GET", _own(agent))["level"] == "Organization"
    own = {
        "utilization": {"message": {"maximumCapacity": 1}},
        "labelUtilizations": {label: {"maximumCapacity": 1}},
    }
    shown = _done(admin, "PUT", _own(agent), own)
    assert (shown["level"], shown["utilization"]["message"]["maximumCapacity"]) == ("Agent", 1)
    assert shown["utilization"]["chat"]["maximumCapacity"] == 4
    assert shown["labelUtilizations"][label]["maximumCapacity"] == 1
    first, second = centre.start(queue), centre.start(queue)
    assert (centre.alerted_user(first), centre.alerted_user(second)) == (agent, "")
    status, message = _refused(admin, "DELETE", f"{LABELS}/{label}")
    assert (status, agent in message) == (409, True)
    _done(admin, "DELETE", _own(agent))
    centre.cloud.settle()
    assert centre.alerted_user(second) == agent
    assert _done(admin, "GET", _own(agent))["level"] == "Organization"
    _done(admin, "DELETE", f"{LABELS}/{label}")
    assert _refused(admin, "PUT", _own("nobody"), own)[0] == 404


def test_who_had_no_room_is_given_what_waits_when_the_organization_allows_more(centre: Centre, admin: Console) -> None:
    queue = centre.queue()
    _done(admin, "PUT", ORGANIZATION, {"utilization": {"message": {"maximumCapacity": 1}}})
    centre.cloud.advance(timedelta(minutes=1))
    agent = centre.agent(queue)
    centre.set_state(centre.start(queue), "connected")
    waiting = centre.start(queue)
    assert centre.alerted_user(waiting) == ""
    _done(admin, "PUT", ORGANIZATION, {"utilization": {"message": {"maximumCapacity": 2}}})
    centre.cloud.advance(timedelta(seconds=61))
    assert centre.alerted_user(waiting) == agent


def test_an_attempt_that_died_leaves_no_use_of_a_label_behind(centre: Centre, admin: Console) -> None:
    label, agent = _label(admin, "Left"), centre.agent()
    with centre.cloud.as_function("routing-api"):
        bootstrap.table().put({"PK": f"LABEL#{label}", "SK": f"AGENT#{agent}"})
    _done(admin, "DELETE", f"{LABELS}/{label}")


def test_a_label_is_given_up_to_its_bound_and_interrupts_where_it_may(centre: Centre, admin: Console) -> None:
    queue = centre.queue(mediaSettings={"message": {"alertingTimeoutSeconds": 600}})
    urgent = _label(admin, "Now", maximumCapacity=1)
    routine = _label(admin, "Later", maximumCapacity=2, interruptingLabelIds=[urgent])
    centre.cloud.advance(timedelta(seconds=11))  # what bounds were before is kept for ten seconds
    first, second, third = (centre.start(queue, label_id=routine) for _ in range(3))
    agent = centre.agent(queue)
    assert [centre.alerted_user(each) for each in (first, second, third)] == [agent, agent, ""]
    hurried = centre.start(queue, label_id=urgent)
    assert (centre.alerted_user(hurried), centre.alerted_user(third)) == (agent, "")
    centre.set_state(first, "disconnected")
    assert centre.alerted_user(third) == ""  # the urgent one is not to be interrupted


def test_what_is_taken_up_again_takes_up_its_label_too(centre: Centre, admin: Console) -> None:
    queue = centre.queue(mediaSettings={"message": {"alertingTimeoutSeconds": 600}})
    label = _label(admin, "Once", maximumCapacity=1)
    centre.cloud.advance(timedelta(seconds=11))  # what bounds were before is kept for ten seconds
    first, second = centre.start(queue, label_id=label), centre.start(queue, label_id=label)
    agent = centre.agent(queue)
    centre.set_state(first, "connected")
    (part,) = centre.conversation(first).of_purpose("agent")
    path = f"/api/v2/conversations/messages/{first}/participants/{part.id}/parkingstate"
    _done(admin, "PATCH", path, {"state": "parked"})
    centre.cloud.settle()
    assert centre.alerted_user(second) == agent
    centre.set_state(second, "connected")
    status, _ = _refused(admin, "PATCH", path, {"state": "connected"})
    assert status == 409
    centre.set_state(second, "disconnected")
    _done(admin, "PATCH", path, {"state": "connected"})
    assert centre.state(agent).slots[first].label_id == label
