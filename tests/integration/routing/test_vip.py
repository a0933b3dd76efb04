"""VIPs: before everybody else wherever they wait, and found again at their place whatever happens to them."""

from datetime import timedelta

import pytest
from switchboard.conversations import console
from switchboard.routing import api as routing

from tests.integration.identity.console import Console
from tests.integration.routing.conftest import Centre


@pytest.fixture
def admin(centre: Centre) -> Console:
    return Console(centre.cloud).client("*:*:*")


def _priority(admin: Console, centre: Centre, conversation: str, priority: int) -> None:
    assert admin.call("PATCH", f"/api/v2/routing/conversations/{conversation}", {"priority": priority}).status == 200
    centre.cloud.settle()


def test_a_vip_is_given_first_and_told_as_such(centre: Centre, admin: Console) -> None:
    queue = centre.queue()
    old, urgent = centre.start(queue), centre.start(queue, priority=1000)
    vip, second = (centre.start(queue, vip=True) for _ in range(2))
    assert centre.waiting(queue) == [vip, second, urgent, old]
    _priority(admin, centre, second, 1)
    assert centre.waiting(queue) == [second, vip, urgent, old]
    agent = centre.agent(queue, on_queue=False)
    with centre.cloud.as_function("routing-api"):
        routing.bounding().set_own(agent, {"message": routing.Capacity(maximum_capacity=1)})
    centre.say(agent, "IDLE")
    assert [centre.alerted_user(each) for each in (second, vip, urgent)] == [agent, "", ""]
    path = f"/api/v2/routing/conversations/{second}/decisions"
    assert [each["usedRouting"] for each in admin.call("GET", path).body["entities"]] == ["Vip"]


def test_a_vip_is_found_at_its_place_when_nobody_answers_when_it_moves_and_when_it_leaves(centre: Centre) -> None:
    queue, other = centre.queue(), centre.queue()
    agent = centre.agent(queue)
    vip = centre.start(queue, vip=True)
    assert centre.alerted_user(vip) == agent
    plain = centre.start(queue, priority=9)
    centre.cloud.advance(timedelta(seconds=31))
    assert centre.status(agent) == "NOT_RESPONDING"
    assert centre.waiting(queue)[0] == vip
    (acd,) = [each for each in centre.conversation(vip).of_purpose("acd") if each.active]
    there = centre.start(other, priority=9)
    with centre.cloud.as_function("conversations-api"):
        console.transfer(vip, acd.id, console.QueueTarget(other))
    centre.cloud.settle()
    assert vip not in centre.waiting(queue)
    assert centre.waiting(other) == [vip, there]
    with centre.cloud.as_function("conversations-api"):
        console.disconnect(vip)
    centre.cloud.settle()
    assert centre.waiting(other) == [there]
    assert plain not in centre.waiting(other)


def test_a_queue_that_ranks_by_priority_only_keeps_vips_first(centre: Centre) -> None:
    queue = centre.queue()
    old = centre.start(queue)
    vip = centre.start(queue, vip=True)
    centre.cloud.advance(timedelta(minutes=10))
    urgent = centre.start(queue, priority=5)
    assert centre.waiting(queue) == [vip, old, urgent]
    with centre.cloud.as_function("routing-api"):
        routing.queue_changed(routing.queues().update(queue, {"scoringMethod": "PriorityOnly"}))
    centre.cloud.settle()
    assert centre.waiting(queue) == [vip, urgent, old]


def test_what_overflows_stays_a_vips(centre: Centre) -> None:
    queue, other = centre.queue(), centre.queue()
    with centre.cloud.as_function("routing-api"):
        routing.set_waiting_settings(queue, {"overflowQueueId": other, "overflowSeconds": 60})
    centre.cloud.settle()
    vip = centre.start(queue, vip=True)
    there = centre.start(other, priority=50)
    centre.cloud.advance(timedelta(seconds=61))
    assert (centre.waiting(queue), centre.waiting(other)) == ([], [vip, there])
