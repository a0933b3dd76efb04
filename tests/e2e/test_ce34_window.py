"""CE34: WhatsApp's customer service window of 24 hours, counted from the provider's timestamp (DESIGN section 7, f).

In a cloud of its own whose clock stands still, so that a second before and a second after are exact.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.cloud import LocalCloud
from tests.e2e.contact_centre import ContactCentre, Json, platform
from tests.e2e.desk import Desk
from tests.e2e.listener import Listener
from tests.e2e.refusals import refusal
from tests.e2e.whatsapp import Customer

WHOLE_SECOND = datetime.now(UTC).replace(microsecond=0)
CLOSED = (400, "messaging.window.closed")


@pytest.fixture(scope="module")
def centre() -> Iterator[ContactCentre]:
    with LocalCloud(port=0, demo=True, deterministic=True, started_at=WHOLE_SECOND) as still:
        yield ContactCentre(still.url)


@pytest.fixture(scope="module")
def template(centre: ContactCentre) -> Json:
    """An approved template, filled in, as an agent sends it."""
    responses = platform.ResponseManagementApi(centre.sdk())
    library = responses.post_responsemanagement_libraries({"name": "Templates"})
    approved = {"whatsApp": {"name": "order_update", "language": "en_US", "namespace": "shop"}}
    response = responses.post_responsemanagement_responses(
        {
            "name": "Order update",
            "libraries": [{"id": library.id}],
            "texts": [{"content": "Hello {{1}}, news of your order.", "contentType": "text/plain"}],
            "responseType": "MessagingTemplate",
            "messagingTemplate": approved,
        }
    )
    return {"messagingTemplate": {"responseId": response.id, "bodyParameters": [{"id": "1", "value": "Maria"}]}}


def test_free_form_goes_at_23_59_59(centre: ContactCentre, customer: Customer, ana: Desk) -> None:
    customer.write("Hello")
    talk = ana.accept(customer.address)
    centre.advance("PT23H59M59S")
    reply = talk.say("Just in time")
    centre.settle()
    assert [body["text"]["body"] for body in customer.received()] == ["Just in time"]
    assert talk.status_of(reply) == "delivery-success"


def test_free_form_is_refused_at_24_00_01_and_never_reaches_the_provider(
    centre: ContactCentre, customer: Customer, ana: Desk
) -> None:
    customer.write("Hello")
    talk = ana.accept(customer.address)
    centre.advance("PT24H1S")
    refused = refusal(lambda: talk.say("Too late"))
    assert (refused.status, refused.code) == CLOSED
    assert "24 hours" in refused.message
    centre.settle()
    assert customer.received() == []
    assert talk.texts() == ["Hello"]


def test_the_window_counts_from_the_providers_time_not_from_the_arrival(
    centre: ContactCentre, customer: Customer, ana: Desk
) -> None:
    customer.write("Sent long before it came", at=centre.now() - timedelta(hours=23))
    talk = ana.accept(customer.address)
    talk.say("In time")
    centre.advance("PT1H1S")
    assert (refusal(lambda: talk.say("Too late")).status, refusal(lambda: talk.say("Later")).code) == CLOSED


def test_an_approved_template_goes_through(
    centre: ContactCentre, customer: Customer, ana: Desk, template: Json
) -> None:
    customer.write("Hello")
    talk = ana.accept(customer.address)
    centre.advance("PT25H")
    talk.say(**template)
    centre.settle()
    (sent,) = customer.received()
    assert (sent["type"], sent["template"]["name"], sent["template"]["language"]["code"]) == (
        "template",
        "order_update",
        "en_US",
    )
    body = next(part for part in sent["template"]["components"] if part["type"].lower() == "body")
    assert body["parameters"] == [{"type": "text", "text": "Maria"}]
    assert talk.texts()[-1] == "Hello Maria, news of your order."


def test_any_new_message_opens_it_again(centre: ContactCentre, customer: Customer, ana: Desk) -> None:
    customer.write("Hello")
    talk = ana.accept(customer.address)
    centre.advance("PT25H")
    reaction = customer.message(reaction={"message_id": "wamid.X", "emoji": "\N{THUMBS UP SIGN}"})
    centre.webhook("whatsapp", customer.payload(reaction))
    centre.settle()
    talk.say("Welcome back")
    centre.settle()
    assert [body["text"]["body"] for body in customer.received()] == ["Welcome back"]


def test_a_message_queued_before_it_closed_is_checked_again_when_it_is_sent(
    centre: ContactCentre, customer: Customer, ana: Desk
) -> None:
    """The provider is down for the last second of the window."""
    customer.write("Hello")
    talk = ana.accept(customer.address)
    centre.advance("PT23H59M59S")
    centre.fault("whatsapp", status=503)
    reply = talk.say("Queued in time")
    centre.settle()
    assert talk.status_of(reply) == "queued"
    centre.advance("PT1M")
    assert talk.status_of(reply) == "failed"
    assert talk.problem_of(reply).code == "window.closed"
    assert len(customer.received()) == 1  # the one that the provider turned down


def test_a_listening_agent_is_told_when_it_closes(centre: ContactCentre, customer: Customer, ana: Desk) -> None:
    customer.write("Hello")
    talk = ana.accept(customer.address)
    topic = f"v2.users.{ana.user_id}.conversations"
    with Listener(ana.client, topic) as listener:
        centre.advance("PT23H")
        customer.write("Still here")
        centre.settle()
        centre.advance("PT23H59M59S")
        listener.send({"message": "ping"})
        early = drained(listener)
        assert not [event for event in early if event["eventBody"].get("messagingWindow")]
        centre.advance("PT2S")
        told = listener.wait_for(topic, lambda body: "messagingWindow" in body)
        assert (told["id"], told["messagingWindow"]) == (talk.id, {"state": "closed"})


def drained(listener: Listener) -> list[Any]:
    """What came up to the answer to the ping."""
    events = []
    while (event := listener.next())["topicName"] != "channel.metadata":
        events.append(event)
    return events
