"""CE34: the same over Open Messaging; the middleware writes by the API with its own client, or by signed webhooks."""

import json

import pytest

from tests.e2e.contact_centre import SIGNATURE, ContactCentre, sign
from tests.e2e.desk import Desk
from tests.e2e.middleware import Middleware, new_address


@pytest.fixture(scope="module")
def middleware(centre: ContactCentre) -> Middleware:
    return Middleware(centre)


def test_by_the_api_from_the_question_to_the_wrap_up(
    centre: ContactCentre, middleware: Middleware, ana: Desk, wrap_up_code: str
) -> None:
    customer = new_address()
    body = middleware.message(customer, "Do you ship to Lisbon?", metadata={"order": "1234"})
    taken = middleware.api.post_conversations_message_inbound_open_message(middleware.integration["id"], body)
    assert (taken.text, taken.channel.message_id) == (body["text"], body["channel"]["messageId"])

    talk = ana.accept(customer)
    (question,) = talk.history()
    assert question.id == taken.id
    assert question.normalized_message.metadata == {"order": "1234"}

    reply = talk.say("Within two days.")
    centre.settle()
    (notification,) = middleware.received(customer)
    assert notification["headers"][SIGNATURE]
    assert notification["signature"] == "valid"
    sent = notification["body"]
    assert (sent["id"], sent["text"], sent["direction"]) == (reply.id, "Within two days.", "Outbound")
    assert sent["channel"]["to"] == {
        "id": customer,
        "idType": "Email",
        "nickname": "Jo",
        "firstName": "Jo",
        "lastName": "Doe",
    }
    assert sent["channel"]["id"] == middleware.integration["id"]
    assert talk.status_of(reply) == "delivery-success"  # the simulated middleware reports it by itself

    talk.wrap_up(wrap_up_code)
    talk.disconnect()
    assert ana.held() == []


def test_by_signed_webhooks(centre: ContactCentre, middleware: Middleware, ana: Desk) -> None:
    customer = new_address()
    assert centre.webhook("open", middleware.message(customer, "By webhook")).status_code == 200
    talk = ana.accept(customer)
    reply = talk.say("Answered.")
    centre.settle()
    assert centre.webhook("open", middleware.receipt(reply.id, "Read")).status_code == 200
    centre.settle()
    assert talk.texts() == ["By webhook", "Answered."]
    assert talk.status_of(reply) == "read"


def test_a_receipt_says_why_a_message_failed(centre: ContactCentre, middleware: Middleware, ana: Desk) -> None:
    customer = new_address()
    centre.webhook("open", middleware.message(customer, "Hello"))
    talk = ana.accept(customer)
    centre.fault("open", status=200)  # taken without a report, which would come first
    reply = talk.say("Unreachable?")
    centre.settle()
    assert talk.status_of(reply) == "sent"
    reasons = [{"code": "RecipientOptedOut", "message": "They left"}]
    receipt = middleware.receipt(reply.id, "Failed", reasons=reasons, isFinalReceipt=True)
    middleware.api.post_conversations_message_inbound_open_receipt(middleware.integration["id"], receipt)
    centre.settle()
    assert talk.status_of(reply) == "delivery-failed"
    assert talk.problem_of(reply).code == "RecipientOptedOut"


def test_the_secret_is_of_the_integration(centre: ContactCentre, middleware: Middleware) -> None:
    raw = json.dumps(middleware.message(new_address(), "Forged")).encode()
    assert centre.webhook("open", raw, sign("another secret", raw)).status_code in (401, 403)
