"""Time in statuses and presences: the parts of an interval share it out and lose nothing."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from switchboard.analytics import user_aggregates
from switchboard.analytics.models import Interval, State

NOON = 1_772_366_400_000  # 2026-03-01T12:00:00Z
MINUTE = 60_000
BODY: dict[str, Any] = {
    "interval": "2026-03-01T12:00:00Z/2026-03-01T13:00:00Z",
    "groupBy": ["userId"],
    "filter": {"type": "and", "predicates": [{"dimension": "userId", "value": "ana"}]},
}


def spent(kind: str, states: list[State], now: int, **body: Any) -> dict[tuple[str, str], int]:
    """Milliseconds by metric and qualifier, over all parts."""
    query = user_aggregates.query_of({**BODY, **body})
    found: dict[tuple[str, str], int] = {}
    for result in user_aggregates.aggregate({"ana": {kind: states}}, query, now):  # type: ignore[dict-item]
        for part in result["data"]:
            for each in part["metrics"]:
                key = (each["metric"], each["qualifier"])
                found[key] = found.get(key, 0) + each["stats"]["sum"]
    return found


def test_a_state_lasts_until_the_next_and_the_last_until_now() -> None:
    states = [State(at=NOON - 5 * MINUTE, value="IDLE"), State(at=NOON + 10 * MINUTE, value="INTERACTING")]
    found = spent("routing", states, NOON + 30 * MINUTE, metrics=["tAgentRoutingStatus"])
    assert found == {
        ("tAgentRoutingStatus", "IDLE"): 10 * MINUTE,
        ("tAgentRoutingStatus", "INTERACTING"): 20 * MINUTE,
    }


def test_presences_by_system_and_by_the_organizations_own() -> None:
    states = [
        State(at=NOON, value="OnQueue", definition_id="d1"),
        State(at=NOON + MINUTE, value="Break", definition_id="d2"),
    ]
    found = spent("presence", states, NOON + 3 * MINUTE, metrics=["tSystemPresence", "tOrganizationPresence"])
    assert found == {
        ("tSystemPresence", "ON_QUEUE"): MINUTE,
        ("tOrganizationPresence", "d1"): MINUTE,
        ("tSystemPresence", "BREAK"): 2 * MINUTE,
        ("tOrganizationPresence", "d2"): 2 * MINUTE,
    }


def test_before_the_first_known_state_nothing_is_said() -> None:
    assert spent("routing", [], NOON + MINUTE, metrics=["tAgentRoutingStatus"]) == {}
    late = [State(at=NOON + 50 * MINUTE, value="IDLE")]
    assert sum(spent("routing", late, NOON + 120 * MINUTE, metrics=["tAgentRoutingStatus"]).values()) == 10 * MINUTE


@given(
    st.lists(st.integers(-100, 100), min_size=1, max_size=12, unique=True).map(sorted),
    st.integers(0, 200),
    st.sampled_from(["PT1M", "PT7M", "PT30M", "P1D"]),
)
def test_granularity_shares_out_the_same_time(minutes: list[int], until: int, granularity: str) -> None:
    states = [State(at=NOON + each * MINUTE, value=("IDLE", "OFF_QUEUE")[each % 2]) for each in minutes]
    now = max(NOON + until * MINUTE, states[-1].at)
    whole = spent("routing", states, now, metrics=["tAgentRoutingStatus"])
    assert spent("routing", states, now, metrics=["tAgentRoutingStatus"], granularity=granularity) == whole
    begun, ended = max(states[0].at, NOON), min(now, NOON + 60 * MINUTE)
    assert sum(whole.values()) == max(0, ended - begun)


class Counted(list[Interval]):
    """Parts that count how often one was looked at."""

    looked_at = 0

    def __getitem__(self, index: Any) -> Any:
        self.looked_at += 1
        return super().__getitem__(index)

    def __iter__(self) -> Iterator[Interval]:
        for each in super().__iter__():
            self.looked_at += 1
            yield each


def test_a_month_by_the_quarter_of_an_hour_costs_no_more_than_its_stretches() -> None:
    """Not every state is held against every part."""
    states = [State(at=NOON + each * 5 * MINUTE, value=str(each % 2)) for each in range(31 * 24 * 12)]
    interval = "2026-03-01T12:00:00Z/2026-04-01T12:00:00Z"
    body = {**BODY, "interval": interval, "metrics": ["tAgentRoutingStatus"], "granularity": "PT15M"}
    query = user_aggregates.query_of(body)
    parts = Counted(query.parts)
    user_aggregates.aggregate({"ana": {"routing": states}}, replace(query, parts=parts), states[-1].at)
    assert parts.looked_at < 10 * len(states)
