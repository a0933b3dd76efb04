"""What an agent's desktop hears over the WebSocket, by the platform's topic names."""

from typing import Any

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.e2e.contact_centre import ContactCentre, platform
from tests.e2e.desk import Desk
from tests.e2e.listener import Listener
from tests.e2e.refusals import refusal
from tests.e2e.whatsapp import Customer


def agent_state(ana: Desk, body: Any) -> str:
    """The state of Ana's message communication in a Conversation."""
    states = [part["messages"][-1]["state"] for part in body["participants"] if part.get("userId") == ana.user_id]
    return str(states[-1]) if states else ""


def test_alert_answer_message_and_end(centre: ContactCentre, customer: Customer, ana: Desk) -> None:
    topic = f"v2.users.{ana.user_id}.conversations"
    with Listener(ana.client, topic) as listener:
        customer.write("Hello")
        alert = listener.wait_for(topic, lambda body: agent_state(ana, body) == "alerting")
        talk = ana.accept(customer.address)
        assert alert["id"] == talk.id
        listener.wait_for(topic, lambda body: agent_state(ana, body) == "connected")
        customer.write("Are you there?")
        said = listener.wait_for(topic, lambda body: bool(body["participants"][0]["messages"][-1]["messages"]))
        assert said["participants"][0]["address"] == customer.address
        talk.disconnect()
        listener.wait_for(topic, lambda body: agent_state(ana, body) == "disconnected")


def test_routing_status_and_presence(centre: ContactCentre, ana: Desk) -> None:
    status, presence = f"v2.users.{ana.user_id}.routingStatus", f"v2.users.{ana.user_id}.presence"
    with Listener(ana.client, status, presence) as listener:
        ana.set_status("OFF_QUEUE")
        listener.wait_for(status, lambda body: body["routingStatus"]["status"] == "OFF_QUEUE")
        api = platform.PresenceApi(ana.client)
        api.patch_user_presence(ana.user_id, "PURECLOUD", {"presenceDefinition": {"systemPresence": "Meal"}})
        listener.wait_for(presence, lambda body: body["presenceDefinition"]["systemPresence"].upper() == "MEAL")


def test_a_supervisor_hears_of_a_queue(centre: ContactCentre, customer: Customer) -> None:
    topic = f"v2.routing.queues.{centre.queue('Support')}.conversations"
    with Desk(centre, "ana"), Listener(centre.sdk(), topic) as listener:
        customer.write("Hello")
        listener.wait_for(topic, lambda body: body["participants"][0]["address"] == customer.address)


def test_others_conversations_are_not_heard_without_the_permission(centre: ContactCentre) -> None:
    topic = f"v2.users.{centre.user('ben')}.conversations"
    assert refusal(lambda: Listener(centre.sdk("demo-ana"), topic)).status == 403


def test_a_socket_needs_its_channel(centre: ContactCentre) -> None:
    channel = platform.NotificationsApi(centre.sdk("demo-ana")).post_notifications_channels()
    with pytest.raises(InvalidStatus), connect(channel.connect_uri.split("?")[0]):
        pass
