"""What routing an interaction costs in AWS calls and request units."""

from datetime import timedelta

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
