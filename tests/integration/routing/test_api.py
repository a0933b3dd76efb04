"""Routing's console API through the gateway: queues, members, skills, codes, utilization, status."""

from typing import Any

import pytest

from tests.integration.identity.console import Console
from tests.integration.routing.conftest import Centre

Json = dict[str, Any]
QUEUES = "/api/v2/routing/queues"


@pytest.fixture
def admin(centre: Centre) -> Console:
    return Console(centre.cloud).client("*:*:*")


def _done(console: Console, method: str, path: str, body: Any = None, **query: str) -> Any:
    answer = console.call(method, path, body, **query)
    assert answer.status < 300, answer.body
    return answer.body


def _refused(console: Console, method: str, path: str, body: Any = None) -> tuple[int, str, str]:
    answer = console.call(method, path, body)
    assert answer.status >= 400, answer.body
    details = answer.body["details"]
    return answer.status, answer.body["code"], details[0]["fieldName"] if details else ""


def test_a_queue_comes_with_the_platforms_defaults(centre: Centre, admin: Console) -> None:
    made = _done(admin, "POST", QUEUES, {"name": "Defaults"})
    assert made["mediaSettings"]["message"] == {
        "alertingTimeoutSeconds": 30,
        "serviceLevel": {"percentage": 0.8, "durationMs": 20000},
    }
    assert made["acwSettings"]["wrapupPrompt"] == "OPTIONAL"
    assert (made["skillEvaluationMethod"], made["memberCount"], made["selfUri"]) == ("ALL", 0, f"{QUEUES}/{made['id']}")
    changed = _done(admin, "PUT", f"{QUEUES}/{made['id']}", {"name": "Renamed", "description": "new"})
    assert (changed["name"], changed["description"]) == ("Renamed", "new")
    assert _done(admin, "GET", QUEUES, name="renamed")["total"] == 1
    _done(admin, "DELETE", f"{QUEUES}/{made['id']}")
    assert _refused(admin, "GET", f"{QUEUES}/{made['id']}")[:2] == (404, "not.found")


RING = {"expansionCriteria": [{"type": "TIMEOUT_SECONDS", "threshold": 10}]}
ENDLESS = {"expansionCriteria": [{"type": "TIMEOUT_SECONDS", "threshold": 1e300}]}
SERVICE_LEVEL = {"metric": "ServiceLevel", "operator": "LessThan", "conditionValue": 80}
MANY_SKILLS = {"actions": {"skillsToRemove": [{"id": "any"}] * 51}}
MANY_TIMES = {"expansionCriteria": RING["expansionCriteria"] * 10_000}
UNKNOWN_SKILL = {"actions": {"skillsToRemove": [{"id": "nothing"}]}}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        (
            {"name": "x", "mediaSettings": {"message": {"alertingTimeoutSeconds": 6}}},
            "mediaSettings.message.alertingTimeoutSeconds",
        ),
        (
            {"name": "x", "mediaSettings": {"call": {"serviceLevel": {"percentage": 1.5}}}},
            "mediaSettings.call.serviceLevel.percentage",
        ),
        ({"name": "x", "bullseye": {"rings": [RING] * 7}}, "bullseye.rings"),
        ({"name": "x", "bullseye": {"rings": [{}, RING]}}, "bullseye.rings.0.expansionCriteria"),
        ({"name": "x", "bullseye": {"rings": [UNKNOWN_SKILL]}}, "bullseye.rings.0.actions.skillsToRemove.0.id"),
        ({"name": "x", "routingRules": [{"waitSeconds": 5}]}, "routingRules.0.threshold"),
        ({"name": "x", "routingRules": [{"operator": "ANY"}]}, "routingRules.0.waitSeconds"),
        (
            {"name": "x", "conditionalGroupRouting": {"rules": [SERVICE_LEVEL | {"conditionValue": 100.5}]}},
            "conditionalGroupRouting.rules.0.conditionValue",
        ),
        (
            {"name": "x", "conditionalGroupRouting": {"rules": [SERVICE_LEVEL | {"conditionValue": -1}]}},
            "conditionalGroupRouting.rules.0.conditionValue",
        ),
        (
            {"name": "x", "conditionalGroupRouting": {"rules": [SERVICE_LEVEL | {"metric": "Luck"}]}},
            "conditionalGroupRouting.rules.0.metric",
        ),
        (
            {"name": "x", "conditionalGroupRouting": {"rules": [SERVICE_LEVEL | {"operator": "Near"}]}},
            "conditionalGroupRouting.rules.0.operator",
        ),
        (
            {"name": "x", "conditionalGroupRouting": {"rules": [SERVICE_LEVEL, SERVICE_LEVEL]}},
            "conditionalGroupRouting.rules.0.waitSeconds",
        ),
        (
            {"name": "x", "conditionalGroupRouting": {"rules": [SERVICE_LEVEL | {"queue": {"id": "nothing"}}]}},
            "conditionalGroupRouting.rules.0.queue.id",
        ),
        ({"name": "x", "directRouting": {"agentWaitSeconds": -1}}, "directRouting.agentWaitSeconds"),
        ({"name": "x", "directRouting": {"backupQueueId": "nothing"}}, "directRouting.backupQueueId"),
        ({"name": "x", "bullseye": {"rings": [ENDLESS, RING]}}, "bullseye.rings.0.expansionCriteria.0.threshold"),
        ({"name": "x", "routingRules": [{"operator": "ANY", "waitSeconds": 5}] * 7}, "routingRules"),
        ({"name": "x", "bullseye": {"rings": [MANY_SKILLS]}}, "bullseye.rings.0.actions.skillsToRemove"),
        ({"name": "x", "skillEvaluationMethod": "SOME"}, "skillEvaluationMethod"),
        ({"name": "x", "sourceQueueId": "nothing"}, "sourceQueueId"),
    ],
)
def test_what_a_queue_may_not_say_is_named(centre: Centre, admin: Console, body: Json, field: str) -> None:
    status, _, named = _refused(admin, "POST", QUEUES, body)
    assert (status, named) == (400, field)


def test_what_a_queue_says_with_null_is_as_if_it_said_nothing(centre: Centre, admin: Console) -> None:
    said = {"message": {"alertingTimeoutSeconds": None, "serviceLevel": None}}
    made = _done(admin, "POST", QUEUES, {"name": "Nulls", "mediaSettings": said})
    assert made["mediaSettings"]["message"]["alertingTimeoutSeconds"] == 30
    agent = centre.agent(made["id"])
    assert centre.alerted_user(centre.start(made["id"])) == agent
    _done(admin, "PUT", f"{QUEUES}/{made['id']}", {"name": "Nulls", "mediaSettings": said})
    assert centre.alerted_user(centre.start(made["id"])) == agent
    centre.say(agent, "OFF_QUEUE")


def test_a_queue_larger_than_can_be_stored_is_refused(centre: Centre, admin: Console) -> None:
    for said, field in (
        ({"description": "x" * 400_000}, "description"),
        ({"bullseye": {"rings": [MANY_TIMES, RING]}}, "bullseye"),
    ):
        assert _refused(admin, "POST", QUEUES, {"name": "Large"} | said) == (413, "request.entity.too.large", field)


def test_a_queue_in_which_somebody_waits_is_not_deleted(centre: Centre, admin: Console) -> None:
    queue = centre.queue()
    conversation = centre.start(queue)
    assert _refused(admin, "DELETE", f"{QUEUES}/{queue}")[:2] == (409, "in.use")
    centre.agent(queue)
    assert centre.alerted_user(conversation)
    assert _refused(admin, "DELETE", f"{QUEUES}/{queue}")[:2] == (409, "in.use")
    centre.set_state(conversation, "connected")
    centre.set_state(conversation, "disconnected")
    _done(admin, "DELETE", f"{QUEUES}/{queue}")


def test_a_queue_that_another_queues_rule_goes_by_is_not_deleted(centre: Centre, admin: Console) -> None:
    watched = centre.queue()
    rules = {"rules": [SERVICE_LEVEL | {"queue": {"id": watched}}]}
    watching = _done(admin, "POST", QUEUES, {"name": "Watching", "conditionalGroupRouting": rules})
    refused = admin.call("DELETE", f"{QUEUES}/{watched}")
    assert (refused.status, refused.body["code"]) == (409, "in.use")
    assert "a rule of the queue Watching" in refused.body["message"]
    _done(admin, "PUT", f"{QUEUES}/{watching['id']}", {"name": "Watching"})
    _done(admin, "DELETE", f"{QUEUES}/{watched}")


def test_members_are_added_altered_listed_and_removed(centre: Centre, admin: Console) -> None:
    queue, other = centre.queue(), centre.queue()
    ana, ben = centre.agent(other), centre.agent(other, on_queue=False)
    members = f"{QUEUES}/{queue}/members"
    for _ in range(2):
        _done(admin, "POST", members, [{"id": ana}, {"id": ben}])
    assert _refused(admin, "POST", members, [{"id": ana}, {"id": "nobody"}]) == (400, "invalid.value", "1.id")
    _done(admin, "PATCH", f"{members}/{ben}", {"joined": False, "ringNumber": 2})
    listed = _done(admin, "GET", members)
    assert {each["id"]: (each["joined"], each["ringNumber"]) for each in listed["entities"]} == {
        ana: (True, 1),
        ben: (False, 2),
    }
    assert "total" not in listed
    assert [each["id"] for each in _done(admin, "GET", members, joined="false")["entities"]] == [ben]
    idle = _done(admin, "GET", members, routingStatus="IDLE", expand="routingStatus,skills")["entities"]
    assert [each["user"]["routingStatus"]["status"] for each in idle] == ["IDLE"]
    shown = _done(admin, "GET", f"{QUEUES}/{queue}")
    assert (shown["memberCount"], shown["joinedMemberCount"]) == (2, 1)
    _done(admin, "POST", members, [{"id": ana}], delete="true")
    _done(admin, "DELETE", f"{members}/{ben}")
    assert _refused(admin, "DELETE", f"{members}/{ben}")[:2] == (404, "not.found")
    assert _done(admin, "GET", f"{QUEUES}/{queue}")["memberCount"] == 0


def test_agents_see_and_join_their_own_queues(centre: Centre, admin: Console) -> None:
    queue = centre.queue()
    ana = centre.agent(queue)
    as_ana = Console(centre.cloud).client(user_id=ana)
    path = f"/api/v2/users/{ana}/queues"
    assert [(each["id"], each["joined"]) for each in _done(as_ana, "GET", path)["entities"]] == [(queue, True)]
    assert _done(as_ana, "PATCH", f"{path}/{queue}", {"joined": False})["joined"] is False
    conversation = centre.start(queue)
    assert centre.alerted_user(conversation) == ""
    _done(as_ana, "PATCH", f"{path}/{queue}", {"joined": True})
    centre.cloud.settle()
    assert centre.alerted_user(conversation) == ana


def test_own_status_needs_no_permission_that_of_others_does(centre: Centre, admin: Console) -> None:
    ana, ben = centre.agent(on_queue=False), centre.agent(on_queue=False)
    as_ana = Console(centre.cloud).client(user_id=ana)
    assert _done(as_ana, "PUT", f"/api/v2/users/{ana}/routingstatus", {"status": "IDLE"})["status"] == "IDLE"
    assert _refused(as_ana, "PUT", f"/api/v2/users/{ben}/routingstatus", {"status": "IDLE"})[:2] == (
        403,
        "missing.permissions",
    )
    assert _done(admin, "GET", f"/api/v2/users/{ana}/routingstatus")["userId"] == ana
    path = f"/api/v2/users/{ana}/routingstatus"
    assert _refused(admin, "PUT", path, {"status": "INTERACTING"}) == (400, "invalid.value", "status")


def test_skills_and_languages_of_agents(centre: Centre, admin: Console) -> None:
    ana = centre.agent(on_queue=False)
    for kind, verb in (("skill", "PUT"), ("language", "PATCH")):
        made = _done(admin, "POST", f"/api/v2/routing/{kind}s", {"name": f"{kind} of Ana"})
        assert (made["state"], made["version"]) == ("active", "1")
        path = f"/api/v2/users/{ana}/routing{kind}s"
        assert _refused(admin, "POST", path, {"id": made["id"], "proficiency": 6})[2] == "proficiency"
        assert _refused(admin, "POST", path, {"id": "nothing", "proficiency": 1})[2] == "id"
        held = _done(admin, "POST", path, {"id": made["id"], "proficiency": 2.5})
        assert (held["name"], held["proficiency"]) == (f"{kind} of Ana", 2.5)
        assert _done(admin, verb, f"{path}/{made['id']}", {"proficiency": 4})["proficiency"] == 4
        assert _done(admin, "GET", path)["total"] == 1
        _done(admin, "DELETE", f"{path}/{made['id']}")
        assert _refused(admin, "DELETE", f"{path}/{made['id']}")[0] == 404
        _done(admin, "DELETE", f"/api/v2/routing/{kind}s/{made['id']}")


def test_wrap_up_codes_of_a_queue(centre: Centre, admin: Console) -> None:
    queue = centre.queue()
    code = _done(admin, "POST", "/api/v2/routing/wrapupcodes", {"name": "Solved"})
    path = f"{QUEUES}/{queue}/wrapupcodes"
    assert _refused(admin, "POST", path, [{"id": code["id"]}, {"id": "nothing"}])[2] == "1.id"
    assert [each["name"] for each in _done(admin, "POST", path, [{"id": code["id"]}])] == ["Solved"]
    assert _done(admin, "GET", path)["total"] == 1
    _done(admin, "DELETE", f"{path}/{code['id']}")
    assert _refused(admin, "DELETE", f"{path}/{code['id']}")[0] == 404


def test_utilization_is_read_and_replaced(centre: Centre, admin: Console) -> None:
    path = "/api/v2/routing/utilization"
    assert _done(admin, "GET", path)["utilization"]["message"]["maximumCapacity"] == 4
    body = {"utilization": {"message": {"maximumCapacity": 2, "interruptableMediaTypes": ["call"]}}}
    assert _done(admin, "PUT", path, body)["utilization"]["message"] == {
        "maximumCapacity": 2,
        "interruptableMediaTypes": ["call"],
        "includeNonAcd": False,
    }
    bad = {"utilization": {"message": {"maximumCapacity": -1}}}
    assert _refused(admin, "PUT", path, bad)[2] == "utilization.message.maximumCapacity"
    assert _refused(admin, "PUT", path, {"utilization": {"pigeon": {}}})[2] == "utilization.pigeon"
    often = {"utilization": {"message": {"interruptableMediaTypes": ["call"] * 100_000}}}
    assert _done(admin, "PUT", path, often)["utilization"]["message"]["interruptableMediaTypes"] == ["call"]
    assert _done(admin, "PUT", path, {})["utilization"]["message"]["maximumCapacity"] == 4


def test_the_estimated_wait_tells_what_is_known(centre: Centre, admin: Console) -> None:
    queue = centre.queue()
    path = f"{QUEUES}/{queue}/estimatedwaittime"
    assert _done(admin, "GET", path)["results"] == []
    centre.agent(queue)
    told = {each["intent"]: each["estimatedWaitTimeSeconds"] for each in _done(admin, "GET", path)["results"]}
    assert told["MESSAGE"] == 0
