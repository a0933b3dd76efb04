"""A flow that something leads to stays; one that is deleted leaves nothing behind."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from switchboard.flows import bootstrap

from local.cloud import LocalCloud
from tests.integration.console import Console, sign_in
from tests.integration.flows.test_flows_api import definition, publish, queue, save

_numbers = itertools.count(1)
IN_QUEUE = {
    "inqueueShortMessage": {
        "startUpRef": "./states/state[first]",
        "states": [{"state": {"refId": "first", "actions": [{"sendResponse": {"messageBody": "Please wait"}}]}}],
    }
}


def made(admin: Console, kind: str = "INBOUNDSHORTMESSAGE") -> str:
    return str(admin.done("POST", "/flows", {"name": f"Deleted {next(_numbers)}", "type": kind})["id"])


def in_queue(admin: Console) -> tuple[str, str, Callable[[], Any]]:
    flow = made(admin, "INQUEUESHORTMESSAGE")
    save(admin, flow, IN_QUEUE)
    publish(admin, flow)
    name = f"Speaking {next(_numbers)}"
    path = f"/routing/queues/{admin.done('POST', '/routing/queues', {'name': name, 'messageInQueueFlow': {'id': flow}})['id']}"
    return flow, f"the queue {name}", lambda: admin.done("PUT", path, {"name": name})


def in_emergency(admin: Console) -> tuple[str, str, Callable[[], Any]]:
    flow, name = made(admin), f"Fire {next(_numbers)}"
    body = {"name": name, "emergencyCallFlows": [{"emergencyFlow": {"id": flow}, "ivrs": []}]}
    group = admin.done("POST", "/architect/emergencygroups", body)["id"]
    return flow, f"the emergency group {name}", lambda: admin.done("DELETE", f"/architect/emergencygroups/{group}")


@pytest.mark.parametrize("used", [in_queue, in_emergency])
def test_what_leads_to_it_keeps_it(admin: Console, used: Callable[[Console], tuple[str, str, Any]]) -> None:
    flow, user, let_go = used(admin)
    refused = admin.call("DELETE", f"/flows/{flow}")
    assert (refused.status, refused.body["code"]) == (409, "in.use")
    assert user in refused.body["message"]
    assert admin.done("GET", f"/flows/{flow}")["id"] == flow
    let_go()
    assert admin.call("DELETE", f"/flows/{flow}").status == 204


def test_its_versions_go_with_it(admin: Console, cloud: LocalCloud) -> None:
    flow = made(admin)
    for name in ("Sales", "Support"):
        save(admin, flow, definition(queue(cloud, name)))
    assert admin.call("DELETE", f"/flows/{flow}").status == 204
    with cloud.as_function("flows-api"):
        assert list(bootstrap.repository().table.query(f"FLOW#{flow}")) == []


def test_an_agent_may_not(admin: Console, cloud: LocalCloud) -> None:
    flow = made(admin)
    assert sign_in(cloud, "demo-ana").refused("DELETE", f"/flows/{flow}")[:2] == (403, "missing.permissions")
    assert admin.done("GET", f"/flows/{flow}")["id"] == flow
