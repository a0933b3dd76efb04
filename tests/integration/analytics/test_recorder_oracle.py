"""Random histories through the recorder, its events repeated, shuffled and late, its reads a moment old: the figures that the API
answers are those that somebody saw who only watched."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from switchboard.analytics import bootstrap
from switchboard.analytics.models import Body, Goal, Goals
from switchboard.analytics.service.query import Queries
from switchboard.analytics.service.record import Recording
from switchboard.conversations.models import Conversation, Message
from switchboard.kit import clock, ids
from switchboard.kit.events import Event

from tests.integration.analytics.conftest import matching
from tests.integration.routing.conftest import Centre
from tests.unit.analytics.histories import Version, told_histories
from tests.unit.analytics.oracle import figures

HOUR = 3_600_000
FIRST, LAST = "2026-03-27T23:00:00Z", "2026-04-03T22:00:00Z"
"""A week of midnights in Berlin, in which the clocks go forward."""
NOON = clock.to_ms(clock.parse("2026-03-28T11:00:00Z"))
HOURS_OF_DAYS = (24, 23, 24, 24, 24, 24, 24)
Cell = tuple[str, str, str, str]
"""Queue, user, beginning of the day and metric."""


@dataclass
class Conversations:
    """What happened so far, of each conversation; a read of many may be older."""

    chance: Random
    past: dict[str, list[Conversation]] = field(default_factory=dict)

    def find(self, identifier: str) -> Conversation | None:
        return self.past[identifier][-1]

    def find_all(self, identifiers: Iterable[str]) -> dict[str, Conversation]:
        return {each: self.chance.choice(self.past[each]) for each in identifiers}

    def messages(self, conversation: Conversation) -> list[Message]:
        return []


class NoGoals:
    def of(self, conversations: Iterable[Conversation]) -> Goals:
        return {("nowhere", "message"): Goal(percentage=1, duration_ms=1)}


def happen(recording: Recording, conversations: Conversations, told: list[list[Version]], chance: Random) -> None:
    """All histories at once; each event once or twice, at any time after it happened."""
    coming = [(version.at, version.conversation) for versions in told for version in versions]
    due: list[Event] = []
    for _, conversation in sorted(coming, key=lambda each: each[0]):
        conversations.past.setdefault(conversation.id, []).append(conversation)
        detail = {"conversationId": conversation.id, "version": conversation.version}
        due += [Event("switchboard.conversations", "conversation.changed", detail)] * chance.randint(1, 2)
        chance.shuffle(due)
        _deliver(recording, [due.pop() for _ in range(chance.randint(0, min(3, len(due))))])
    while due:
        _deliver(recording, [due.pop() for _ in range(min(3, len(due)))])


def _deliver(recording: Recording, events: list[Event]) -> None:
    batch = recording.begin([each.detail for each in events])
    for event in events:
        recording.record(event, batch)


def answered(body: Body) -> dict[Cell, tuple[int, int]]:
    """How often and how much, by cell."""
    return {
        (group.get("queueId", ""), group.get("userId", ""), part["interval"].split("/")[0], metric["metric"]): (
            metric["stats"]["count"],
            round(metric["stats"].get("sum", metric["stats"]["count"])),
        )
        for result in body["results"]
        for group in [result["group"]]
        for part in result["data"]
        for metric in part["metrics"]
    }


def watched(told: list[list[Version]]) -> dict[Cell, tuple[int, int]]:
    """The same by the oracle, day by day as a clock on a wall in Berlin counts them."""
    counts: Counter[Cell] = Counter()
    sums: Counter[Cell] = Counter()
    for figure in (each for versions in told for each in figures(versions, {})):
        begin = clock.to_ms(clock.parse(FIRST))
        for hours in HOURS_OF_DAYS:
            if begin <= figure.at < begin + hours * HOUR:
                cell = (figure.queue_id, figure.user_id, clock.iso_ms(begin), figure.metric)
                counts[cell] += 1
                sums[cell] += figure.value
            begin += hours * HOUR
    return {cell: (counts[cell], sums[cell]) for cell in counts}


# A failure is not made smaller: every try takes the store's time.
@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(told_histories(callbacks=False, noon=NOON), min_size=1, max_size=5), st.integers(0, 1_000_000))
def test_whatever_the_events_do_the_figures_are_what_was_seen(
    centre: Centre, histories: list[list[Version]], seed: int
) -> None:
    chance = Random(seed)
    told = [_of_its_own(versions) for versions in histories]
    identifiers = [versions[0].conversation.id for versions in told]
    with centre.cloud.as_function("analytics-record"):
        conversations = Conversations(chance)
        happen(Recording(bootstrap.repository(), conversations, NoGoals()), conversations, told, chance)
        body = {
            "interval": f"{FIRST}/{LAST}",
            "granularity": "P1D",
            "timeZone": "Europe/Berlin",
            "groupBy": ["queueId", "userId"],
            "metrics": sorted({figure.metric for versions in told for figure in figures(versions, {})}),
            "filter": matching("conversationId", *identifiers),
        }
        found = Queries(bootstrap.repository()).aggregate(body, lambda divisions: True)
    assert answered(found) == watched(told)


def _of_its_own(versions: list[Version]) -> list[Version]:
    """The same history under an id that no other example has."""
    identifier = ids.new()
    return [each._replace(conversation=replace(each.conversation, id=identifier)) for each in versions]
