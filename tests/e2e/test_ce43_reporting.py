"""CE43, reporting: what a supervisor reads of a customer who waited, was answered, held, transferred and wrapped up."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from tests.e2e.contact_centre import ContactCentre, Json, platform
from tests.e2e.desk import Desk, Talk
from tests.e2e.whatsapp import Customer

INTERVALS = ("PT40S", "PT3S", "PT2M", "PT30S", "PT10S", "PT1M", "PT20S")
"""Waiting, alerting, talking, holding, talking again, talking with Ben, wrapping up: at least so long."""


@pytest.fixture
def supervisor(centre: ContactCentre) -> Any:
    return centre.sdk()


@pytest.fixture
def ben(centre: ContactCentre) -> Iterator[Desk]:
    with Desk(centre, "ben") as desk:
        desk.set_status("OFF_QUEUE")
        yield desk


def ms(earlier: datetime, later: datetime) -> int:
    return round((later - earlier).total_seconds() * 1000)


def matching(dimension: str, value: str) -> Json:
    return {"type": "and", "predicates": [{"dimension": dimension, "value": value}]}


class Story:
    """What happened, step by step, and when, as the conversation itself tells."""

    def __init__(self, centre: ContactCentre, customer: Customer, ben: Desk, wrap_up_code: str) -> None:
        self.began = centre.now()
        waiting, alerting, talking, holding, again, with_ben, after = INTERVALS
        customer.write("Where is my order?")
        centre.settle()
        centre.advance(waiting)
        with Desk(centre, "ana") as ana:
            ana.alerted(customer.address)
            centre.advance(alerting)
            talk = ana.accept(customer.address)
            centre.advance(talking)
            self._hold(ana, talk, True)
            centre.advance(holding)
            self._hold(ana, talk, False)
            centre.advance(again)
            ana.set_status("OFF_QUEUE")
            self.left_queue = centre.now()
            ben.set_status("IDLE")
            sales = {"queueId": centre.queue("Sales")}
            ana.conversations.post_conversation_participant_replace_queue(talk.id, talk.participant_id, sales)
            second = ben.accept(customer.address)
            centre.advance(with_ben)
            second.disconnect()
            centre.advance(after)
            second.wrap_up(wrap_up_code)
            centre.settle()
        centre.advance("PT1S")
        self.ended = centre.now()
        self.interval = f"{self.began.isoformat()}/{self.ended.isoformat()}"
        self.conversation = platform.ConversationsApi(centre.sdk()).get_conversation(talk.id)
        self.customer, self.support, self.ana, self.sales, self.ben = self.conversation.participants

    def _hold(self, desk: Desk, talk: Talk, held: bool) -> None:
        desk.conversations.patch_conversations_message_participant(talk.id, talk.participant_id, body={"held": held})


@pytest.fixture
def story(centre: ContactCentre, customer: Customer, ben: Desk, wrap_up_code: str) -> Story:
    return Story(centre, customer, ben, wrap_up_code)


def figures(supervisor: Any, story: Story, group: str, *metrics: str, **more: Any) -> dict[str, dict[str, Any]]:
    """The stats of each metric in each group."""
    body = {
        "interval": story.interval,
        "groupBy": [group],
        "metrics": list(metrics),
        "filter": matching("conversationId", story.conversation.id),
        **more,
    }
    results = platform.ConversationsApi(supervisor).post_analytics_conversations_aggregates_query(body).results
    return {
        each.group.get(group, ""): {metric.metric: metric.stats for part in each.data for metric in part.metrics}
        for each in results
    }


def test_the_figures_agree_with_the_conversation_to_the_millisecond(
    centre: ContactCentre, supervisor: Any, story: Story
) -> None:
    support, sales = centre.queue("Support"), centre.queue("Sales")
    by_queue = figures(
        supervisor, story, "queueId", "nOffered", "nOverSla", "tWait", "tAnswered", "tAbandon", "oServiceLevel"
    )
    ana, ben = (part.messages[-1] for part in (story.ana, story.ben))
    for queue, waited, answered in ((support, story.support, ana), (sales, story.sales, ben)):
        expected = ms(waited.start_time, answered.connected_time)
        found = by_queue[queue]
        assert found["nOffered"].count == 1
        assert (found["tWait"].sum, found["tAnswered"].sum) == (expected, expected)
        assert "tAbandon" not in found
    assert by_queue[support]["tWait"].sum >= 43_000
    level = by_queue[support]["oServiceLevel"]
    assert (level.ratio, level.numerator, level.denominator, level.target) == (0, 0, 1, 0.8)
    assert by_queue[support]["nOverSla"].count == 1, "it waited longer than the 20 seconds of the goal"
    assert by_queue[sales]["oServiceLevel"].ratio == 1

    by_agent = figures(
        supervisor,
        story,
        "userId",
        *(
            "nConnected",
            "nTransferred",
            "nBlindTransferred",
            "tAlert",
            "tTalkComplete",
            "tHeldComplete",
            "tAcw",
            "tHandle",
        ),
    )
    first, second = (by_agent[part.user_id] for part in (story.ana, story.ben))
    assert first["tAlert"].sum == ms(ana.start_alerting_time, ana.connected_time) >= 3000
    attended = ms(ana.connected_time, ana.disconnected_time)
    assert first["tTalkComplete"].sum + first["tHeldComplete"].sum == first["tHandle"].sum == attended >= 160_000
    assert first["tHeldComplete"].sum >= 30_000
    assert first["tTalkComplete"].sum >= 130_000
    assert (first["nTransferred"].count, first["nBlindTransferred"].count) == (1, 1)
    assert second["tTalkComplete"].sum == ms(ben.connected_time, ben.disconnected_time) >= 60_000
    assert second["tAcw"].sum == ms(story.ben.start_acw_time, story.ben.end_acw_time) >= 20_000
    assert second["tHandle"].sum == second["tTalkComplete"].sum + second["tAcw"].sum
    assert "nTransferred" not in second


def test_the_parts_of_an_interval_add_up(supervisor: Any, story: Story) -> None:
    metrics = ("tTalk", "tHeld")
    whole = figures(supervisor, story, "userId", *metrics)[story.ana.user_id]
    body = {
        "interval": story.interval,
        "granularity": "PT1M",
        "metrics": list(metrics),
        "groupBy": ["userId"],
        "filter": {
            "type": "and",
            "predicates": [
                {"dimension": "conversationId", "value": story.conversation.id},
                {"dimension": "userId", "value": story.ana.user_id},
            ],
        },
    }
    (result,) = platform.ConversationsApi(supervisor).post_analytics_conversations_aggregates_query(body).results
    assert len(result.data) > 1
    for name in metrics:
        parts = [each.stats.sum for part in result.data for each in part.metrics if each.metric == name]
        assert sum(parts) == whole[name].sum


def test_the_interactions_view_finds_it(supervisor: Any, story: Story, wrap_up_code: str) -> None:
    api = platform.ConversationsApi(supervisor)
    body = {
        "interval": story.interval,
        "conversationFilters": [matching("conversationId", story.conversation.id)],
        "segmentFilters": [matching("wrapUpCode", wrap_up_code), matching("segmentType", "hold")],
    }
    found = api.post_analytics_conversations_details_query(body)
    assert found.total_hits == 1
    (recorded,) = found.conversations
    live = api.get_analytics_conversation_details(story.conversation.id)
    assert recorded == live


def test_an_agents_time_is_accounted_for(supervisor: Any, story: Story) -> None:
    """From the moment Ana left the queues on, all her time is off queue."""
    body = {
        "interval": f"{story.left_queue.isoformat()}/{story.ended.isoformat()}",
        "metrics": ["tAgentRoutingStatus"],
        "groupBy": ["userId"],
        "filter": matching("userId", story.ana.user_id),
    }
    (result,) = platform.UsersApi(supervisor).post_analytics_users_aggregates_query(body).results
    spent = {each.qualifier: each.stats.sum for part in result.data for each in part.metrics}
    assert spent == {"OFF_QUEUE": ms(story.left_queue, story.ended)}


def test_a_supervisor_sees_who_waits_now(centre: ContactCentre, supervisor: Any, customer: Customer) -> None:
    support = centre.queue("Support")
    body = {
        "metrics": ["oWaiting", "oLongestWaiting"],
        "detailMetrics": ["oWaiting"],
        "filter": matching("queueId", support),
    }

    def waiting() -> dict[str, Any]:
        centre.settle()
        found = platform.RoutingApi(supervisor).post_analytics_queues_observations_query(body).results
        (messages,) = [each for each in found if each.group["mediaType"] == "message"]
        return {each.metric: each for each in messages.data}

    before = waiting()["oWaiting"].stats.count
    customer.write("Anybody there?")
    centre.settle()
    centre.advance("PT50S")
    now = waiting()
    assert now["oWaiting"].stats.count == len(now["oWaiting"].observations) == before + 1
    assert now["oLongestWaiting"].stats.calculated_metric_value >= 50_000
    with Desk(centre, "ana") as ana:
        ana.accept(customer.address)
        assert waiting()["oWaiting"].stats.count == before
