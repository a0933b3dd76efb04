"""Two at once: whatever the order, an agent never has more than they can, and an alert ends in exactly one way."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from datetime import timedelta

from switchboard.conversations import console
from switchboard.conversations.errors import StateConflictError
from switchboard.kit.errors import InUseError, NotFoundError
from switchboard.kit.sqs import RetryLaterError
from switchboard.routing import api as routing
from switchboard.routing import steps

from tests.integration.routing.conftest import Centre

ASSIGN = "routing-assign"


def _at_once(centre: Centre, function: str, *jobs: Callable[[], object]) -> list[object]:
    def run(job: Callable[[], object]) -> object:
        with centre.cloud.as_function(function):
            return job()

    with ThreadPoolExecutor(len(jobs)) as pool:
        started = [pool.submit(copy_context().run, run, job) for job in jobs]
        return [each.result() for each in started]


def _offer(conversation: str, queue: str, participant: str, queued_at: int) -> None:
    command = {
        "command": "offer",
        "conversationId": conversation,
        "participantId": participant,
        "queueId": queue,
        "media": "message",
        "queuedAt": queued_at,
    }
    for attempt in range(1, 50):
        try:
            steps.assign(command, attempt=attempt)
        except RetryLaterError:
            continue
        return
    raise AssertionError("never carried out")


def _unrouted(centre: Centre, queue: str) -> tuple[str, Callable[[], None]]:
    """A conversation that waits, and the job that offers it: the outbox has not told anybody yet (it will, a second time)."""
    identifier = centre.start(queue, settle=False)
    (acd,) = centre.conversation(identifier).of_purpose("acd")
    return identifier, lambda: _offer(identifier, queue, acd.id, acd.start)


def test_two_queues_contend_for_the_last_slot_of_one_agent(centre: Centre) -> None:
    queues = [centre.queue(), centre.queue()]
    agent = centre.agent(*queues)
    for _ in range(3):
        centre.start(queues[0])
    started = [_unrouted(centre, queue) for queue in queues for _ in range(2)]
    _at_once(centre, ASSIGN, *(job for _, job in started))
    assert len(centre.state(agent).slots) == 4
    centre.cloud.settle()
    assert len(centre.state(agent).slots) == 4
    unserved = {conversation for conversation, _ in started if not centre.alerted_user(conversation)}
    assert len(unserved) == 3
    assert unserved <= {each for queue in queues for each in centre.waiting(queue)}


def test_a_hundred_offers_never_exceed_three_agents_times_two(centre: Centre) -> None:
    with centre.cloud.as_function("routing-api"):
        before = routing.utilization()
        routing.set_utilization({"message": routing.Capacity(maximum_capacity=2)})
    centre.cloud.advance(timedelta(seconds=11))
    try:
        queues = [centre.queue() for _ in range(4)]
        agents = [centre.agent(*queues) for _ in range(3)]
        jobs = [_unrouted(centre, queues[number % 4])[1] for number in range(100)]
        for start in range(0, 100, 10):
            _at_once(centre, ASSIGN, *jobs[start : start + 10])
        assert [len(centre.state(agent).slots) for agent in agents] == [2, 2, 2]
        centre.cloud.settle(120)
        assert [len(centre.state(agent).slots) for agent in agents] == [2, 2, 2]
    finally:
        with centre.cloud.as_function("routing-api"):
            routing.set_utilization(before)
        centre.cloud.advance(timedelta(seconds=11))


def test_an_answer_and_a_time_out_at_the_same_instant_end_in_one_way(centre: Centre) -> None:
    queue = centre.queue()
    agent = centre.agent(queue)
    for _ in range(5):
        conversation = centre.start(queue)
        part = centre.alerting(conversation)
        assert part is not None
        slot = centre.state(agent).slots[conversation]
        timer = {"timer": "alertTimeout", "conversationId": conversation, "userId": agent, "dueMs": slot.due}

        def answer(conversation: str = conversation, part_id: str = part.id) -> bool:
            try:
                console.set_state(conversation, part_id, "connected")
            except StateConflictError:
                return False
            return True

        def expire(timer: dict[str, object] = timer) -> None:
            steps.fire_timer(timer)

        with ThreadPoolExecutor(2) as pool:

            def run(function: str, job: Callable[[], object]) -> object:
                with centre.cloud.as_function(function):
                    return job()

            answered = pool.submit(copy_context().run, run, "conversations-api", answer)
            expired = pool.submit(copy_context().run, run, "routing-timers", expire)
            expired.result()
            won = answered.result()
        centre.cloud.settle()
        if won:
            assert centre.conversation(conversation).of_purpose("agent")[-1].state == "connected"
            assert centre.status(agent) == "INTERACTING"
            centre.set_state(conversation, "disconnected")
        else:
            assert centre.status(agent) == "NOT_RESPONDING"
            assert centre.waiting(queue) == [conversation]
            centre.say(agent, "IDLE")
            centre.set_state(conversation, "connected")
            centre.set_state(conversation, "disconnected")
        assert centre.status(agent) == "IDLE"


def test_an_offer_that_comes_after_the_conversation_ended_takes_nobody(centre: Centre) -> None:
    queue = centre.queue()
    agent = centre.agent(queue)
    conversation = centre.start(queue, settle=False)
    (acd,) = centre.conversation(conversation).of_purpose("acd")
    with centre.cloud.as_function("conversations-api"):
        console.disconnect(conversation)
    with centre.cloud.as_function(ASSIGN):
        _offer(conversation, queue, acd.id, acd.start)
    centre.cloud.settle()
    assert centre.status(agent) == "IDLE"
    assert centre.waiting(queue) == []


def test_an_agent_who_logs_out_while_alerting_keeps_the_alert_and_gets_nothing_more(centre: Centre) -> None:
    queue = centre.queue()
    agent = centre.agent(queue)
    for _ in range(3):
        waiting, offer = _unrouted(centre, queue)

        def log_out(agent: str = agent) -> None:
            routing.set_status(agent, "OFF_QUEUE")

        _at_once(centre, ASSIGN, offer, lambda: _as(centre, "routing-api", log_out))
        centre.cloud.settle()
        held = waiting in centre.state(agent).slots
        assert held == (centre.alerted_user(waiting) == agent)
        assert held or centre.waiting(queue) == [waiting]
        assert centre.alerted_user(centre.start(queue)) == ""
        centre.cloud.advance(timedelta(seconds=31))
        assert centre.state(agent).slots == {}
        for each in centre.waiting(queue):
            with centre.cloud.as_function("conversations-api"):
                console.disconnect(each)
        centre.cloud.settle()
        centre.say(agent, "IDLE")


def test_a_queue_that_is_deleted_while_something_comes_to_wait_keeps_it_or_is_kept(centre: Centre) -> None:
    for _ in range(3):
        queue = centre.queue()
        waiting, offer = _unrouted(centre, queue)

        def delete(queue: str = queue) -> bool:
            try:
                routing.delete_queue(queue)
            except InUseError:
                return False
            return True

        (_, deleted) = _at_once(centre, ASSIGN, _unless_gone(offer), lambda: _as(centre, "routing-api", delete))
        if deleted:
            with centre.cloud.as_function("conversations-api"):
                console.disconnect(waiting)
        centre.cloud.settle()
        assert deleted or centre.waiting(queue) == [waiting]
        if not deleted:
            assert centre.alerted_user(waiting) == "" and centre.agent(queue) == centre.alerted_user(waiting)


def test_a_queue_reconfigured_while_matching_gives_each_interaction_away_once(centre: Centre) -> None:
    queue, skill = centre.queue(), centre.skill()
    agents = [centre.agent(queue), centre.agent(queue)]
    started = [centre.start(queue, skill_ids=(skill,)) for _ in range(6)]
    assert [centre.alerted_user(each) for each in started] == [""] * 6

    def relax() -> None:
        changed = routing.queues().update(queue, {"skillEvaluationMethod": "NONE", "scoringMethod": "PriorityOnly"})
        routing.queue_changed(changed)

    def match() -> None:
        steps.assign({"command": "match", "queueId": queue, "changed": True})

    _at_once(centre, ASSIGN, lambda: _as(centre, "routing-api", relax), match, match)
    centre.cloud.settle()
    assert all(centre.alerted_user(each) in agents for each in started)
    assert sum(len(centre.state(agent).slots) for agent in agents) == 6
    assert centre.waiting(queue) == []


def _as(centre: Centre, function: str, job: Callable[[], object]) -> object:
    with centre.cloud.as_function(function):
        return job()


def _unless_gone(offer: Callable[[], None]) -> Callable[[], None]:
    def run() -> None:
        with suppress(NotFoundError):
            offer()

    return run
