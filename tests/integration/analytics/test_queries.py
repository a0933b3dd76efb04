"""What queries answer and what they refuse."""

from datetime import timedelta
from typing import Any

import pytest
from switchboard.analytics import repository
from switchboard.identity import api as identity
from switchboard.kit import clock, http, ids
from switchboard.routing import bootstrap as routing_parts
from switchboard.routing.models import Interaction

from tests.integration.analytics.conftest import Json, Reports, matching
from tests.integration.identity.console import Console
from tests.integration.routing.conftest import Centre

DAY = "2026-03-01T00:00:00Z/2026-03-02T00:00:00Z"
CONVERSATIONS: Json = {"interval": DAY, "metrics": ["nOffered"]}
VIEW: Json = {"target": "tWait", "name": "quick", "function": "rangeBound", "range": {"lt": 20_000}}
USERS: Json = {"interval": DAY, "metrics": ["tSystemPresence"], "filter": matching("userId", "somebody")}
QUEUES: Json = {"metrics": ["oWaiting"], "filter": matching("queueId", "some-queue")}


@pytest.fixture
def queue(centre: Centre) -> str:
    return centre.queue()


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("conversations/aggregates", CONVERSATIONS | {"metrics": ["nOffered", "nUnheardOf"]}, "metrics"),
        ("conversations/aggregates", {"interval": DAY}, "metrics"),
        ("conversations/aggregates", {"metrics": ["nOffered"]}, "interval"),
        ("conversations/aggregates", CONVERSATIONS | {"interval": "yesterday"}, "interval"),
        ("conversations/aggregates", CONVERSATIONS | {"interval": "2026-03-02T00:00Z/2026-03-01T00:00Z"}, "interval"),
        ("conversations/aggregates", CONVERSATIONS | {"interval": "2026-01-01T00:00Z/2026-03-01T00:00Z"}, "interval"),
        ("conversations/aggregates", CONVERSATIONS | {"granularity": "PT0M"}, "granularity"),
        ("conversations/aggregates", CONVERSATIONS | {"granularity": "hourly"}, "granularity"),
        ("conversations/aggregates", CONVERSATIONS | {"granularity": "PT1S"}, "granularity"),
        ("conversations/aggregates", CONVERSATIONS | {"timeZone": "Mars/Olympus"}, "timeZone"),
        ("conversations/aggregates", CONVERSATIONS | {"timeZone": "../../etc/passwd"}, "timeZone"),
        ("conversations/aggregates", CONVERSATIONS | {"groupBy": ["shoeSize"]}, "groupBy"),
        ("conversations/aggregates", CONVERSATIONS | {"views": [{"target": "tWait", "name": "v"}]}, "views.0.range"),
        ("conversations/aggregates", CONVERSATIONS | {"views": [VIEW | {"name": "tWait"}]}, "views.0.name"),
        ("conversations/aggregates", CONVERSATIONS | {"views": [VIEW, VIEW]}, "views.1.name"),
        ("conversations/aggregates", CONVERSATIONS | {"views": [VIEW | {"target": "tIvr"}]}, "views.0.target"),
        ("conversations/aggregates", CONVERSATIONS | {"queryType": "topN"}, "queryType"),
        ("conversations/aggregates", CONVERSATIONS | {"filter": {"type": "and"}}, "filter"),
        (
            "conversations/aggregates",
            CONVERSATIONS | {"filter": {"type": "and", "predicates": [{"dimension": "roomId", "value": "1"}]}},
            "filter.predicates.0.dimension",
        ),
        ("conversations/details", {"interval": DAY, "paging": {"pageSize": 101}}, "paging.pageSize"),
        ("conversations/details", {"interval": DAY, "paging": {"pageNumber": 0}}, "paging.pageNumber"),
        ("conversations/details", {"interval": DAY, "order": "sideways"}, "order"),
        ("conversations/details", {"interval": DAY, "surveyFilters": [matching("queueId", "x")]}, "surveyFilters"),
        (
            "conversations/details",
            {"interval": DAY, "conversationFilters": [{"predicates": [{"metric": "tHandle"}]}]},
            "conversationFilters.0.predicates.0.range",
        ),
        ("conversations/details", {}, "interval"),
        ("users/aggregates", USERS | {"metrics": ["tTalk"]}, "metrics"),
        ("users/aggregates", {key: USERS[key] for key in ("interval", "metrics")}, "filter"),
        ("users/aggregates", USERS | {"groupBy": ["queueId"]}, "groupBy"),
        ("queues/observations", QUEUES | {"metrics": ["oMissing"]}, "metrics"),
        ("queues/observations", QUEUES | {"filter": matching("mediaType", "message")}, "filter"),
        ("queues/observations", QUEUES | {"detailMetrics": ["oMemberUsers"]}, "detailMetrics"),
        ("users/observations", {"metrics": ["oInteracting"]}, "filter"),
    ],
)
def test_a_bad_query_is_refused_by_the_field(reports: Reports, path: str, body: Json, field: str) -> None:
    answer = reports.ask(path, body)
    details = answer.body.get("details") or [{}]
    assert (answer.status, details[0].get("fieldName")) == (400, field), answer.body


def test_details_are_filtered_ordered_and_paged(centre: Centre, queue: str, reports: Reports) -> None:
    conversations = [centre.start(queue) for _ in range(5)]
    centre.agent(queue)
    newest_first = reports.details_of(queue, order="desc", paging={"pageSize": 2, "pageNumber": 2})
    assert newest_first["totalHits"] == 5
    assert [each["conversationId"] for each in newest_first["conversations"]] == conversations[::-1][2:4]

    def hits(**filters: Any) -> int:
        body = {"interval": reports.around(), "conversationFilters": [matching("conversationId", *conversations)]}
        return int(reports.get("conversations/details", body | filters)["totalHits"])

    alerted = {"type": "and", "predicates": [{"dimension": "segmentType", "value": "alert"}]}
    assert hits(segmentFilters=[alerted]) == 4, "an agent is alerted to as many as they may have"
    assert hits(segmentFilters=[alerted, matching("purpose", "acd")]) == 4, "by different segments"
    both = {**alerted, "predicates": [*alerted["predicates"], {"dimension": "purpose", "value": "acd"}]}
    assert hits(segmentFilters=[both]) == 0, "by one segment"
    open_still = {"type": "and", "predicates": [{"dimension": "conversationEnd", "operator": "notExists"}]}
    ids = matching("conversationId", *conversations[:2])
    assert hits(conversationFilters=[open_still, ids]) == 2
    waited = {"type": "and", "predicates": [{"type": "metric", "metric": "tAcd", "operator": "exists"}]}
    assert hits(conversationFilters=[ids, waited]) == 0, "the alerts are not answered yet"


def test_more_than_an_answer_can_hold_is_refused(
    centre: Centre, queue: str, reports: Reports, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As such, and not as a fault of the server."""
    centre.start(queue)
    body = {"interval": reports.around(), "metrics": ["nOffered"], "groupBy": ["conversationId"]}
    assert reports.ask("conversations/aggregates", body).status == 200
    monkeypatch.setattr(http, "LARGEST_ANSWER_BYTES", 100)
    answer = reports.ask("conversations/aggregates", body)
    assert (answer.status, answer.body["code"]) == (413, "request.entity.too.large")


def test_more_than_a_query_can_read_is_refused(
    centre: Centre, queue: str, reports: Reports, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        centre.start(queue)
    monkeypatch.setattr(repository, "MOST_FACTS", 2)
    body = {"interval": reports.around(), "metrics": ["nOffered"]}
    assert reports.ask("conversations/aggregates", body).status == 400
    answer = reports.ask("conversations/details", {"interval": reports.around()})
    assert (answer.status, answer.body["details"][0]["fieldName"]) == (400, "interval")
    second = {"interval": reports.around(timedelta(seconds=1), timedelta()), "metrics": ["nOffered"]}
    refused = reports.ask("conversations/aggregates", second).body["message"]
    assert "a details job" in refused, "there is no smaller part of a day to ask for"


def test_a_caller_sees_what_is_in_their_divisions(centre: Centre, queue: str) -> None:
    path = "/api/v2/analytics/queues/observations/query"
    body = {"metrics": ["oMemberUsers"], "filter": matching("queueId", queue)}
    with centre.cloud.as_function("identity-api"):
        elsewhere = identity.divisions().create({"name": f"Elsewhere {queue}"})["id"]
    stranger = Console(centre.cloud).client("analytics:*:view", division=elsewhere)
    assert stranger.call("POST", path, body).body["results"] == []
    assert Console(centre.cloud).client("analytics:*:view").call("POST", path, body).body["results"] != []
    assert Console(centre.cloud).client("routing:queue:view").call("POST", path, body).status == 403


def test_the_time_in_each_status(centre: Centre, queue: str, reports: Reports) -> None:
    agent = centre.agent(queue)
    came = centre.state(agent).status_since
    centre.cloud.advance(timedelta(minutes=10))
    conversation = centre.start(queue)
    taken = centre.now()
    centre.set_state(conversation, "connected")
    centre.cloud.advance(timedelta(minutes=5))
    centre.say(agent, "OFF_QUEUE")
    left = centre.now()
    centre.cloud.advance(timedelta(minutes=2))
    body = {
        "interval": f"{clock.iso_ms(came - 300_000)}/{clock.iso_ms(left + 120_000)}",
        "metrics": ["tAgentRoutingStatus"],
        "groupBy": ["userId"],
        "filter": matching("userId", agent),
    }
    (result,) = reports.get("users/aggregates", body)["results"]
    spent = {each["qualifier"]: each["stats"]["sum"] for each in result["data"][0]["metrics"]}
    assert spent == {"IDLE": taken - came, "INTERACTING": left - taken, "OFF_QUEUE": 120_000}

    parts = reports.get("users/aggregates", body | {"granularity": "PT1M"})["results"][0]["data"]
    cut = [metric["stats"]["sum"] for part in parts for metric in part["metrics"]]
    assert (sum(cut), max(cut)) == (sum(spent.values()), 60_000)
    centre.set_state(conversation, "disconnected")


def test_what_goes_on_in_a_queue(centre: Centre, queue: str, reports: Reports) -> None:
    metrics = ["oWaiting", "oAlerting", "oInteracting", "oLongestWaiting", "oOnQueueUsers", "oMemberUsers"]
    ana = centre.agent(queue)
    centre.agent(queue, on_queue=False)
    other = centre.queue()
    conversations = [centre.start(queue) for _ in range(6)]
    centre.set_state(conversations[0], "connected")
    centre.cloud.advance(timedelta(seconds=7))
    body = {"metrics": metrics, "filter": matching("queueId", queue, other), "detailMetrics": ["oWaiting"]}
    results = reports.get("queues/observations", body)["results"]
    found = {
        (each["group"]["queueId"], each["group"].get("mediaType")): {
            (datum["metric"], datum.get("qualifier")): datum for datum in each["data"]
        }
        for each in results
    }
    messages = {name: datum["stats"]["count"] for (name, _), datum in found[queue, "message"].items()}
    assert messages == {"oWaiting": 2, "oAlerting": 3, "oInteracting": 1, "oLongestWaiting": 1}
    assert found[queue, "message"]["oLongestWaiting", None]["stats"]["calculatedMetricValue"] == 7010
    waiting = found[queue, "message"]["oWaiting", None]["observations"]
    assert [each["conversationId"] for each in waiting] == conversations[4:]
    people = {key: datum["stats"]["count"] for key, datum in found[queue, None].items()}
    assert people == {("oOnQueueUsers", "INTERACTING"): 1, ("oMemberUsers", None): 2}
    assert all(datum["stats"]["count"] == 0 for datum in found[other, "message"].values())

    wanted = {"metrics": ["oInteracting", "oAlerting", "oUserRoutingStatuses"], "filter": matching("userId", ana)}
    by_user = reports.get("users/observations", wanted)["results"]
    counts = {(d["metric"], d.get("qualifier")): d["stats"]["count"] for each in by_user for d in each["data"]}
    assert counts == {("oInteracting", None): 1, ("oAlerting", None): 3, ("oUserRoutingStatuses", "INTERACTING"): 1}


def test_the_work_of_who_is_lent_to_a_queue_goes_on_in_it(centre: Centre, reports: Reports) -> None:
    """They are no members, and counted as none."""
    lent = centre.agent()
    rule = {"metric": "EstimatedWaitTime", "operator": "GreaterThanOrEqualTo", "conditionValue": 0}
    rule |= {"groups": [{"id": centre.group(lent), "type": "GROUP"}]}
    queue = centre.queue(conditionalGroupRouting={"rules": [rule]})
    member = centre.agent(queue)
    conversations = [centre.start(queue) for _ in range(5)]
    by = {centre.alerted_user(each) for each in conversations}
    assert by == {lent, member}
    body = {"metrics": ["oAlerting", "oMemberUsers"], "filter": matching("queueId", queue)}
    results = reports.get("queues/observations", body)["results"]
    found = {(each["group"].get("mediaType"), datum["metric"]): datum for each in results for datum in each["data"]}
    assert found["message", "oAlerting"]["stats"]["count"] == 5
    assert found[None, "oMemberUsers"]["stats"]["count"] == 1


def test_a_long_queue_is_counted_whole_in_one_read(centre: Centre, queue: str, reports: Reports) -> None:
    """However many wait: not ten at a time in the order of their turns."""
    with centre.cloud.as_function("routing-assign"):
        places = routing_parts.repository().places
        for number in range(1200):
            at = centre.now() - number
            places.take(Interaction(ids.new(), ids.new(), queue, skill_ids=[f"s{number % 3}"], queued_at=at))
    centre.cloud.calls.clear()
    body = {"metrics": ["oWaiting", "oLongestWaiting"], "filter": matching("queueId", queue)}
    results = reports.get("queues/observations", body)["results"]
    (messages,) = (each["data"] for each in results if each["group"]["mediaType"] == "message")
    found = {each["metric"]: each["stats"] for each in messages}
    assert found["oWaiting"] == {"count": 1200}
    assert found["oLongestWaiting"]["calculatedMetricValue"] == 1199
    queries = [each for each in centre.cloud.calls.entities() if each["operation"] == "Query"]
    assert sum(each["count"] for each in queries) < 10
