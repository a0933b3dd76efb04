"""The cascade in motion: rings that end on time, score rings, overflow, alerts to supervisors, priority, and the log of why."""

from datetime import timedelta
from typing import Any

import pytest
from switchboard.conversations import api as conversations
from switchboard.routing import api as routing

from tests.integration.identity.console import Console
from tests.integration.routing.conftest import Centre

Json = dict[str, Any]


@pytest.fixture
def admin(centre: Centre) -> Console:
    return Console(centre.cloud).client("*:*:*")


def _ring(seconds: int, *removes: str) -> Json:
    return {
        "expansionCriteria": [{"type": "TIMEOUT_SECONDS", "threshold": seconds}],
        "actions": {"skillsToRemove": [{"id": skill} for skill in removes]},
    }


def _method(centre: Centre, conversation: str) -> str:
    (acd,) = [each for each in centre.conversation(conversation).of_purpose("acd") if each.active]
    return acd.routing.used_routing if acd.routing else ""


def _settings(centre: Centre, queue: str, **said: Any) -> None:
    with centre.cloud.as_function("routing-api"):
        routing.set_waiting_settings(queue, said)
    centre.cloud.settle()


def test_a_ring_that_ends_gives_the_interaction_to_who_lacks_the_skill(centre: Centre) -> None:
    skill = centre.skill()
    queue = centre.queue(bullseye={"rings": [_ring(60, skill), _ring(600)]})
    agent = centre.agent(queue)
    conversation = centre.start(queue, skill_ids=(skill,))
    centre.cloud.advance(timedelta(seconds=59))
    assert centre.alerted_user(conversation) == ""
    centre.cloud.advance(timedelta(seconds=2))
    assert centre.alerted_user(conversation) == agent
    assert _method(centre, conversation) == "Bullseye"


def test_with_its_age_less_proficiency_will_do(centre: Centre) -> None:
    queue, skill = centre.queue(), centre.skill()
    _settings(centre, queue, secondsPerLevel=30)
    agent = centre.agent(queue)
    with centre.cloud.as_function("routing-api"):
        routing.members().set_skill(agent, skill, 3)
    centre.cloud.settle()
    conversation = centre.start(queue, skill_ids=(skill,), skill_levels={skill: [5, 5]})
    centre.cloud.advance(timedelta(seconds=59))
    assert centre.alerted_user(conversation) == ""
    centre.cloud.advance(timedelta(seconds=2))
    assert centre.alerted_user(conversation) == agent


def test_agents_of_the_second_ring_come_in_when_the_first_ends(centre: Centre) -> None:
    queue = centre.queue(bullseye={"rings": [_ring(60), _ring(60), _ring(60)]})
    agent = centre.agent(queue)
    with centre.cloud.as_function("routing-api"):
        routing.members().alter(queue, agent, ring=2)
    centre.cloud.settle()
    conversation = centre.start(queue)
    centre.cloud.advance(timedelta(seconds=50))
    assert centre.alerted_user(conversation) == ""
    centre.cloud.advance(timedelta(seconds=11))
    assert centre.alerted_user(conversation) == agent


def test_after_an_unanswered_alert_the_rings_go_on_from_where_they_were(centre: Centre) -> None:
    queue = centre.queue(bullseye={"rings": [_ring(45), _ring(60)]})
    inner, outer = centre.agent(queue), centre.agent(queue)
    with centre.cloud.as_function("routing-api"):
        routing.members().alter(queue, outer, ring=2)
    centre.cloud.settle()
    conversation = centre.start(queue)
    assert centre.alerted_user(conversation) == inner
    centre.cloud.advance(timedelta(seconds=31))
    assert (centre.status(inner), centre.alerted_user(conversation)) == ("NOT_RESPONDING", "")
    centre.cloud.advance(timedelta(seconds=15))
    assert centre.alerted_user(conversation) == outer


def test_preferred_agents_are_waited_for_and_then_anybody_has_it(centre: Centre) -> None:
    rule = {"operator": "MEETS_THRESHOLD", "threshold": 80, "waitSeconds": 30}
    queue = centre.queue(
        routingRules=[rule, {"operator": "ANY", "waitSeconds": 30}],
        mediaSettings={"message": {"alertingTimeoutSeconds": 600}},
    )
    other, best, good = centre.agent(queue), centre.agent(queue), centre.agent(queue, on_queue=False)
    scores = {best: 90, good: 50}
    conversation = centre.start(queue, preferred_agents=scores)
    assert (centre.alerted_user(conversation), _method(centre, conversation)) == (best, "Preferred")
    centre.say(best, "OFF_QUEUE")
    second = centre.start(queue, preferred_agents=scores)
    assert centre.alerted_user(second) == ""
    centre.say(good, "IDLE")
    assert centre.alerted_user(second) == ""
    centre.cloud.advance(timedelta(seconds=31))
    assert centre.alerted_user(second) == good
    centre.say(good, "OFF_QUEUE")
    third = centre.start(queue, preferred_agents={best: 90})
    centre.cloud.advance(timedelta(seconds=61))
    assert (centre.alerted_user(third), _method(centre, third)) == (other, "Standard")


def test_what_waits_too_long_goes_on_to_another_queue_and_keeps_its_waiting(centre: Centre) -> None:
    queue, other = centre.queue(), centre.queue()
    _settings(centre, queue, overflowQueueId=other, overflowSeconds=120)
    conversation = centre.start(queue, priority=3)
    began = centre.now()
    centre.cloud.advance(timedelta(seconds=119))
    assert centre.waiting(queue) == [conversation]
    centre.cloud.advance(timedelta(seconds=2))
    assert (centre.waiting(queue), centre.waiting(other)) == ([], [conversation])
    (acd,) = [each for each in centre.conversation(conversation).of_purpose("acd") if each.active]
    assert acd.routing is not None
    assert (acd.routing.queued_at, acd.routing.priority) == (began, 3)
    assert centre.alerted_user(conversation) == ""
    assert centre.agent(other) == centre.alerted_user(conversation)


def test_queues_that_overflow_into_each_other_do_not_pass_it_to_and_fro(centre: Centre) -> None:
    queue, other = centre.queue(), centre.queue()
    _settings(centre, queue, overflowQueueId=other, overflowSeconds=1)
    _settings(centre, other, overflowQueueId=queue, overflowSeconds=1)
    conversation = centre.start(queue)
    centre.cloud.advance(timedelta(seconds=60))
    assert (centre.waiting(queue), centre.waiting(other)) == ([], [conversation])
    assert len(centre.conversation(conversation).of_purpose("acd")) == 2
    assert centre.agent(other) == centre.alerted_user(conversation)


def test_a_direct_agent_is_waited_for_and_then_the_backup_queue_takes_it(centre: Centre) -> None:
    backup = centre.queue()
    direct = {"waitForAgent": True, "agentWaitSeconds": 40, "backupQueueId": backup}
    queue = centre.queue(directRouting=direct)
    centre.agent(queue)
    named = centre.agent(queue, on_queue=False)
    conversation = centre.start(queue, direct_agent=named)
    centre.cloud.advance(timedelta(seconds=39))
    assert centre.waiting(queue) == [conversation]
    centre.cloud.advance(timedelta(seconds=2))
    assert centre.waiting(backup) == [conversation]


def test_an_aged_interaction_comes_before_a_younger_one_of_higher_priority(centre: Centre) -> None:
    queue = centre.queue()
    _settings(centre, queue, secondsPerPriority=60)
    old = centre.start(queue)
    centre.cloud.advance(timedelta(seconds=130))
    urgent, vip = centre.start(queue, priority=2), centre.start(queue, priority=3)
    assert centre.waiting(queue) == [vip, old, urgent]
    with centre.cloud.as_function("routing-api"):
        changed = routing.queues().update(queue, {"scoringMethod": "PriorityOnly"})
        routing.queue_changed(changed)
    centre.cloud.settle()
    assert centre.waiting(queue) == [vip, urgent, old]


def test_supervisors_are_told_once_of_what_waits_long(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []
    monkeypatch.setattr("switchboard.routing.service.tell.events.publish", told.extend)
    queue = centre.queue()
    _settings(centre, queue, alertSeconds=30)
    conversation = centre.start(queue)
    centre.cloud.advance(timedelta(seconds=29))
    assert [each for each in told if each.kind == "interaction.waiting.long"] == []
    centre.cloud.advance(timedelta(seconds=60))
    (event,) = [each for each in told if each.kind == "interaction.waiting.long"]
    assert (event.detail["conversationId"], event.detail["queueId"]) == (conversation, queue)


def test_why_is_kept_for_every_assignment_and_shown(centre: Centre, admin: Console) -> None:
    queue = centre.queue(bullseye={"rings": [_ring(60)]})
    first, second = centre.agent(queue), centre.agent(queue)
    conversation = centre.start(queue)
    centre.cloud.advance(timedelta(seconds=31))
    path = f"/api/v2/routing/conversations/{conversation}/decisions"
    shown = admin.call("GET", path).body
    assert [(each["agent"]["id"], each["usedRouting"], each["ring"]) for each in shown["entities"]] == [
        (first, "Bullseye", 1),
        (second, "Bullseye", 1),
    ]
    assert shown["entities"][0]["otherAgents"] == [{"id": second}]
    assert shown["entities"][0]["consideredCount"] == 2
    assert admin.call("GET", "/api/v2/routing/conversations/nothing/decisions").status == 404
    nobody = Console(centre.cloud).client("directory:user:view")
    assert nobody.call("GET", path).status == 403


def test_what_a_waiting_interaction_asks_for_can_be_changed(centre: Centre, admin: Console) -> None:
    queue, skill = centre.queue(), centre.skill()
    agent = centre.agent(queue)
    conversation, other = (centre.start(queue, skill_ids=(skill,)) for _ in range(2))
    path = f"/api/v2/routing/conversations/{other}"
    assert admin.call("PATCH", path, {"priority": 9}).body["priority"] == 9
    centre.cloud.settle()
    assert centre.waiting(queue) == [other, conversation]
    assert admin.call("PATCH", path, {"skillIds": []}).status == 200
    centre.cloud.settle()
    assert centre.alerted_user(other) == agent
    assert centre.waiting(queue) == [conversation]
    refused = admin.call("PATCH", path, {"skillIds": ["nothing"]})
    assert (refused.status, refused.body["details"][0]["fieldName"]) == (400, "skillIds.0")
    refused = admin.call("PATCH", path, {"skillIds": [skill] * 51})
    assert (refused.status, refused.body["details"][0]["fieldName"]) == (400, "skillIds")
    assert admin.call("PATCH", path, {"priority": 1}).status == 409


def test_waiting_settings_are_checked(centre: Centre, admin: Console) -> None:
    path = f"/api/v2/routing/queues/{centre.queue()}/waitingsettings"
    assert admin.call("GET", path).body == {"secondsPerPriority": 60}
    for body, field in (
        ({"secondsPerPriority": 0}, "secondsPerPriority"),
        ({"alertSeconds": "soon"}, "alertSeconds"),
        ({"secondsPerLevel": -1}, "secondsPerLevel"),
        ({"overflowSeconds": 10}, "overflowQueueId"),
        ({"overflowSeconds": 10, "overflowQueueId": "nothing"}, "overflowQueueId"),
        ({"languageId": "nothing"}, "languageId"),
        ({"languageId": ""}, "languageId"),
        ({"surprise": 1}, "surprise"),
    ):
        refused = admin.call("PUT", path, body)
        assert (refused.status, refused.body["details"][0]["fieldName"]) == (400, field)
    assert admin.call("PUT", path, {"alertSeconds": 60}).body == {"secondsPerPriority": 60, "alertSeconds": 60}


def test_a_conversation_that_left_is_not_sent_on(centre: Centre) -> None:
    queue, other = centre.queue(), centre.queue()
    conversation = centre.start(queue)
    with centre.cloud.as_function("routing-assign"):
        conversations.send_on(conversation, other, to_id=queue, to_name="")
    centre.cloud.settle()
    assert centre.waiting(queue) == [conversation]
