"""What a middleware hands in over the API: messages, receipts, events and choices."""

from typing import Any

import pytest

from tests.contract.console.agreement import NOBODY, UUID4, assert_agrees
from tests.e2e.contact_centre import ContactCentre
from tests.e2e.desk import Desk
from tests.e2e.middleware import Middleware, new_address
from tests.e2e.refusals import refusal


@pytest.fixture(scope="module")
def middleware(centre: ContactCentre) -> Middleware:
    return Middleware(centre)


def handed_in(middleware: Middleware, kind: str, body: Any, integration: str = "") -> Any:
    call = getattr(middleware.api, f"post_conversations_message_inbound_open_{kind}")
    return call(integration or middleware.integration["id"], body)


def test_every_kind_is_answered_in_the_normalized_form(middleware: Middleware, centre: ContactCentre) -> None:
    customer = new_address()
    with Desk(centre, "ana") as ana:
        message = middleware.message(customer, "Hello", metadata={"page": "/cart"})
        taken = middleware.api.post_conversations_message_inbound_open_message(middleware.integration["id"], message)
        assert UUID4.fullmatch(taken.id)
        assert_agrees(message, taken)
        talk = ana.accept(customer)
        assert [each.id for each in talk.history()] == [taken.id]

        typing = middleware.message(customer, events=[{"eventType": "Typing", "typing": {"type": "On"}}])
        shown = middleware.api.post_conversations_message_inbound_open_event(middleware.integration["id"], typing)
        assert [event.event_type for event in shown.events] == ["Typing"]

        choice = middleware.message(customer, buttonResponse={"type": "Button", "text": "Yes", "payload": "yes"})
        middleware.api.post_conversations_message_inbound_open_structured_response(middleware.integration["id"], choice)
        reply = talk.say("Good")
        centre.settle()
        receipt = middleware.receipt(reply.id, "Delivered")
        noted = middleware.api.post_conversations_message_inbound_open_receipt(middleware.integration["id"], receipt)
        assert_agrees({"id": reply.id, "status": "Delivered"}, noted)
        centre.settle()
        assert talk.status_of(reply) == "delivery-success"
        assert talk.texts()[:2] == ["Hello", "Yes"]


@pytest.mark.parametrize("missing", ["from", "time", "messageId"])
def test_what_a_message_lacks_is_named(middleware: Middleware, missing: str) -> None:
    body = middleware.message(new_address(), "Hello")
    del body["channel"][missing]
    refused = refusal(lambda: handed_in(middleware, "message", body))
    assert refused.status == 400
    assert refused.field.startswith(f"channel.{missing}")


def test_what_is_wrong_is_named(middleware: Middleware) -> None:
    empty = refusal(lambda: handed_in(middleware, "message", middleware.message(new_address())))
    assert (empty.status, empty.field) == (400, "text")
    late = middleware.message(new_address(), "Hello")
    late["channel"]["time"] = "yesterday"
    assert refusal(lambda: handed_in(middleware, "message", late)).field == "channel.time"
    status = refusal(lambda: handed_in(middleware, "receipt", middleware.receipt(NOBODY, "Lost")))
    assert (status.status, status.field) == (400, "status")
    nowhere = refusal(lambda: handed_in(middleware, "message", middleware.message(new_address(), "Hi"), NOBODY))
    assert (nowhere.status, nowhere.code) == (404, "not.found")
