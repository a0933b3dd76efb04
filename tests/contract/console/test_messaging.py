"""Messaging integrations of every type, their recipients, the threading window."""

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.contract.console.agreement import NOBODY, assert_agrees, assert_entity, wire
from tests.contract.console.test_flows import definition
from tests.e2e.contact_centre import ContactCentre, Json, platform
from tests.e2e.refusals import refusal

Unique = Callable[[str], str]
WHATSAPP = "/api/v2/conversations/messaging/integrations/whatsapp"


@pytest.fixture
def messaging(admin: Any) -> Any:
    return platform.ConversationsApi(admin)


def numbered(name: str) -> Json:
    digits = str(uuid.uuid4().int)
    return {
        "name": name,
        "phoneNumberId": digits[:15],
        "phoneNumber": f"+1555{digits[:7]}",
        "accessToken": "token",
        "appSecret": "secret",
        "verifyToken": "verify",
    }


def call(client: Any, method: str, body: Any = None, **path: str) -> Any:
    """An operation of ours through the SDK's client."""
    address = WHATSAPP + ("/{integrationId}" if path else "")
    return client.call_api(
        address,
        method,
        path,
        {},
        {"Content-Type": "application/json"},
        body,
        response_type="WhatsAppIntegration" if method != "DELETE" else None,
        auth_settings=["PureCloud OAuth"],
    )


def test_a_whatsapp_number_of_ones_own_app(admin: Any, messaging: Any, centre: ContactCentre, unique: Unique) -> None:
    body = numbered(unique("Number"))
    made = call(admin, "POST", body)
    assert_entity(made, WHATSAPP)
    assert_agrees({"name": body["name"], "phoneNumber": body["phoneNumber"], "status": "Active"}, made)
    raw = centre.http.get(f"{WHATSAPP}/{made.id}", headers=centre.bearer()).json()
    assert raw["phoneNumberId"] == body["phoneNumberId"]
    assert raw["webhookUrl"].endswith(f"/webhooks/whatsapp/{made.id}")
    assert not {body["accessToken"], body["appSecret"], body["verifyToken"]} & set(map(str, raw.values()))
    assert wire(messaging.get_conversations_messaging_integrations_whatsapp_integration_id(made.id)) == wire(made)
    changed = call(admin, "PATCH", {"name": unique("Renamed")}, integrationId=made.id)
    assert changed.phone_number == made.phone_number
    listed = messaging.get_conversations_messaging_integrations_whatsapp(page_size=100).entities
    assert made.id in [each.id for each in listed]
    twin = refusal(lambda: call(admin, "POST", body | {"name": unique("Twin")}))
    assert (twin.status, twin.field) == (409, "phoneNumberId")
    messaging.delete_conversations_messaging_integrations_whatsapp_integration_id(made.id)
    assert refusal(lambda: call(admin, "GET", integrationId=made.id)).status == 404


@pytest.mark.parametrize("field", ["name", "phoneNumberId", "phoneNumber", "accessToken", "appSecret", "verifyToken"])
def test_what_a_whatsapp_number_lacks_is_named(admin: Any, unique: Unique, field: str) -> None:
    body = numbered(unique("Number"))
    del body[field]
    refused = refusal(lambda: call(admin, "POST", body))
    assert (refused.status, refused.field) == (400, field)


def test_an_embedded_signup_is_incomplete_until_the_rest_is_told(messaging: Any, admin: Any, unique: Unique) -> None:
    signup = {"name": unique("Embedded"), "embeddedSignupAccessToken": "from Meta"}
    made = messaging.post_conversations_messaging_integrations_whatsapp_embeddedsignup(signup)
    assert made.status == "Incomplete"
    rest = {name: value for name, value in numbered("").items() if name not in ("name", "accessToken")}
    assert call(admin, "PATCH", rest, integrationId=made.id).status == "Active"


def test_all_integrations_are_listed_with_their_type(messaging: Any, centre: ContactCentre) -> None:
    found = {each.id: each for each in messaging.get_conversations_messaging_integrations(page_size=100).entities}
    for channel in ("whatsapp", "open"):
        assert found[centre.integration(channel)["id"]].messenger_type == channel


def test_secret_headers_are_shown_as_a_mask_and_kept_when_sent_back(messaging: Any, unique: Unique) -> None:
    made = messaging.post_conversations_messaging_integrations_open(
        {
            "name": unique("Open"),
            "outboundNotificationWebhookUrl": "https://middleware.example/hook",
            "outboundNotificationWebhookSignatureSecretToken": "between us",
            "webhookHeaders": {"authorization": "Bearer hunter2"},
        }
    )
    assert "hunter2" not in str(made)
    again = messaging.patch_conversations_messaging_integrations_open_integration_id(
        made.id, {"name": unique("Open"), "webhookHeaders": made.webhook_headers}
    )
    assert again.webhook_headers == made.webhook_headers


@pytest.fixture
def integration(messaging: Any, unique: Unique) -> Iterator[Any]:
    yield messaging.post_conversations_messaging_integrations_open(
        {
            "name": unique("Open"),
            "outboundNotificationWebhookUrl": "https://middleware.example/hook",
            "outboundNotificationWebhookSignatureSecretToken": "between us",
        }
    )


def test_a_recipient_leads_to_a_published_flow(
    admin: Any, integration: Any, centre: ContactCentre, unique: Unique
) -> None:
    routing, flows = platform.RoutingApi(admin), platform.ArchitectApi(admin)
    flow = flows.post_flows({"name": unique("Flow"), "type": "INBOUNDSHORTMESSAGE"})
    unpublished = refusal(lambda: routing.put_routing_message_recipient(integration.id, {"flow": {"id": flow.id}}))
    assert (unpublished.status, unpublished.field) == (400, "flow.id")
    flows.post_flow_versions(flow.id, definition(centre.queue("Sales")))
    flows.post_flows_actions_publish(flow.id)

    bound = routing.put_routing_message_recipient(integration.id, {"flow": {"id": flow.id}})
    assert (bound.id, bound.messenger_type, bound.flow.id, bound.flow.name) == (
        integration.id,
        "open",
        flow.id,
        flow.name,
    )
    assert wire(routing.get_routing_message_recipient(integration.id)) == wire(bound)
    found = routing.get_routing_message_recipients(messenger_type="open", name=integration.name, page_size=100)
    assert [each.id for each in found.entities] == [integration.id]
    nothing = refusal(lambda: routing.put_routing_message_recipient(integration.id, {"flow": {"id": NOBODY}}))
    assert (nothing.status, nothing.field) == (400, "flow.id")
    assert routing.put_routing_message_recipient(integration.id, {"flow": None}).flow is None


def test_the_threading_window(messaging: Any) -> None:
    before = messaging.get_conversations_messaging_threadingtimeline()
    assert before.default_timeout_minutes == 72 * 60
    settings = [
        {"messengerType": "whatsapp", "timeoutInMinutes": 60},
        {"messengerType": "open", "timeoutInMinutes": 90},
    ]
    try:
        changed = messaging.put_conversations_messaging_threadingtimeline({"settings": settings})
        stored = wire(messaging.get_conversations_messaging_threadingtimeline())
        assert stored == wire(changed)
        assert {each["messengerType"]: each["timeoutInMinutes"] for each in stored["settings"]} == {
            "whatsapp": 60,
            "open": 90,
        }
        bad = {"settings": [{"messengerType": "whatsapp", "timeoutInMinutes": -1}]}
        refused = refusal(lambda: messaging.put_conversations_messaging_threadingtimeline(bad))
        assert (refused.status, refused.field) == (400, "settings.0.timeoutInMinutes")
    finally:
        messaging.put_conversations_messaging_threadingtimeline(wire(before))
