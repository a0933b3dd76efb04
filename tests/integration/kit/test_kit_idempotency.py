"""The same create within the window gives one object and one answer, whatever the network and the user do."""

import contextvars
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from switchboard.kit import clock, idempotency, ids, settings
from switchboard.kit.dynamo import Table
from switchboard.kit.errors import ConflictError
from switchboard.kit.idempotency import Attempt, once

from local.cloud import LocalCloud
from local.faults import Crashed

CALL = ("client", "user", "RoutingApi.post_routing_queues", '{"name": "Support"}')


@pytest.fixture
def items(cloud: LocalCloud) -> Iterator[Table]:
    with cloud.as_function("test-Step"):
        yield Table(settings.required("ITEMS_TABLE"))


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idempotency, "_POLL_SECONDS", 0.02)


class Creation:
    """Counts how often it really ran, and as which attempts."""

    def __init__(self) -> None:
        self.runs = 0
        self.attempts: list[Attempt] = []

    def __call__(self, attempt: Attempt) -> dict[str, Any]:
        self.runs += 1
        self.attempts.append(attempt)
        return {"id": str(self.runs)}


def test_a_resent_request_gets_the_first_answer(items: Table) -> None:
    create = Creation()
    assert once(items, CALL, create) == once(items, CALL, create) == {"id": "1"}
    assert create.runs == 1


def test_another_caller_or_body_is_another_request(items: Table) -> None:
    create = Creation()
    calls = {CALL, ("other", *CALL[1:]), (*CALL[:3], '{"name": "Sales"}'), ("client", "", *CALL[1:])}
    assert len({once(items, call, create)["id"] for call in calls}) == len(calls)


def test_after_the_window_it_is_a_new_request(cloud: LocalCloud, items: Table) -> None:
    create = Creation()
    once(items, CALL, create)
    cloud.clock.advance(timedelta(milliseconds=idempotency.WINDOW_MS + 1))
    assert once(items, CALL, create) == {"id": "2"}


def test_an_error_is_not_kept(items: Table) -> None:
    def fail(attempt: Attempt) -> None:
        raise ConflictError("taken")

    with pytest.raises(ConflictError, match="taken"):
        once(items, CALL, fail)
    assert once(items, CALL, Creation()) == {"id": "1"}


def test_a_twin_waits_for_the_answer_of_the_one_under_way(items: Table) -> None:
    running, finish = threading.Event(), threading.Event()
    create = Creation()

    def slowly(attempt: Attempt) -> dict[str, Any]:
        running.set()
        assert finish.wait(10)
        return create(attempt)

    with ThreadPoolExecutor() as pool:
        first = pool.submit(contextvars.copy_context().run, once, items, CALL, slowly)
        assert running.wait(10)
        second = pool.submit(contextvars.copy_context().run, once, items, CALL, create)
        finish.set()
        assert first.result(10) == second.result(10) == {"id": "1"}
    assert create.runs == 1


def test_a_twin_does_not_wait_for_ever(items: Table) -> None:
    def nested(attempt: Attempt) -> None:
        once(items, CALL, Creation())

    with pytest.raises(ConflictError, match="still being processed"):
        once(items, CALL, nested)


def test_a_claim_whose_owner_died_is_taken_over_after_the_window(cloud: LocalCloud, items: Table) -> None:
    cloud.faults.fail(function="test-Step", call=1, when="after")
    with pytest.raises(Crashed):
        once(items, CALL, Creation())
    cloud.clock.advance(timedelta(milliseconds=idempotency.WINDOW_MS + 1))
    assert once(items, CALL, Creation()) == {"id": "1"}


@pytest.mark.parametrize("call", [2, 3])
def test_an_attempt_after_one_that_died_makes_the_same_thing(cloud: LocalCloud, items: Table, call: int) -> None:
    create = Creation()

    def made(attempt: Attempt) -> dict[str, Any]:
        items.get(("MADE", attempt.identity))
        return create(attempt)

    cloud.faults.fail(function="test-Step", call=call)
    with pytest.raises(Crashed):
        once(items, CALL, made)
    cloud.clock.advance(timedelta(milliseconds=idempotency.WINDOW_MS + 1))
    once(items, CALL, create)
    cloud.clock.advance(timedelta(milliseconds=idempotency.WINDOW_MS + 1))
    once(items, CALL, create)
    assert [each.again for each in create.attempts[-2:]] == [True, False]
    identities = [each.identity for each in create.attempts]
    assert len(set(identities[:-1])) == 1
    assert identities[-1] != identities[-2]


DAY_MS = 24 * 3_600_000


def test_a_key_of_a_day_whose_owner_died_is_free_again_when_they_cannot_be_at_work_any_more(
    cloud: LocalCloud, items: Table
) -> None:
    cloud.faults.fail(function="test-Step", call=1, when="after")
    with pytest.raises(Crashed):
        once(items, CALL, Creation(), DAY_MS)
    with pytest.raises(ConflictError, match="still being processed"):
        once(items, CALL, Creation(), DAY_MS)
    cloud.clock.advance(timedelta(milliseconds=idempotency.CLAIM_MS + 1))
    assert once(items, CALL, Creation(), DAY_MS) == {"id": "1"}


def test_an_answer_is_kept_for_as_long_as_it_is_given_again(cloud: LocalCloud, items: Table) -> None:
    create = Creation()
    once(items, CALL, create, DAY_MS)
    (item,) = items.query(f"ONCE#{ids.digest(*CALL).hex()}")
    assert item["expiresAt"] >= clock.now_ms() // 1000 + DAY_MS // 1000
    cloud.clock.advance(timedelta(hours=23))
    assert once(items, CALL, create, DAY_MS) == {"id": "1"}
