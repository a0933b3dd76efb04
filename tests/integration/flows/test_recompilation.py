"""Published flows follow what they were compiled from, wherever who changes it or who compiles dies."""

import itertools
from datetime import timedelta
from typing import Any, Literal

import pytest
from switchboard.channels import api as channels
from switchboard.flows import api as flows
from switchboard.kit import clock, ids

from local.cloud import LocalCloud
from tests.integration.console import Console
from tests.integration.flows.test_flows_api import definition, queue, save
from tests.integration.flows.test_opening_hours_api import (
    GROUPS,
    SCHEDULES,
    by_hours,
    group_body,
    published,
    schedule,
)

When = Literal["before", "after"]
MOST_CALLS = 30
EVENING = "2026-06-01T18:00:00Z"
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def number(admin: Console) -> str:
    (recipient,) = admin.done("GET", "/routing/message/recipients", messengerType="whatsapp")["entities"]
    return str(recipient["id"])


@pytest.fixture(scope="module")
def weekdays(admin: Console, number: str, cloud: LocalCloud) -> Any:
    """The schedule of a flow that WhatsApp leads to: closed in the evening."""
    weekdays = schedule(admin, "2026-01-05T09:00:00", "2026-01-05T18:00:00", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR")
    group = admin.done("POST", GROUPS, group_body(open=[weekdays]))
    flow = published(admin, by_hours(cloud, group))
    admin.done("PUT", f"/routing/message/recipients/{number}", {"flow": {"id": flow["id"]}})
    return weekdays


def outcome_at(cloud: LocalCloud, number: str) -> str:
    """What ingest goes by in the evening."""
    with cloud.as_function("conversations-ingest"):
        entry = channels.entry(number)
        assert entry is not None
        return entry.at(clock.parse(EVENING))[1].split(":")[0]


def settle(cloud: LocalCloud) -> None:
    """With the retries that a stream or queue makes of what failed."""
    cloud.settle()
    for _ in range(3):
        cloud.advance(timedelta(minutes=7))
        cloud.settle()


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("function", ["flows-api", "flows-recompile"])
def test_a_crash_leaves_no_flow_behind(
    admin: Console, cloud: LocalCloud, number: str, weekdays: Any, function: str, when: When
) -> None:
    path = f"{SCHEDULES}/{weekdays['id']}"
    outcomes = []
    for call in range(1, MOST_CALLS):
        before = admin.done("GET", path)["version"]
        before = admin.done("PUT", path, weekdays | {"version": before})["version"]
        settle(cloud)
        assert outcome_at(cloud, number) == "closed"
        cloud.faults.fail(function=function, call=call, when=when)
        admin.call("PUT", path, weekdays | {"end": "2026-01-05T20:00:00", "version": before})
        cloud.settle()
        struck = bool(cloud.faults.struck)
        cloud.faults.clear()
        settle(cloud)
        written = admin.done("GET", path)["version"] > before
        assert outcome_at(cloud, number) == ("open" if written else "closed")
        if not struck:
            break
        outcomes.append(written)
    assert len(outcomes) < MOST_CALLS - 1, "the function makes more calls than were tried"
    assert any(outcomes) or (function, when) == ("flows-api", "before")
    assert cloud.dead_letters() == []


def test_a_queue_that_is_moved_or_renamed_takes_its_flows_along(admin: Console, cloud: LocalCloud, number: str) -> None:
    division = admin.done("POST", "/authorization/divisions", {"name": ids.new()})["id"]
    made = admin.done("POST", "/routing/queues", {"name": f"Before {next(_numbers)}"})
    flow = published(admin, definition(made["id"]))
    admin.done("PUT", f"/routing/message/recipients/{number}", {"flow": {"id": flow["id"]}})
    name = f"After {next(_numbers)}"
    moved = {"name": name, "division": {"id": division}}
    admin.done("PUT", f"/routing/queues/{made['id']}", made | moved)
    cloud.settle()
    cloud.advance(timedelta(seconds=31))
    with cloud.as_function("conversations-ingest"):
        entry = channels.entry(number)
    assert entry is not None
    assert (entry.queue_name, entry.division_id) == (name, division)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("function", ["flows-api", "flows-recompile"])
def test_a_crash_leaves_no_integration_behind_its_flow(
    admin: Console, cloud: LocalCloud, number: str, function: str, when: When
) -> None:
    queues = itertools.cycle([queue(cloud, "Sales"), queue(cloud, "Support")])
    flow = published(admin, definition(next(queues)))["id"]
    admin.done("PUT", f"/routing/message/recipients/{number}", {"flow": {"id": flow}})
    moved = []
    for call in range(1, MOST_CALLS):
        before, _ = led_to(cloud, number, flow)
        save(admin, flow, definition(next(queues)))
        settle(cloud)
        cloud.faults.fail(function=function, call=call, when=when)
        admin.call("POST", "/flows/actions/publish", flow=flow)
        cloud.settle()
        struck = bool(cloud.faults.struck)
        cloud.faults.clear()
        settle(cloud)
        received, wanted = led_to(cloud, number, flow)
        assert received == wanted
        if not struck:
            break
        moved.append(received != before)
    assert len(moved) < MOST_CALLS - 1, "the function makes more calls than were tried"
    assert moved
    assert any(moved) or (function, when) == ("flows-api", "before")
    assert cloud.dead_letters() == []


def led_to(cloud: LocalCloud, number: str, flow: str) -> tuple[str, str]:
    """The queue where the integration's new conversations go, and the one that the flow publishes."""
    with cloud.as_function("channels-api"):
        published_entry = flows.entry_of(flow)
    with cloud.as_function("conversations-ingest"):
        entry = channels.entry(number)
    return entry.queue_id if entry else "", published_entry.queue_id
