"""CE43 "Expected Wait Time": who waits is told where they stand and how long it takes, once on each occasion."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Literal

import pytest
from msgspec.structs import replace
from switchboard.channels.message import OutboundMessage
from switchboard.conversations import bootstrap as conversation_parts
from switchboard.conversations.transitions import QueueTarget
from switchboard.flows import api as flows
from switchboard.flows import steps
from switchboard.kit import model
from switchboard.routing import api as routing

from tests.integration.routing.conftest import Centre

TEXT = "Number {{Message.PositionInQueue}}, {{Message.EstimatedWaitMinutes}} min"
UNKNOWN = "Number {{Message.PositionInQueue}}"
AGAIN = "Still number {{Message.PositionInQueue}}"
MINUTE = timedelta(seconds=62)
"""A timer is up to a second late."""


def _state(name: str, **said: str) -> dict[str, Any]:
    return {"state": {"refId": name, "actions": [{"sendResponse": said}]}}


class Announced:
    """A queue whose in-queue flow speaks at first and every minute."""

    def __init__(self, centre: Centre, **settings: Any) -> None:
        self.centre = centre
        first = _state("first", messageBody=TEXT, messageBodyWithoutEstimate=UNKNOWN)
        definition = {
            "inqueueShortMessage": {
                "startUpRef": "./states/state[first]",
                "recurringRef": "./states/state[again]",
                "recurringSeconds": 60,
                "states": [first, _state("again", messageBody=AGAIN)],
            }
        }
        with centre.cloud.acting(), centre.cloud.as_function("flows-api"):
            name = f"Waiting {centre.now()}"
            self.flow = flows.create({"name": name, "type": "INQUEUESHORTMESSAGE"})["id"]
            flows.save(self.flow, definition)
            flows.publish(self.flow)
        self.queue = centre.queue(messageInQueueFlow={"id": self.flow}, **settings)

    def told(self, conversation: str) -> list[str]:
        self.centre.cloud.settle()
        thread = self.centre.conversation(conversation).thread
        with self.centre.cloud.as_function("conversations-api"):
            found = conversation_parts.repository().messages(thread, 0)
        return [model.load(OutboundMessage, each.doc).text for each in found]

    def answer(self, conversation: str) -> None:
        self.centre.set_state(conversation, "connected")


@pytest.fixture
def announced(centre: Centre) -> Iterator[Announced]:
    with centre.cloud.as_function("routing-api"):
        former = routing.utilization()
        routing.set_utilization({**former, "message": replace(former["message"], maximum_capacity=1)})
    centre.cloud.clock.advance(timedelta(seconds=11))
    yield Announced(centre, mediaSettings={"message": {"alertingTimeoutSeconds": 20}})
    with centre.cloud.as_function("routing-api"):
        routing.set_utilization(former)
    centre.cloud.clock.advance(timedelta(seconds=11))


def test_position_and_estimate_are_told_at_first_and_again(centre: Centre, announced: Announced) -> None:
    agent = centre.agent(announced.queue)
    first = centre.start(announced.queue)
    announced.answer(first)
    centre.cloud.advance(timedelta(minutes=3))
    centre.set_state(first, "disconnected")
    busy = centre.start(announced.queue)
    assert centre.alerted_user(busy) == agent
    announced.answer(busy)
    one, two = centre.start(announced.queue), centre.start(announced.queue)
    assert announced.told(busy) == []
    assert announced.told(one) == ["Number 1, 3 min"]
    assert announced.told(two) == ["Number 2, 6 min"]
    centre.cloud.advance(MINUTE)
    assert announced.told(two) == ["Number 2, 6 min", "Still number 2"]
    centre.set_state(busy, "disconnected")
    announced.answer(one)
    centre.cloud.advance(MINUTE)
    assert announced.told(one)[1:] == ["Still number 1"]
    assert announced.told(two)[1:] == ["Still number 2", "Still number 1"]


def test_without_data_the_position_is_told_alone(centre: Centre, announced: Announced) -> None:
    assert announced.told(centre.start(announced.queue)) == ["Number 1"]


def test_an_alert_in_vain_neither_ends_nor_repeats_what_is_told(centre: Centre, announced: Announced) -> None:
    waiting = centre.start(announced.queue)
    assert announced.told(waiting) == ["Number 1"]
    agent = centre.agent(announced.queue)
    assert centre.alerted_user(waiting) == agent
    centre.cloud.advance(timedelta(seconds=25))
    assert centre.status(agent) == "NOT_RESPONDING"
    assert announced.told(waiting) == ["Number 1"]
    centre.cloud.advance(MINUTE)
    assert announced.told(waiting) == ["Number 1", "Still number 1"]


def test_another_queue_speaks_for_itself_and_one_without_a_flow_is_silent(centre: Centre, announced: Announced) -> None:
    silent = centre.queue()
    waiting = centre.start(announced.queue)
    with centre.cloud.as_function("routing-assign"):
        conversation_parts.participating().send_on(waiting, announced.queue, QueueTarget(silent, "Silent"))
    centre.cloud.advance(2 * MINUTE)
    assert centre.waiting(silent) == [waiting]
    assert announced.told(waiting) == ["Number 1"]


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_crash_at_any_call_neither_drops_nor_repeats_an_announcement(
    centre: Centre, announced: Announced, when: Literal["before", "after"]
) -> None:
    struck = 0
    for call in range(1, 12):
        centre.cloud.faults.clear()
        centre.cloud.faults.fail(function="flows-waiting", call=call, when=when)
        waiting = centre.start(announced.queue)
        centre.cloud.advance(timedelta(seconds=150))
        struck += centre.cloud.faults.struck
        texts = announced.told(waiting)
        # The queue delivers again after a minute, which may cost the moment that fell into it.
        assert texts[0].startswith("Number ") and 2 <= len(texts) <= 3, (call, texts)
        centre.cloud.advance(timedelta(minutes=1))
        assert len(announced.told(waiting)) == len(texts) + 1, call
    centre.cloud.faults.clear()
    assert struck >= 8


def test_what_comes_twice_is_told_once(centre: Centre, announced: Announced) -> None:
    waiting = centre.start(announced.queue)
    (acd,) = centre.conversation(waiting).of_purpose("acd")
    about = {"conversationId": waiting, "participantId": acd.id, "flowId": announced.flow}
    centre.cloud.advance(MINUTE)
    for _ in range(2):
        with centre.cloud.as_function("flows-waiting"):
            steps.began_to_wait({**about, "queueId": announced.queue, "media": "message"})
            steps.fire_timer({**about, "number": 1})
    assert announced.told(waiting) == ["Number 1", "Still number 1"]
    centre.cloud.advance(MINUTE)
    assert announced.told(waiting) == ["Number 1", "Still number 1", "Still number 1"]


def test_an_outage_is_not_made_up_for(centre: Centre, announced: Announced) -> None:
    waiting = centre.start(announced.queue)
    (acd,) = centre.conversation(waiting).of_purpose("acd")
    about = {"conversationId": waiting, "participantId": acd.id, "flowId": announced.flow}
    centre.cloud.clock.advance(timedelta(minutes=30))
    with centre.cloud.as_function("flows-waiting"):
        steps.fire_timer({**about, "number": 1})
    centre.cloud.advance(MINUTE)
    assert len(announced.told(waiting)) == 3
