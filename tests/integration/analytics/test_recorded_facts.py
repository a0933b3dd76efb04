"""From the events of a conversation to its figures, through the bus, the queue and the table."""

import random
from datetime import timedelta
from typing import Any

import pytest
from switchboard.analytics import bootstrap
from switchboard.analytics.models import Fact, Interval
from switchboard.kit import clock

from tests.integration.analytics.conftest import Reports, matching
from tests.integration.analytics.events import changed, record
from tests.integration.routing.conftest import Centre

METRICS = ("nOffered", "nConnected", "tWait", "tAnswered", "tHandle", "oServiceLevel")


@pytest.fixture
def queue(centre: Centre) -> str:
    return centre.queue()


def handled(centre: Centre, queue: str) -> str:
    """Waits 10 ms for its offer, alerts 4 s, is talked with for a minute."""
    conversation = centre.start(queue)
    centre.cloud.advance(timedelta(seconds=4))
    centre.set_state(conversation, "connected")
    centre.cloud.advance(timedelta(minutes=1))
    centre.set_state(conversation, "disconnected")
    return conversation


def test_a_handled_conversation_counts(centre: Centre, queue: str, reports: Reports) -> None:
    agent = centre.agent(queue)
    handled(centre, queue)
    figures = reports.of_queue(queue, *METRICS)
    assert figures["nOffered"] == {"count": 1}
    assert figures["nConnected"] == {"count": 1}
    assert figures["tAnswered"] == figures["tWait"] == {"count": 1, "sum": 4000, "min": 4000, "max": 4000}
    assert figures["tHandle"]["sum"] == 60_000
    assert figures["oServiceLevel"] == {"ratio": 1, "numerator": 1, "denominator": 1, "target": 0.8}
    by_agent = reports.get(
        "conversations/aggregates",
        {
            "interval": reports.around(),
            "groupBy": ["userId"],
            "metrics": ["tAnswered"],
            "filter": matching("userId", agent),
        },
    )
    assert [each["group"] for each in by_agent["results"]] == [{"userId": agent, "mediaType": "message"}]


def test_events_repeated_and_out_of_order_change_nothing(centre: Centre, queue: str, reports: Reports) -> None:
    centre.agent(queue)
    conversation = handled(centre, queue)
    before = reports.of_queue(queue, *METRICS), reports.details_of(queue)
    events = [changed(conversation, version) for version in (1, 2, 3, 4, 4, 2, 1)]
    random.Random(7).shuffle(events)
    for event in events:
        answer = centre.cloud.invoke("analytics-record", {"Records": [record(event)]})
        assert answer == {"batchItemFailures": []}
    assert (reports.of_queue(queue, *METRICS), reports.details_of(queue)) == before


def test_a_version_that_arrives_late_loses_to_a_later_one(centre: Centre, queue: str, reports: Reports) -> None:
    """The worker that read the earlier version was held up until the later one was stored."""
    centre.agent(queue)
    conversation = centre.start(queue)
    with centre.cloud.as_function("analytics-record"):
        repository = bootstrap.repository()
        (early,) = (
            each
            for each in repository.facts(Interval(centre.now(), centre.now() + 1))
            if each["conversationId"] == conversation
        )
    centre.cloud.advance(timedelta(seconds=4))
    centre.set_state(conversation, "connected")
    figures = reports.of_queue(queue, *METRICS)
    with centre.cloud.as_function("analytics-record"):
        assert not repository.keep(Fact(conversation_id=conversation, version=1, body=early))
    assert reports.of_queue(queue, *METRICS) == figures
    centre.set_state(conversation, "disconnected")


def test_a_conversation_over_midnight_counts_on_each_day(centre: Centre, queue: str, reports: Reports) -> None:
    """Offered on one day and answered on the next; on neither is anything counted twice."""
    centre.agent(queue)
    now = centre.cloud.clock.now()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    centre.cloud.advance(midnight - now - timedelta(seconds=2))
    conversation = centre.start(queue)
    centre.cloud.advance(timedelta(seconds=4))
    centre.set_state(conversation, "connected")
    centre.set_state(conversation, "disconnected")
    second = f"{clock.iso(midnight)}/{clock.iso(midnight + timedelta(days=1))}"
    first = f"{clock.iso(midnight - timedelta(days=1))}/{clock.iso(midnight)}"
    assert reports.of_queue(queue, *METRICS, interval=first).keys() == {"nOffered"}
    assert reports.of_queue(queue, *METRICS, interval=second).keys() == {*METRICS} - {"nOffered"}
    both = f"{clock.iso(midnight - timedelta(days=1))}/{clock.iso(midnight + timedelta(days=1))}"
    assert reports.of_queue(queue, *METRICS, interval=both)["nConnected"] == {"count": 1}
    assert reports.details_of(queue, interval=second)["totalHits"] == 0, "it started the day before"
    assert reports.details_of(queue, interval=first)["totalHits"] == 1


def test_a_poison_event_holds_back_no_other(centre: Centre, queue: str, reports: Reports) -> None:
    conversation = centre.start(queue)
    poison: list[Any] = [{"detail": {}}, {"source": "x", "detail-type": "conversation.changed", "detail": {}}]
    records = [record(each) for each in (*poison, changed(conversation, 1))]
    answer = centre.cloud.invoke("analytics-record", {"Records": records})
    failed = [each["itemIdentifier"] for each in answer["batchItemFailures"]]
    assert failed == [each["messageId"] for each in records[:2]]


def test_recording_takes_one_write_for_a_change(centre: Centre, queue: str) -> None:
    centre.start(queue)
    centre.cloud.calls.clear()
    centre.start(queue)
    used = [each for each in centre.cloud.calls.entities() if each["function"].endswith("analytics-record")]
    assert {each["operation"]: each["count"] for each in used} == {"BatchGetItem": 2, "UpdateItem": 1}
    assert sum(each["writeUnits"] for each in used) <= 2
