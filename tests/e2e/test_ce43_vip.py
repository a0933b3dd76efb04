"""CE43: whoever the flow says is a VIP is answered before those who came earlier."""

from collections.abc import Callable
from typing import Any

from tests.e2e.contact_centre import ContactCentre, Json, platform
from tests.e2e.desk import Desk
from tests.e2e.whatsapp import Customer


def test_a_vip_is_answered_first(centre: ContactCentre, lead: Callable[[Json], None], ana: Desk) -> None:
    routing: Any = platform.RoutingApi(centre.sdk())
    early, late = Customer(centre, "Kim"), Customer(centre, "Noor")
    ana.set_status("OFF_QUEUE")
    early.write("I was here first")
    lead({"targetQueue": {"id": centre.queue("Support")}, "vip": {"lit": True}})
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
