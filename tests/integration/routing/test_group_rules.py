"""Groups of agents that a queue brings in by its rules: on an estimate, on a service level, with a ring."""

from datetime import timedelta

import pytest
from switchboard.conversations import console
from switchboard.routing import api as routing
from switchboard.routing import bootstrap, steps
from switchboard.routing.matching.stages import Measured
from switchboard.routing.models import Stay

from tests.integration.routing.conftest import Centre


def test_groups_come_in_where_the_estimate_says_so(centre: Centre) -> None:
    rule = {
        "metric": "EstimatedWaitTime",
        "operator": "GreaterThanOrEqualTo",
        "conditionValue": 0,
        "groups": [{"id": "night", "type": "GROUP"}],
    }
    other = centre.queue()
    spare = centre.agent(other)
    with centre.cloud.as_function("routing-api"):
        routing.set_groups(spare, ["night"])
    centre.agent(other)  # free: the estimate of that queue is known
    queue = centre.queue(conditionalGroupRouting={"rules": [rule | {"queue": {"id": other}}]})
    conversation = centre.start(queue)
    assert (centre.alerted_user(conversation), _method(centre, conversation)) == (spare, "Conditional")


def test_groups_come_in_while_another_queue_answers_in_time(centre: Centre) -> None:
    other = centre.queue()
    rule = {
        "queue": {"id": other},
        "metric": "ServiceLevel",
        "operator": "GreaterThanOrEqualTo",
        "conditionValue": 50,
        "groups": [{"id": "day", "type": "GROUP"}],
    }
    queue = centre.queue(conditionalGroupRouting={"rules": [rule]})
    spare, member = centre.agent(other), centre.agent(other)
    with centre.cloud.as_function("routing-api"):
        routing.set_groups(spare, ["day"])
    unknown = centre.start(queue)
    centre.cloud.advance(timedelta(seconds=20))
    assert centre.alerted_user(unknown) == ""  # nothing has left the other queue: nobody is lent
    answered = centre.start(other)
    centre.set_state(answered, "connected")
    centre.cloud.advance(timedelta(seconds=20))
    assert centre.alerted_user(centre.start(queue)) == spare
    centre.say(member, "OFF_QUEUE")
    centre.say(spare, "OFF_QUEUE")
    for _ in range(2):
        _left(centre, other, seconds=30)
    _left(centre, other, seconds=5)
    assert _measured(centre, queue) == {("ServiceLevel", other): pytest.approx(100 / 3)}
    centre.cloud.advance(timedelta(minutes=31))
    assert _measured(centre, queue) == {}


def test_a_wait_that_ended_is_counted_once_however_often_it_is_told(centre: Centre) -> None:
    queue = centre.queue()
    acd = {
        "participantId": "acd",
        "purpose": "acd",
        "userId": "",
        "queueId": queue,
        "media": "message",
        "end": centre.now(),
        "before": "connected",
        "after": "disconnected",
        "disconnectType": "client",
        "occupied": False,
        "occupies": False,
        "waitedMs": 9000,
    }
    with centre.cloud.as_function("routing-release"):
        for change in (acd, acd, acd | {"participantId": "sent on", "disconnectType": "transfer"}):
            steps.conversation_changed({"conversationId": "talk", "changes": [change]})
        assert bootstrap.repository().stays(queue, 0, 10) == [Stay(media="message", waited_ms=9000, answered=False)]


def _measured(centre: Centre, queue: str) -> Measured:
    with centre.cloud.as_function("routing-assign"):
        rules = bootstrap.configuration().queue(queue)
        assert rules is not None
        return bootstrap.configuration().measured(rules)


def _left(centre: Centre, queue: str, seconds: int) -> None:
    """A customer waits so long and leaves."""
    conversation = centre.start(queue)
    centre.cloud.advance(timedelta(seconds=seconds))
    with centre.cloud.as_function("conversations-api"):
        console.disconnect(conversation)
    centre.cloud.settle()


def test_a_member_who_comes_back_has_the_groups_of_the_rings_looked_at_too(centre: Centre) -> None:
    ring = {
        "expansionCriteria": [{"type": "TIMEOUT_SECONDS", "threshold": 60}],
        "memberGroups": [{"id": "night", "type": "GROUP"}],
    }
    queue, skill = centre.queue(bullseye={"rings": [ring]}), centre.skill()
    conversation = centre.start(queue, skill_ids=(skill,))
    centre.cloud.advance(timedelta(seconds=20))
    spare, unskilled = centre.agent(on_queue=False), centre.agent(queue, on_queue=False)
    with centre.cloud.as_function("routing-api"):
        routing.set_groups(spare, ["night"])
        routing.members().set_skill(spare, skill, 3)
    centre.say(spare, "IDLE")
    centre.cloud.advance(timedelta(seconds=1))
    assert centre.waiting(queue) == [conversation]
    centre.say(unskilled, "IDLE")
    assert centre.alerted_user(conversation) == spare


def _method(centre: Centre, conversation: str) -> str:
    (acd,) = [each for each in centre.conversation(conversation).of_purpose("acd") if each.active]
    return acd.routing.used_routing if acd.routing else ""
