"""Flows beyond what all entities have: versions and their publication."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.contract.console.agreement import NOBODY
from tests.e2e.contact_centre import ContactCentre, Json, platform
from tests.e2e.refusals import refusal

Unique = Callable[[str], str]


def definition(queue_id: str) -> Json:
    """A flow that transfers to the queue."""
    transfer = {"transferToAcd": {"name": "To the queue", "targetQueue": {"id": queue_id}}}
    task = {"task": {"refId": "main", "name": "Main", "actions": [transfer]}}
    return {"inboundShortMessage": {"name": "Flow", "startUpRef": "./tasks/task[main]", "tasks": [task]}}


@pytest.fixture
def flows(admin: Any) -> Any:
    return platform.ArchitectApi(admin)


@pytest.fixture
def flow(flows: Any, unique: Unique) -> Any:
    return flows.post_flows({"name": unique("Flow"), "type": "INBOUNDSHORTMESSAGE", "description": "Contract"})


def test_a_version_is_saved_and_published(flows: Any, flow: Any, centre: ContactCentre) -> None:
    first = flows.post_flow_versions(flow.id, definition(centre.queue("Support")))
    second = flows.post_flow_versions(flow.id, definition(centre.queue("Sales")))
    assert (first.id, second.id) == ("1", "2")
    assert flows.get_flow(flow.id).published_version is None
    done = flows.post_flows_actions_publish(flow.id, version=first.id)
    assert (done.complete, done.action_name) == (True, "PUBLISH")
    assert flows.get_flow(flow.id).published_version.id == "1"
    flows.post_flows_actions_publish(flow.id)
    assert flows.get_flow(flow.id).published_version.id == "2"


def test_what_a_definition_lacks_is_named(flows: Any, flow: Any, centre: ContactCentre) -> None:
    broken = definition(centre.queue("Support"))
    broken["inboundShortMessage"]["tasks"][0]["task"]["actions"] = [{"playMusic": {}}]
    flows.post_flow_versions(flow.id, broken)
    refused = refusal(lambda: flows.post_flows_actions_publish(flow.id))
    assert refused.status == 400
    assert "tasks.0.task.actions.0" in refused.field
    for unknown in ("9", "latest"):
        assert refusal(lambda: flows.post_flows_actions_publish(flow.id, version=unknown)).status in (400, 404)  # noqa: B023


def test_a_queue_that_does_not_exist_is_refused(flows: Any, flow: Any) -> None:
    flows.post_flow_versions(flow.id, definition(NOBODY))
    assert refusal(lambda: flows.post_flows_actions_publish(flow.id)).status == 400


def test_a_listing_by_type_and_words(flows: Any, flow: Any) -> None:
    def found(**query: Any) -> list[str]:
        return [each.id for each in flows.get_flows(page_size=100, **query).entities]

    assert flow.id in found(type=["INBOUNDSHORTMESSAGE", "BOT"])
    assert flow.id not in found(type=["BOT"])
    assert found(name_or_description=flow.name) == [flow.id]
    assert flow.id in found(name_or_description="contract")


def test_a_flow_is_deleted_once_nothing_leads_to_it(
    admin: Any, flows: Any, flow: Any, centre: ContactCentre, unique: Unique
) -> None:
    routing = platform.RoutingApi(admin)
    flows.post_flow_versions(flow.id, definition(centre.queue("Support")))
    flows.post_flows_actions_publish(flow.id)
    recipient = centre.integration("whatsapp")["id"]
    former = routing.get_routing_message_recipient(recipient).flow.id
    routing.put_routing_message_recipient(recipient, {"flow": {"id": flow.id}})
    refused = refusal(lambda: flows.delete_flow(flow.id))
    routing.put_routing_message_recipient(recipient, {"flow": {"id": former}})
    assert (refused.status, refused.code) == (409, "in.use")
    assert "the integration" in refused.message
    assert flows.delete_flow(flow.id) is None
    assert refusal(lambda: flows.get_flow(flow.id)).status == 404
    assert refusal(lambda: flows.delete_flow(flow.id)).status == 404
    assert flows.post_flows({"name": flow.name, "type": "INBOUNDSHORTMESSAGE"}).id != flow.id
