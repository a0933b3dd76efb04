"""From waiting to alerted, answered, released; and back into the queue when nobody answers."""

from datetime import timedelta

from switchboard.conversations import console
from switchboard.routing import api as routing
from switchboard.routing import steps

from tests.integration.routing.conftest import Centre


def test_a_waiting_conversation_alerts_the_available_agent(centre: Centre) -> None:
    queue = centre.queue()
    agent = centre.agent(queue)
    conversation = centre.start(queue)
    part = centre.alerting(conversation)
    assert part is not None
    assert part.user_id == agent
    assert part.alerting_timeout_ms == 30_000
    assert centre.status(agent) == "INTERACTING"
    assert centre.waiting(queue) == []


def test_who_comes_on_queue_gets_what_waits_in_its_order(centre: Centre) -> None:
    queue = centre.queue()
    late, first, urgent = (centre.start(queue), centre.start(queue), centre.start(queue, priority=5))
    assert centre.waiting(queue)[0] == urgent
    agent = centre.agent(queue)
    assert {centre.alerted_user(each) for each in (late, first, urgent)} == {agent}
    assert centre.waiting(queue) == []


def test_the_longest_idle_is_chosen_and_the_load_is_spread(centre: Centre) -> None:
    queue = centre.queue()
    first, second = centre.agent(queue), centre.agent(queue)
    assert [centre.alerted_user(centre.start(queue)) for _ in range(4)] == [first, second, first, second]


def test_capacity_is_never_exceeded_and_the_next_waits(centre: Centre) -> None:
    queue = centre.queue()
    agent = centre.agent(queue)
    started = [centre.start(queue) for _ in range(6)]
    assert [centre.alerted_user(each) for each in started] == [agent] * 4 + ["", ""]
    assert centre.waiting(queue) == started[4:]
    centre.set_state(started[0], "connected")
    centre.set_state(started[0], "disconnected")
    assert centre.alerted_user(started[4]) == agent
    assert centre.waiting(queue) == started[5:]


def test_an_unanswered_alert_returns_to_its_place_and_the_agent_is_not_responding(centre: Centre) -> None:
    queue = centre.queue()
    first, second = centre.agent(queue), centre.agent(queue)
    conversation = centre.start(queue)
    assert centre.alerted_user(conversation) == first
    centre.cloud.advance(timedelta(seconds=31))
    assert centre.status(first) == "NOT_RESPONDING"
    assert centre.alerted_user(conversation) == second
    centre.cloud.advance(timedelta(seconds=31))
    assert centre.status(second) == "NOT_RESPONDING"
    assert centre.waiting(queue) == [conversation]
    centre.say(first, "IDLE")
    assert centre.alerted_user(conversation) == first


def test_an_answered_alert_is_left_alone_by_its_timer(centre: Centre) -> None:
    queue = centre.queue()
    agent = centre.agent(queue)
    conversation = centre.start(queue)
    centre.set_state(conversation, "connected")
    centre.cloud.advance(timedelta(seconds=60))
    assert centre.status(agent) == "INTERACTING"
    assert centre.conversation(conversation).of_purpose("agent")[0].state == "connected"


def test_an_agent_who_goes_off_queue_while_alerting_may_still_answer_but_gets_nothing_new(centre: Centre) -> None:
    queue = centre.queue()
    agent = centre.agent(queue)
    conversation = centre.start(queue)
    centre.say(agent, "OFF_QUEUE")
    later = centre.start(queue)
    assert centre.alerted_user(later) == ""
    centre.set_state(conversation, "connected")
    centre.set_state(conversation, "disconnected")
    assert centre.status(agent) == "OFF_QUEUE"
    assert centre.waiting(queue) == [later]


def test_a_conversation_that_ends_while_waiting_waits_no_more(centre: Centre) -> None:
    queue = centre.queue()
    conversation = centre.start(queue)
    assert centre.waiting(queue) == [conversation]
    with centre.cloud.as_function("conversations-api"):
        console.disconnect(conversation)
    centre.cloud.settle()
    assert centre.waiting(queue) == []
    assert centre.status(centre.agent(queue)) == "IDLE"


def test_the_last_agent_comes_first_though_others_are_idle_longer(centre: Centre) -> None:
    queue = centre.queue()
    centre.agent(queue)
    known = centre.agent(queue)
    assert centre.alerted_user(centre.start(queue, last_agent=known)) == known
    stranger = centre.agent()
    assert centre.alerted_user(centre.start(queue, last_agent=stranger)) != stranger


def test_only_who_has_the_skills_is_asked(centre: Centre) -> None:
    queue, skill = centre.queue(), centre.skill()
    unskilled = centre.agent(queue)
    conversation = centre.start(queue, skill_ids=(skill,))
    assert centre.alerted_user(conversation) == ""
    with centre.cloud.as_function("routing-api"):
        routing.members().set_skill(unskilled, skill, 3)
    centre.cloud.settle()
    assert centre.alerted_user(conversation) == unskilled


def test_a_declined_alert_goes_to_the_next_agent(centre: Centre) -> None:
    queue = centre.queue()
    first, second = centre.agent(queue), centre.agent(queue)
    conversation = centre.start(queue)
    assert centre.alerted_user(conversation) == first
    centre.set_state(conversation, "disconnected")
    assert centre.alerted_user(conversation) == second
    assert centre.status(first) == "IDLE"


def test_a_supervisor_gives_what_waits_to_an_agent(centre: Centre) -> None:
    queue, skill = centre.queue(), centre.skill()
    agent = centre.agent(queue)
    conversation = centre.start(queue, skill_ids=(skill,))
    assert centre.alerted_user(conversation) == ""
    with centre.cloud.as_function("conversations-api"):
        console.assign(conversation, agent)
    centre.cloud.settle()
    assert centre.alerted_user(conversation) == agent
    (acd,) = centre.conversation(conversation).of_purpose("acd")
    assert acd.routing is not None
    assert acd.routing.used_routing == "Manual"
    assert centre.waiting(queue) == []


def test_an_offer_that_comes_twice_alerts_once(centre: Centre) -> None:
    queue = centre.queue()
    first, second = centre.agent(queue), centre.agent(queue)
    conversation = centre.start(queue)
    (acd,) = centre.conversation(conversation).of_purpose("acd")
    offer = {"conversationId": conversation, "participantId": acd.id, "queueId": queue, "queuedAt": acd.start}
    for attempt in (1, 2):
        with centre.cloud.as_function("routing-assign"):
            steps.assign({"command": "offer", **offer}, attempt)
        centre.cloud.settle()
        assert centre.alerted_user(conversation) == first
        assert centre.status(second) == "IDLE"


def test_a_queue_that_asks_for_less_gives_away_what_waits(centre: Centre) -> None:
    queue, skill = centre.queue(), centre.skill()
    agent = centre.agent(queue)
    conversation = centre.start(queue, skill_ids=(skill,))
    with centre.cloud.as_function("routing-api"):
        changed = routing.queues().update(queue, {"skillEvaluationMethod": "NONE"})
        routing.queue_changed(changed)
    centre.cloud.settle()
    assert centre.alerted_user(conversation) == agent
