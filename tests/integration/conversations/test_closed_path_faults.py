"""Outside opening hours the customer is told once, wherever ingest dies on the way (CE43)."""

import itertools
from collections.abc import Iterator
from datetime import timedelta
from typing import Literal

import pytest

from tests.integration.console import sign_in
from tests.integration.conversations.test_message_path_faults import MOST_CALLS, _conversations_of, _settle_with_retries
from tests.load.replay import Replay

When = Literal["before", "after"]
CLOSED = "We are closed."
_customers = itertools.count(5000)


@pytest.fixture(scope="module")
def closed(replay: Replay) -> Iterator[Replay]:
    """The WhatsApp number leads to a flow whose group has no open schedule: it is always closed."""
    admin = sign_in(replay.cloud)
    group = admin.done("POST", "/architect/schedulegroups", {"name": "Never", "timeZone": "UTC"})
    (queue,) = admin.done("GET", "/routing/queues", name="Support")["entities"]
    outputs = {
        "open": {"actions": [{"transferToAcd": {"targetQueue": {"id": queue["id"]}}}]},
        "closed": {"actions": [{"sendResponse": {"messageBody": CLOSED}}, {"disconnect": {}}]},
    }
    evaluation = {"evaluateScheduleGroup": {"scheduleGroup": {"id": group["id"]}, "outputs": outputs}}
    task = {"task": {"refId": "main", "actions": [evaluation]}}
    flow = admin.done("POST", "/flows", {"name": "Never", "type": "INBOUNDSHORTMESSAGE"})
    definition = {"inboundShortMessage": {"startUpRef": "./tasks/task[main]", "tasks": [task]}}
    admin.done("POST", f"/flows/{flow['id']}/versions", definition)
    admin.done("POST", "/flows/actions/publish", flow=flow["id"])
    (recipient,) = admin.done("GET", "/routing/message/recipients", messengerType="whatsapp")["entities"]
    path = f"/routing/message/recipients/{recipient['id']}"
    admin.done("PUT", path, {"flow": {"id": flow["id"]}})
    replay.cloud.advance(timedelta(seconds=31))
    yield replay
    sign_in(replay.cloud).done("PUT", path, {"flow": {"id": recipient["flow"]["id"]}})


def _told_once(replay: Replay, call: int, when: When) -> bool:
    """Whether the fault struck; one conversation that has ended, the question and one answer either way."""
    customer = next(_customers)
    replay.cloud.faults.fail(function="conversations-ingest", call=call, when=when)
    replay.webhook(customer, f"wamid.closed.{customer}", replay.seconds(), text="Is anybody there?")
    replay.cloud.settle()
    struck = bool(replay.cloud.faults.struck)
    replay.cloud.faults.clear()
    if struck:
        _settle_with_retries(replay)
    (found,) = _conversations_of(replay, f"1555{customer:07d}")
    assert found["conversation"].end and not found["conversation"].engaged
    assert [each.direction for each in found["messages"]] == ["inbound", "outbound"]
    assert CLOSED in found["messages"][1].doc
    assert replay.cloud.dead_letters() == []
    return struck


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_crash_of_ingest_while_closed(closed: Replay, when: When) -> None:
    struck = list(itertools.takewhile(bool, (_told_once(closed, n, when) for n in range(1, MOST_CALLS))))
    assert struck
    assert len(struck) < MOST_CALLS - 1, "ingest makes more calls than were tried"
