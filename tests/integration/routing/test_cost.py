"""What routing an interaction costs in AWS calls and request units."""

from datetime import timedelta
from uuid import UUID

from switchboard.routing import bootstrap
from switchboard.routing.models import Agent, Membership

from tests.integration.routing.conftest import Centre


def test_a_free_agent_is_alerted_in_six_calls_and_three_write_units(centre: Centre) -> None:
    queue = centre.queue()
    centre.agent(queue)
    centre.agent(queue)
    centre.start(queue)  # fills the configuration kept by the function
    centre.cloud.advance(timedelta(seconds=1))
    kept = centre.start(queue)
    assert centre.alerting(kept) is not None
    centre.cloud.calls.clear()
    conversation = centre.start(queue)
    used = [each for each in centre.cloud.calls.entities() if each["function"].endswith("routing-assign")]
    assert centre.alerting(conversation) is not None
    assert sum(each["count"] for each in used) <= 6
    assert sum(each["writeUnits"] for each in used) <= 3


def test_whoever_is_available_for_a_while_is_alerted_in_five_calls(centre: Centre) -> None:
    queue = centre.queue(mediaSettings={"message": {"alertingTimeoutSeconds": 600}})
    centre.agent(queue)
    centre.cloud.advance(timedelta(seconds=40))
    centre.start(queue)
    centre.cloud.calls.clear()
    assert centre.alerting(centre.start(queue)) is not None
    used = [each for each in centre.cloud.calls.entities() if each["function"].endswith("routing-assign")]
    assert sum(each["count"] for each in used) == 5


def test_the_cost_does_not_grow_with_what_waits(centre: Centre) -> None:
    costs = []
    for waiting in (2, 30):
        queue = centre.queue()
        for _ in range(waiting):
            centre.start(queue)
        agent = centre.agent(queue)
        busy = [each for each in centre.state(agent).slots]
        for each in busy:
            centre.set_state(each, "connected")
        centre.cloud.calls.clear()
        centre.set_state(busy[0], "disconnected")
        used = [each for each in centre.cloud.calls.entities() if each["function"].endswith("routing-assign")]
        costs.append(sum(each["count"] for each in used))
    assert costs[1] <= max(costs[0], 8)


def test_who_comes_back_is_given_what_waits_in_four_calls_and_four_write_units_each(centre: Centre) -> None:
    queue = centre.queue(mediaSettings={"message": {"alertingTimeoutSeconds": 600}})
    agent = centre.agent(queue, on_queue=False)
    waiting = [centre.start(queue) for _ in range(6)]
    centre.cloud.calls.clear()
    centre.say(agent, "IDLE")
    used = [each for each in centre.cloud.calls.entities() if each["function"].endswith("routing-assign")]
    assert [centre.alerted_user(each) for each in waiting] == [agent] * 4 + [""] * 2
    assert centre.waiting(queue) == waiting[4:]
    assert sum(each["count"] for each in used) <= 4 * 4
    assert sum(each["writeUnits"] for each in used) <= 4 * 4
    assert sum(each["readUnits"] for each in used) <= 4 * 2


def test_a_small_queue_does_not_pay_for_everybody_who_is_available_elsewhere(centre: Centre) -> None:
    queue, large = centre.queue(), centre.queue()
    agents = [centre.agent(queue), centre.agent(queue)]
    reads = []
    for others in (0, 150, 450):
        with centre.cloud.as_function("routing-assign"):
            for number in range(others):
                bootstrap.repository().save(_idle_for_long(large, others + number))
        centre.cloud.calls.clear()
        assert centre.alerted_user(centre.start(queue)) in agents, "however long the others have been idle"
        reads.append(_assign_reads(centre))
    busy = [centre.start(queue) for _ in range(5)]
    assert {centre.alerted_user(each) for each in busy} == set(agents)
    centre.cloud.calls.clear()
    assert centre.alerted_user(centre.start(queue)) == ""
    reads.append(_assign_reads(centre))
    assert reads[1] == reads[2]
    assert reads[3] <= reads[2] + 0.5


def _idle_for_long(queue: str, number: int) -> Agent:
    membership = Membership(joined=True, ring=1)
    user_id = str(UUID(int=number))
    return Agent(user_id=user_id, on_queue=True, responding=True, idle_since=number, queues={queue: membership})


def _assign_reads(centre: Centre) -> float:
    made = [each for each in centre.cloud.calls.entities() if each["function"].endswith("routing-assign")]
    return sum(each["readUnits"] for each in made)
