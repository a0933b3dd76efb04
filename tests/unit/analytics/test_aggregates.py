"""Aggregation is the sum that a plain loop makes, whatever order the conversations come in."""

import random
from collections import defaultdict
from datetime import datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from switchboard.analytics import aggregates
from switchboard.analytics.details import details
from switchboard.analytics.models import Goal, Goals
from switchboard.analytics.rows import rows
from switchboard.conversations.models import Conversation

from tests.unit.analytics.histories import histories
from tests.unit.conversations.making import NOON, SALES, SUPPORT

GOALS: Goals = {
    (SUPPORT, "message"): Goal(percentage=0.8, duration_ms=60_000),
    (SALES, "message"): Goal(percentage=0.5, duration_ms=5_000_000),
}
HOUR = 3_600_000
Body = dict[str, Any]
QUERY: Body = {
    "interval": "2026-03-01T12:00:00Z/2026-03-04T12:00:00Z",
    "granularity": "PT1H",
    "groupBy": ["queueId"],
    "metrics": list(aggregates.METRICS),
}


def answer(bodies: list[Body], **more: Any) -> list[Body]:
    query = aggregates.query_of({**QUERY, **more})
    return aggregates.aggregate((row for body in bodies for row in rows(body)), query)


def cells(results: list[Body]) -> dict[tuple[str, str, str], Body]:
    """Stats by queue, beginning of the part and metric."""
    return {
        (result["group"].get("queueId", ""), part["interval"].split("/")[0], metric["metric"]): metric["stats"]
        for result in results
        for part in result["data"]
        for metric in part["metrics"]
    }


def plainly(bodies: list[Body]) -> dict[tuple[str, int, str], list[int]]:
    """The values of every metric by queue and hour, in a loop that knows nothing of the product's."""
    found: dict[tuple[str, int, str], list[int]] = defaultdict(list)
    for body in bodies:
        for participant in body["participants"]:
            for session in participant["sessions"]:
                queue = next((each["queueId"] for each in session["segments"] if each["queueId"]), "")
                for metric in (each for each in session["metrics"] if not each["name"].startswith("o")):
                    at = round(datetime.fromisoformat(metric["emitDate"]).timestamp() * 1000)
                    if NOON <= at < NOON + 72 * HOUR:
                        found[queue, (at - NOON) // HOUR, metric["name"]].append(metric["value"])
    return found


@settings(max_examples=60, deadline=None)
@given(st.lists(histories(), max_size=6))
def test_it_is_what_a_plain_loop_adds_up(conversations: list[list[Conversation]]) -> None:
    bodies = [details(versions[-1], GOALS) for versions in conversations]
    got = {
        (queue, (round(datetime.fromisoformat(start).timestamp() * 1000) - NOON) // HOUR, name): stats
        for (queue, start, name), stats in cells(answer(bodies)).items()
        if not name.startswith("o")
    }
    expected = plainly(bodies)
    assert got.keys() == expected.keys()
    for key, values in expected.items():
        if key[2].startswith("n"):
            assert got[key] == {"count": len(values)}, key
        else:
            summed = {"count": len(values), "sum": sum(values), "min": min(values), "max": max(values)}
            assert got[key] == summed, key


@settings(max_examples=40, deadline=None)
@given(st.lists(histories(), max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_conversations_does_not_matter(
    conversations: list[list[Conversation]], chance: random.Random
) -> None:
    bodies = [details(versions[-1], GOALS) for versions in conversations]
    shuffled = chance.sample(bodies, len(bodies))
    assert answer(shuffled) == answer(bodies)


@settings(max_examples=60, deadline=None)
@given(histories())
def test_what_was_offered_ended_once_at_most(versions: list[Conversation]) -> None:
    """Every wait is answered, abandoned or handed on, and the service level counts the first two."""
    for conversation in versions:
        totals: dict[str, Body] = {}
        for result in answer([details(conversation, GOALS)], granularity=None, groupBy=[]):
            totals |= {each["metric"]: each["stats"] for part in result["data"] for each in part["metrics"]}
        counts = {name: stats.get("count", 0) for name, stats in totals.items()}
        ended = sum(counts.get(name, 0) for name in ("tAnswered", "tAbandon", "tShortAbandon", "tFlowOut"))
        assert ended == counts.get("tWait", 0) <= counts["nOffered"]
        level = totals.get("oServiceLevel", {"numerator": 0, "denominator": 0})
        assert level["denominator"] == counts.get("tAnswered", 0) + counts.get("tAbandon", 0)
        assert level["numerator"] == counts.get("tAnswered", 0) - counts.get("nOverSla", 0)


def body_with_skills() -> Body:
    segment = {"segmentType": "interact", "queueId": SUPPORT, "requestedRoutingSkillIds": ["french", "chat"]}
    metric = {"name": "nOffered", "value": 1, "emitDate": "2026-03-01T12:00:00.000Z"}
    session = {"mediaType": "message", "metrics": [metric], "segments": [segment]}
    return {"conversationId": "c", "divisionIds": [], "participants": [{"purpose": "acd", "sessions": [session]}]}


def test_several_skills_count_each_or_flattened_together() -> None:
    apart = answer([body_with_skills()], groupBy=["requestedRoutingSkillId"])
    assert [each["group"]["requestedRoutingSkillId"] for each in apart] == ["chat", "french"]
    (together,) = answer([body_with_skills()], groupBy=["requestedRoutingSkillId"], flattenMultivaluedDimensions=True)
    assert together["group"] == {"requestedRoutingSkillId": "chat,french", "mediaType": "message"}


def test_only_what_passes_the_filter_counts() -> None:
    def filtered(kind: str, *predicates: Body) -> bool:
        return bool(answer([body_with_skills()], filter={"type": kind, "predicates": list(predicates)}))

    support, sales = ({"dimension": "queueId", "value": each} for each in (SUPPORT, SALES))
    assert filtered("or", support, sales)
    assert not filtered("and", support, sales)
    assert filtered("and", support, {"dimension": "wrapUpCode", "operator": "notExists"})
    assert not filtered("and", support, {"dimension": "userId", "operator": "exists"})
    clause = {"type": "and", "predicates": [support, {"dimension": "purpose", "value": "acd"}]}
    assert answer([body_with_skills()], filter={"type": "or", "clauses": [clause], "predicates": [sales]})


def waits(*values: int) -> Body:
    metrics = [{"name": "tWait", "value": each, "emitDate": "2026-03-01T12:00:00.000Z"} for each in values]
    session = {"mediaType": "message", "metrics": metrics, "segments": []}
    return {"conversationId": "c", "divisionIds": [], "participants": [{"purpose": "acd", "sessions": [session]}]}


def test_a_view_counts_the_values_of_its_range() -> None:
    views = [
        {"target": "tWait", "name": "quick", "function": "rangeBound", "range": {"lt": 10}},
        {"target": "tWait", "name": "slow", "function": "rangeBound", "range": {"gte": 10, "lt": 30}},
        {"target": "tAcd", "name": "none", "function": "rangeBound", "range": {"gte": 0}},
    ]
    (result,) = answer([waits(0, 9, 10, 29, 30)], views=views, granularity=None, metrics=["nOffered"])
    (part,) = result["data"]
    assert part["metrics"] == []
    assert part["views"] == [
        {"name": "quick", "stats": {"count": 2, "sum": 9, "min": 0, "max": 9}},
        {"name": "slow", "stats": {"count": 2, "sum": 39, "min": 10, "max": 29}},
    ]
