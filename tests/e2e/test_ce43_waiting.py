"""CE43: who waits is told their place in the queue and how long it will take, until an agent takes over."""

import itertools
from collections.abc import Callable

import pytest

from tests.e2e.contact_centre import ContactCentre, Json, platform
from tests.e2e.desk import Desk
from tests.e2e.whatsapp import Customer

_numbers = itertools.count(1)


def _state(name: str, **said: str) -> Json:
    return {"state": {"refId": name, "name": name, "actions": [{"sendResponse": said}]}}


WAITING = {
    "inqueueShortMessage": {
        "name": "While they wait",
        "startUpRef": "./states/state[first]",
        "recurringRef": "./states/state[again]",
        "recurringSeconds": 120,
        "states": [
            _state(
                "first",
                messageBody="You are number {{Message.PositionInQueue}}: about {{Message.EstimatedWaitMinutes}} min.",
                messageBodyWithoutEstimate="You are number {{Message.PositionInQueue}}.",
            ),
            _state("again", messageBody="Thank you for waiting. You are number {{Message.PositionInQueue}}."),
        ],
    }
}


@pytest.fixture
def patient_queue(centre: ContactCentre, ana: Desk, lead: Callable[[Json], None]) -> str:
    """A queue whose flow speaks to who waits; the demo's WhatsApp number leads there, and Ana serves it."""
    architect, routing = platform.ArchitectApi(centre.sdk()), platform.RoutingApi(centre.sdk())
    name = f"Patience {next(_numbers)}"
    waiting = architect.post_flows({"name": name, "type": "INQUEUESHORTMESSAGE"})
    architect.post_flow_versions(waiting.id, WAITING)
    architect.post_flows_actions_publish(waiting.id)
    queue = routing.post_routing_queues({"name": name, "messageInQueueFlow": {"id": waiting.id}})
    routing.post_routing_queue_members(queue.id, [{"id": ana.user_id}])
    lead({"targetQueue": {"id": queue.id}})
    return str(queue.id)


def test_who_waits_hears_their_position_and_the_estimate(centre: ContactCentre, ana: Desk, patient_queue: str) -> None:
    ana.set_status("OFF_QUEUE")
    first, second = Customer(centre, "Ada"), Customer(centre, "Ben")
    for customer in (first, second):
        customer.write("Hello")
        centre.settle()
    assert first.taken() == ["You are number 1."]
    assert second.taken() == ["You are number 2."]
    centre.advance("PT2M2S")
    assert second.taken()[1:] == ["Thank you for waiting. You are number 2."]
    ana.set_status("IDLE")
    talk = ana.accept(first.address)
    assert talk.texts() == ["Hello", "You are number 1.", "Thank you for waiting. You are number 1."]
    ana.accept(second.address)
    centre.advance("PT5M")
    assert len(first.taken()) == len(second.taken()) == 2


def test_a_queue_takes_only_a_published_flow_of_the_kind(centre: ContactCentre) -> None:
    routing, architect = platform.RoutingApi(centre.sdk()), platform.ArchitectApi(centre.sdk())
    unpublished = architect.post_flows({"name": f"Draft {next(_numbers)}", "type": "INQUEUESHORTMESSAGE"})
    inbound = next(each for each in architect.get_flows().entities if each.type == "INBOUNDSHORTMESSAGE")
    for flow in (unpublished.id, inbound.id, "b71d5ae8-4a0e-4d44-9c3b-9a3a1f0b0a11"):
        with pytest.raises(platform.rest.ApiException) as refused:
            routing.post_routing_queues({"name": f"Wrong {next(_numbers)}", "messageInQueueFlow": {"id": flow}})
        assert refused.value.status == 400
        assert "messageInQueueFlow.id" in refused.value.body
