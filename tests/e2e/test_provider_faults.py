"""The provider is down, slow, overloaded or silent: nothing is lost or said twice, and the agent sees where the message is."""

import pytest

from tests.e2e.contact_centre import ContactCentre
from tests.e2e.desk import Desk, Talk
from tests.e2e.whatsapp import Customer


@pytest.fixture
def talk(centre: ContactCentre, customer: Customer, ana: Desk) -> Talk:
    customer.write("Hello")
    return ana.accept(customer.address)


@pytest.mark.parametrize("status", [500, 503])
def test_a_provider_that_is_down_gets_it_later_and_once(
    centre: ContactCentre, customer: Customer, talk: Talk, status: int
) -> None:
    centre.fault("whatsapp", status=status, times=3)
    reply = talk.say("Later")
    centre.settle()
    assert (talk.status_of(reply), customer.taken()) == ("queued", [])
    centre.advance("PT10M")
    assert (talk.status_of(reply), customer.taken()) == ("delivery-success", ["Later"])
    assert len(customer.received()) == 4


def test_replies_keep_their_order_while_the_provider_is_down(
    centre: ContactCentre, customer: Customer, talk: Talk
) -> None:
    centre.fault("whatsapp", status=500, times=2)
    for text in ("one", "two", "three"):
        talk.say(text)
    centre.advance("PT10M")
    assert customer.taken() == ["one", "two", "three"]


def test_429_with_retry_after_is_waited_for(centre: ContactCentre, customer: Customer, talk: Talk) -> None:
    centre.fault("whatsapp", status=429, code=130429, retryAfter=60)
    reply = talk.say("Slowly")
    centre.settle()
    centre.advance("PT50S")
    assert (talk.status_of(reply), len(customer.received())) == ("queued", 1)
    centre.advance("PT30S")
    assert (talk.status_of(reply), customer.taken()) == ("delivery-success", ["Slowly"])


def test_an_answer_lost_after_the_message_was_taken_is_not_said_twice(
    centre: ContactCentre, customer: Customer, talk: Talk
) -> None:
    """The provider's receipts tell what its answer did not."""
    centre.fault("whatsapp", error=True, processed=True)
    reply = talk.say("Once")
    centre.settle()
    assert talk.status_of(reply) == "delivery-success"
    centre.advance("PT30M")
    assert len(customer.received()) == 1


def test_a_provider_too_slow_to_answer_is_not_asked_twice(
    centre: ContactCentre, customer: Customer, talk: Talk
) -> None:
    centre.fault("whatsapp", timeout=True, processed=True)
    reply = talk.say("Slowly taken")
    centre.settle()
    centre.advance("PT30M")
    assert talk.status_of(reply) == "delivery-success"
    assert len(customer.received()) == 1


def test_a_message_that_nobody_heard_of_again_is_sent_once_more(
    centre: ContactCentre, customer: Customer, talk: Talk
) -> None:
    centre.fault("whatsapp", error=True)
    reply = talk.say("Lost on the way")
    centre.settle()
    assert talk.status_of(reply) == "queued"
    centre.advance("PT10M")
    assert (talk.status_of(reply), customer.taken()) == ("delivery-success", ["Lost on the way"])


@pytest.mark.parametrize(
    ("status", "code"), [(400, 131026), (400, 131047), (403, 131031)], ids=["recipient", "window", "account"]
)
def test_a_refusal_for_good_is_shown_with_its_reason(
    centre: ContactCentre, customer: Customer, talk: Talk, status: int, code: int
) -> None:
    centre.fault("whatsapp", status=status, code=code)
    reply = talk.say("Refused")
    centre.settle()
    centre.advance("PT30M")
    assert talk.status_of(reply) == "failed"
    problem = talk.problem_of(reply)
    assert str(code) in problem.code
    assert problem.message
    assert len(customer.received()) == 1


def test_a_failed_receipt_is_shown_with_its_reason(centre: ContactCentre, customer: Customer, talk: Talk) -> None:
    centre.fault("whatsapp", error=True)  # nothing is reported of it yet
    reply = talk.say("Hello?")
    centre.settle()
    status = {"id": "wamid.LATE", "status": "failed", "timestamp": str(int(centre.now().timestamp()))}
    errors = [{"code": 131026, "title": "Message undeliverable"}]
    value = {
        "statuses": [{**status, "recipient_id": customer.phone, "biz_opaque_callback_data": reply.id, "errors": errors}]
    }
    centre.webhook("whatsapp", customer.change(value))
    centre.settle()
    assert talk.status_of(reply).endswith("failed")
    assert "131026" in talk.problem_of(reply).code
    centre.advance("PT10M")
    assert len(customer.received()) == 1
