"""A rate budget lets a burst go at once, then one message an interval, and never more."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st
from moto import mock_aws
from switchboard.channels.rates import Budget, Budgets
from switchboard.kit import aws, clock
from switchboard.kit.dynamo import Table

START = datetime(2026, 11, 21, tzinfo=UTC)
BUDGET = Budget("number-1#customer-1", interval_seconds=6, burst=3)


class Hands:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.now = START

    def turn(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def hands() -> Iterator[Hands]:
    made = Hands()
    before = clock.use(lambda: made.now)
    yield made
    clock.use(before)


@contextmanager
def table() -> Iterator[Table]:
    keys = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "AWS_REGION": "us-east-1"}
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name, value in keys.items():
            patch.setenv(name, value)
        aws.forget()
        boto3.client("dynamodb", region_name="us-east-1").create_table(
            TableName="channels",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("PK", "SK")],
            KeySchema=[{"AttributeName": "PK", "KeyType": "HASH"}, {"AttributeName": "SK", "KeyType": "RANGE"}],
        )
        yield Table("channels")
    aws.forget()


@pytest.fixture
def budgets() -> Iterator[Budgets]:
    with table() as made:
        yield Budgets(made)


def test_a_burst_goes_at_once_and_the_next_waits_one_interval(budgets: Budgets, hands: Hands) -> None:
    assert [budgets.take(BUDGET) for _ in range(4)] == [0, 0, 0, 6]

    hands.turn(5.999)
    assert budgets.take(BUDGET) == pytest.approx(0.001)
    hands.turn(0.001)
    assert [budgets.take(BUDGET) for _ in range(2)] == [0, 6]


def test_a_rest_restores_the_burst(budgets: Budgets, hands: Hands) -> None:
    for _ in range(3):
        budgets.take(BUDGET)
    hands.turn(3600)

    assert [budgets.take(BUDGET) for _ in range(4)] == [0, 0, 0, 6]


def test_budgets_do_not_share(budgets: Budgets, hands: Hands) -> None:
    for _ in range(3):
        budgets.take(BUDGET)

    assert budgets.take(Budget("number-1#customer-2", 6, 3)) == 0


def test_a_pause_holds_everybody_and_is_never_shortened(budgets: Budgets, hands: Hands) -> None:
    budgets.pause(BUDGET, 60)
    budgets.pause(BUDGET, 10)

    assert budgets.take(BUDGET) == 60
    hands.turn(60)
    assert budgets.take(BUDGET) == 0


@pytest.fixture(scope="module")
def shared() -> Iterator[Budgets]:
    with table() as made:
        yield Budgets(made)


@effort(max_examples=40)
@given(waits=st.lists(st.floats(min_value=0, max_value=20), min_size=5, max_size=30))
def test_no_stretch_of_time_holds_more_than_the_rate(shared: Budgets, hands: Hands, waits: list[float]) -> None:
    """Any stretch of n intervals sees at most burst + n messages."""
    hands.turn(3600)  # the example before has left the budget as it pleased
    taken = []
    for wait in waits:
        hands.turn(wait)
        if shared.take(BUDGET) == 0:
            taken.append(hands.now)
    for index, first in enumerate(taken):
        for count, last in enumerate(taken[index:], start=1):
            intervals = (last - first).total_seconds() / BUDGET.interval_seconds
            assert count <= BUDGET.burst + intervals + 0.01  # the clock's milliseconds
