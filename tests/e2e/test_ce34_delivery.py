"""CE34: webhooks come twice, out of order and all at once; people click twice (DESIGN section 7, a to d)."""

import uuid
from concurrent.futures import ThreadPoolExecutor

from tests.e2e.contact_centre import ContactCentre
from tests.e2e.desk import Desk
from tests.e2e.whatsapp import Customer


def test_a_webhook_delivered_twice_at_once_is_one_message(centre: ContactCentre, customer: Customer, ana: Desk) -> None:
    payload = customer.payload(customer.message(text={"body": "Once"}))
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: centre.webhook("whatsapp", payload), range(2)))
    assert [answer.status_code for answer in answers] == [200, 200]
    talk = ana.accept(customer.address)
    assert talk.texts() == ["Once"]
    centre.advance("PT10M")  # past every window in which a queue itself drops repeats
    centre.webhook("whatsapp", payload)
    centre.settle()
    assert talk.texts() == ["Once"]


def test_read_delivered_sent_in_that_order_stays_read(centre: ContactCentre, customer: Customer, ana: Desk) -> None:
    customer.write("Hello")
    talk = ana.accept(customer.address)
    reply = talk.say("Hello Maria")
    centre.settle()
    for status in ("read", "delivered", "sent"):
        centre.report("whatsapp", reply.id, status)
        centre.settle()
        assert talk.status_of(reply) == "read"


def test_a_receipt_is_known_by_the_provider_s_id(centre: ContactCentre, customer: Customer, ana: Desk) -> None:
    """Meta echoes a reference only where one was sent with the message, and other tools on the number send theirs."""
    customer.write("Hello")
    talk = ana.accept(customer.address)
    replies = [talk.say(f"Reply {number}") for number in range(3)]
    centre.settle()
    for reply, reference in zip(replies, ({}, referring("crm-1"), referring(str(uuid.uuid4()))), strict=True):
        identifier = talk.message(reply).provider_message_id
        centre.webhook("whatsapp", customer.change({"statuses": [customer.status(identifier, "read", **reference)]}))
    centre.settle()
    assert [talk.status_of(reply) for reply in replies] == ["read"] * 3


def test_a_receipt_for_another_tool_s_message_holds_nobody_up(
    centre: ContactCentre, customer: Customer, ana: Desk
) -> None:
    foreign = customer.status(f"wamid.{uuid.uuid4().hex}", "delivered")
    centre.webhook("whatsapp", customer.change({"statuses": [foreign]}))
    centre.settle()
    customer.write("Hello")
    assert ana.accept(customer.address).texts() == ["Hello"]


def referring(reference: str) -> dict[str, str]:
    return {"biz_opaque_callback_data": reference}


def test_receipts_that_overtake_the_answer_of_the_send_count(
    centre: ContactCentre, customer: Customer, ana: Desk
) -> None:
    """The simulator reports sent and delivered before it answers: neither is lost, nor undone by the answer."""
    customer.write("Hello")
    talk = ana.accept(customer.address)
    replies = [talk.say(f"Reply {number}") for number in range(3)]
    centre.settle()
    assert [talk.status_of(reply) for reply in replies] == ["delivery-success"] * 3
    assert [body["text"]["body"] for body in customer.received()] == ["Reply 0", "Reply 1", "Reply 2"]


def test_ten_album_images_in_parallel_are_one_conversation(
    centre: ContactCentre, customer: Customer, ana: Desk
) -> None:
    payloads = [
        customer.payload(customer.message(image={"id": f"99{number}", "mime_type": "image/png"}))
        for number in range(10)
    ]
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda payload: centre.webhook("whatsapp", payload), payloads))
    assert {answer.status_code for answer in answers} == {200}
    talk = ana.accept(customer.address)
    centre.settle()
    messages = talk.history()
    assert {message.conversation_id for message in messages} == {talk.id}
    links = {message.normalized_message.content[0].attachment.url.split("?")[0] for message in messages}
    assert len(links) == len(messages) == 10
    stored = [centre.http.get(message.normalized_message.content[0].attachment.url) for message in messages]
    assert all(each.content.startswith(b"\x89PNG") for each in stored)


def test_a_double_clicked_send_goes_out_once(centre: ContactCentre, customer: Customer, ana: Desk) -> None:
    customer.write("Hello")
    talk = ana.accept(customer.address)
    with ThreadPoolExecutor(2) as pool:
        sent = list(pool.map(lambda _: talk.say("Only once"), range(2)))
    assert sent[0].id == sent[1].id
    centre.settle()
    assert [body["text"]["body"] for body in customer.received()] == ["Only once"]
    assert talk.texts() == ["Hello", "Only once"]
