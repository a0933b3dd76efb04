"""Presence through the console API, and what it does to the agent."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from switchboard.kit import ids

from tests.integration.directory.test_directory_users_api import new_user
from tests.integration.identity.console import Answer, Console, Json

DEFINITIONS = "/api/v2/presence/definitions"


@pytest.fixture
def user(admin: Console) -> Json:
    return new_user(admin)


@pytest.fixture
def agent(console: Console, user: Json) -> Console:
    """Without any role: one's own presence is one's own."""
    return console.client(user_id=user["id"])


@pytest.fixture
def told(console: Console) -> Iterator[Any]:
    """The events that reach the bus."""
    sqs, events = (console.cloud.client(service) for service in ("sqs", "events"))
    name = f"told-{ids.new()}"
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    bus = next(bus["Name"] for bus in events.list_event_buses()["EventBuses"] if bus["Name"] != "default")
    pattern = json.dumps({"source": ["switchboard.directory"]})
    events.put_rule(Name=name, EventBusName=bus, EventPattern=pattern)
    events.put_targets(Rule=name, EventBusName=bus, Targets=[{"Id": "1", "Arn": arn}])

    def read() -> list[Json]:
        messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(message["Body"]) for message in messages]

    yield read
    events.remove_targets(Rule=name, EventBusName=bus, Ids=["1"])


def set_presence(caller: Console, user: Json, source: str = "PURECLOUD", **definition: str) -> Answer:
    path = f"/api/v2/users/{user['id']}/presences/{source}"
    return caller.call("PATCH", path, {"presenceDefinition": definition, "message": "Back soon"})


def routing_status(caller: Console, user: Json) -> str:
    answer = caller.call("GET", f"/api/v2/users/{user['id']}", expand="routingStatus,presence")
    return str(answer.body["routingStatus"]["status"])


def test_on_queue_makes_idle_and_anything_else_off_queue(agent: Console, user: Json, told: Any) -> None:
    changed = set_presence(agent, user, "purecloud", systemPresence="On Queue")
    assert changed.body["presenceDefinition"]["systemPresence"] == "OnQueue"
    assert routing_status(agent, user) == "IDLE"
    assert set_presence(agent, user, systemPresence="MEAL").status == 200
    assert routing_status(agent, user) == "OFF_QUEUE"
    read = agent.call("GET", f"/api/v2/users/{user['id']}/presences/PureCloud").body
    assert (read["presenceDefinition"]["systemPresence"], read["message"]) == ("Meal", "Back soon")
    details = [event["detail"] for event in told()]
    assert [detail["systemPresence"] for detail in details] == ["OnQueue", "Meal"]
    assert set(details[0]) == {"userId", "presenceDefinitionId", "systemPresence", "modifiedDate"}


@pytest.mark.parametrize("definition", [{"id": ids.new()}, {"systemPresence": "Asleep"}, {}])
def test_an_unknown_presence_is_refused(agent: Console, user: Json, definition: dict[str, str]) -> None:
    refused = set_presence(agent, user, **definition)
    assert (refused.status, refused.body["code"]) == (400, "invalid.value")


def test_another_source_and_another_user(console: Console, agent: Console, admin: Console, user: Json) -> None:
    assert set_presence(agent, user, "TEAMS", systemPresence="Away").status == 404
    other = new_user(admin)
    assert set_presence(agent, other, systemPresence="Away").body["code"] == "missing.permissions"
    assert set_presence(admin, other, systemPresence="Away").status == 200
    assert set_presence(admin, {"id": ids.new()}, systemPresence="Away").status == 404


def test_a_deactivated_agent_is_taken_off_queue(admin: Console, agent: Console, user: Json) -> None:
    set_presence(agent, user, systemPresence="OnQueue")
    admin.call("PATCH", f"/api/v2/users/{user['id']}", {"state": "inactive", "version": 1})
    assert routing_status(admin, user) == "OFF_QUEUE"


def test_presences_of_one_s_own(admin: Console, agent: Console, user: Json) -> None:
    body = {"languageLabels": {"en_US": "Coaching"}, "systemPresence": "Busy"}
    made = admin.call("POST", DEFINITIONS, body).body
    assert (made["type"], made["name"]) == ("User", "Coaching")
    assert set_presence(agent, user, id=made["id"]).body["presenceDefinition"]["systemPresence"] == "Busy"
    path = f"{DEFINITIONS}/{made['id']}"
    admin.call("PUT", path, body | {"deactivated": True})
    assert set_presence(agent, user, id=made["id"]).status == 400
    assert made["id"] not in {each["id"] for each in admin.call("GET", DEFINITIONS).body["entities"]}
    shown = admin.call("GET", DEFINITIONS, deactivated="any").body["entities"]
    assert made["id"] in {each["id"] for each in shown}
    assert admin.call("DELETE", path).status == 204
    assert admin.call("GET", path).status == 404


def test_the_system_s_presences_are_fixed(admin: Console) -> None:
    system = [each for each in admin.call("GET", DEFINITIONS).body["entities"] if each["type"] == "System"]
    assert len(system) == 10
    assert admin.call("DELETE", f"{DEFINITIONS}/{system[0]['id']}").status == 409


def test_the_organization_is_the_deployment_s(agent: Console) -> None:
    assert agent.call("GET", "/api/v2/organizations/me").body["state"] == "active"
