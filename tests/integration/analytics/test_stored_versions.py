"""Versions of conversations stored in any order, each any number of times: what is read is what the last version says."""

import random

import pytest
from switchboard.analytics import bootstrap
from switchboard.analytics.details import details
from switchboard.analytics.models import Body, Fact, Interval, State
from switchboard.conversations import transitions, wrapping_up
from switchboard.conversations.models import Conversation, WrapUp
from switchboard.kit import ids

from tests.integration.routing.conftest import Centre
from tests.unit.conversations.making import NOON, answered, part_of

DAY = 86_400_000
WEEK = Interval(NOON - DAY, NOON + 6 * DAY)


def over_several_days() -> list[Conversation]:
    """Answered on one day, left on the next, wrapped up on the third; skipping the code would have ended it on the second."""
    talking, ana = answered()
    held = transitions.hold(talking, ana, True, NOON + 9 * DAY // 10)
    left = transitions.leave(held, part_of(held, ana), NOON + DAY)
    skipped = wrapping_up.skip(left, part_of(left, ana), NOON + DAY + 1000)
    noted = wrapping_up.wrap_up(left, part_of(left, ana), WrapUp(code="sold"), NOON + 3 * DAY)
    return [talking, held, left, skipped, noted]


def facts(versions: list[Conversation], identifier: str) -> list[Fact]:
    return [
        Fact(conversation_id=identifier, version=number, body=details(each, {}) | {"conversationId": identifier})
        for number, each in enumerate(versions, start=1)
    ]


@pytest.mark.parametrize("seed", range(12))
def test_any_order_ends_the_same(centre: Centre, seed: int) -> None:
    chance, identifier = random.Random(seed), ids.new()
    stored = facts(over_several_days(), identifier)
    delivered = chance.choices(stored, k=8) + [stored[-1]]
    chance.shuffle(delivered)
    with centre.cloud.as_function("analytics-record"):
        repository = bootstrap.repository()
        for fact in delivered:
            repository.keep(fact)

        def found(interval: Interval) -> list[Body]:
            return [each for each in repository.facts(interval) if each["conversationId"] == identifier]

        assert found(WEEK) == [stored[-1].body]
        for day in range(5):
            for each in found(Interval(NOON + day * DAY, NOON + day * DAY + 1)):
                assert each == stored[-1].body, "no day keeps what an earlier version said"


def test_states_are_read_from_the_one_that_the_interval_begins_with(centre: Centre) -> None:
    """Also where two began in the same millisecond and the later was told first."""
    user, interval = ids.new(), Interval(NOON, NOON + DAY)
    with centre.cloud.as_function("analytics-record"):
        repository = bootstrap.repository()
        for at, version in (
            (NOON + DAY, 9),
            (NOON + 5, 4),
            (NOON + 5, 3),
            (NOON - 10, 2),
            (NOON - 20, 1),
            (NOON + 5, 4),
        ):
            repository.keep_state(user, "routing", State(at=at, value=f"v{version}"), f"{version:010d}")
        assert [each.value for each in repository.history(user, "routing", interval)] == ["v2", "v3", "v4"]
        assert repository.history(user, "presence", interval) == []
