"""Groups of agents that a queue brings in by its rules: on an estimate, on a service level."""

from datetime import timedelta

import pytest
from switchboard.conversations import console
from switchboard.routing import bootstrap, steps
from switchboard.routing.matching.stages import Measured
from switchboard.routing.models import Stay

from tests.integration.routing.conftest import Centre


def test_groups_come_in_where_the_estimate_says_so(centre: Centre) -> None:
    other = centre.queue()
    spare = centre.agent(other)
    rule = {
        "metric": "EstimatedWaitTime",
        "operator": "GreaterThanOrEqualTo",
        "conditionValue": 0,
        "groups": [{"id": centre.group(spare), "type": "GROUP"}],
    }
    centre.agent(other)  # free: the estimate of that queue is known
    queue = centre.queue(conditionalGroupRouting={"rules": [rule | {"queue": {"id": other}}]})
    conversation = centre.start(queue)
    assert (centre.alerted_user(conversation), _method(centre, conversation)) == (spare, "Conditional")


def test_groups_come_in_while_another_queue_answers_in_time(centre: Centre) -> None:
    other = centre.queue()
    spare, member = centre.agent(other), centre.agent(other)
    rule = {
        "queue": {"id": other},
        "metric": "ServiceLevel",
        "operator": "GreaterThanOrEqualTo",
        "conditionValue": 50,
        "groups": [{"id": centre.group(spare), "type": "GROUP"}],
    }
    queue = centre.queue(conditionalGroupRouting={"rules": [rule]})
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
        assert bootstrap.repository().places.stays(queue, 0, 10) == [
            Stay(media="message", waited_ms=9000, answered=False)
        ]


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


def _method(centre: Centre, conversation: str) -> str:
    (acd,) = [each for each in centre.conversation(conversation).of_purpose("acd") if each.active]
    return acd.routing.used_routing if acd.routing else ""
