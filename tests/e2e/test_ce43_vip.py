"""CE43: whoever the flow says is a VIP is answered before those who came earlier."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.e2e.contact_centre import ContactCentre, platform
from tests.e2e.desk import Desk
from tests.e2e.whatsapp import Customer


@pytest.fixture
def make_vips(centre: ContactCentre) -> Iterator[Callable[[], None]]:
    """From then on, whoever writes to the demo's WhatsApp number is a VIP."""
    architect, routing = platform.ArchitectApi(centre.sdk()), platform.RoutingApi(centre.sdk())
    number = centre.integration("whatsapp")["id"]
    former = routing.get_routing_message_recipient(number).flow.id

    def answer_by(flow_id: str) -> None:
        routing.put_routing_message_recipient(number, {"flow": {"id": flow_id}})
        centre.advance("PT31S")  # configuration is read anew within half a minute

    def make() -> None:
        transfer = {"transferToAcd": {"targetQueue": {"id": centre.queue("Support")}, "vip": {"lit": True}}}
        task = {"task": {"refId": "main", "actions": [transfer]}}
        flow = architect.post_flows({"name": "VIPs", "type": "INBOUNDSHORTMESSAGE"})
        architect.post_flow_versions(
            flow.id, {"inboundShortMessage": {"startUpRef": "./tasks/task[main]", "tasks": [task]}}
        )
        architect.post_flows_actions_publish(flow.id)
        answer_by(flow.id)

    yield make
    answer_by(former)


def test_a_vip_is_answered_first(centre: ContactCentre, make_vips: Callable[[], None], ana: Desk) -> None:
    routing: Any = platform.RoutingApi(centre.sdk())
    early, late = Customer(centre, "Kim"), Customer(centre, "Noor")
    ana.set_status("OFF_QUEUE")
    early.write("I was here first")
    make_vips()
    late.write("I am important")
    routing.put_routing_user_utilization(ana.user_id, {"utilization": {"message": {"maximumCapacity": 1}}})
    try:
        ana.set_status("IDLE")
        talk = ana.accept(late.address)
        assert len(ana.held()) == 1
    finally:
        routing.delete_routing_user_utilization(ana.user_id)
    centre.settle()
    details = platform.AnalyticsApi(centre.sdk()).get_analytics_conversation_details(talk.id)
    (waited,) = [each for each in details.participants if each.purpose == "acd"]
    assert waited.sessions[0].used_routing == "Vip"
    ana.accept(early.address)
