"""CE34: a customer writes on WhatsApp, an agent answers."""

from collections.abc import Callable
from typing import Any

from tests.e2e.contact_centre import ContactCentre, platform
from tests.e2e.desk import Desk
from tests.e2e.whatsapp import Customer

Details = Callable[[str], Any]


def test_from_the_webhook_to_the_wrap_up(
    centre: ContactCentre, customer: Customer, wrap_up_code: str, details: Details
) -> None:
    customer.write("Where is my order 1234?")
    centre.settle()
    with Desk(centre, "ana") as ana:
        conversation = ana.alerted(customer.address)
        waited = [part for part in conversation.participants if part.purpose == "acd"]
        assert [part.queue_name for part in waited] == ["Support"]
        assert ana.part(conversation).queue_id == centre.queue("Support")

        talk = ana.accept(customer.address)
        (question,) = talk.history()
        assert (question.direction, question.status) == ("inbound", "received")
        assert question.normalized_message.text == "Where is my order 1234?"
        assert question.normalized_message.channel.pcFrom.nickname == "Maria"

        reply = talk.say("It leaves today.")
        assert reply.status == "queued"
        centre.settle()
        assert customer.received() == [
            {
                "messaging_product": "whatsapp",
                "recipient_type": "individual",
                "to": customer.phone,
                "type": "text",
                "text": {"body": "It leaves today.", "preview_url": False},
                "biz_opaque_callback_data": reply.id,
            }
        ]
        assert talk.status_of(reply) == "delivery-success"  # the simulated phone reports sent and delivered by itself
        centre.report("whatsapp", reply.id, "read")
        centre.settle()
        assert talk.status_of(reply) == "read"

        talk.wrap_up(wrap_up_code, notes="Shipped today")
        talk.disconnect()
        assert ana.held() == []
    assert_analysed(details(talk.id), ana, wrap_up_code)


def assert_analysed(found: Any, ana: Desk, wrap_up_code: str) -> None:
    assert found.conversation_end is not None
    sessions = {part.purpose: part.sessions[0] for part in found.participants}
    assert sessions.keys() == {"customer", "acd", "agent"}
    agent = sessions["agent"]
    assert [segment.segment_type for segment in agent.segments] == ["alert", "interact", "wrapup"]
    assert [segment.wrap_up_code for segment in agent.segments][-1] == wrap_up_code
    assert all(segment.segment_end for session in sessions.values() for segment in session.segments)
    assert {metric.name for metric in agent.metrics} >= {"tAlert", "nConnected", "tTalkComplete", "tHandle"}
    assert [part.user_id for part in found.participants if part.purpose == "agent"] == [ana.user_id]


def test_the_next_message_within_72_hours_comes_to_the_last_agent(centre: ContactCentre, customer: Customer) -> None:
    """Though another agent has been idle for longer."""
    with Desk(centre, "ben") as ben:
        customer.write("First")
        first = ben.accept(customer.address)
        first.disconnect()
        with Desk(centre, "ana"):
            centre.advance("PT71H")
            customer.write("And another thing")
            again = ben.accept(customer.address)
            assert again.id == first.id
            assert again.texts() == ["First", "And another thing"]
            again.disconnect()


def test_a_message_after_73_hours_is_a_new_conversation_with_the_history(
    centre: ContactCentre, customer: Customer, ana: Desk
) -> None:
    customer.write("First")
    first = ana.accept(customer.address)
    first.disconnect()
    ana.end_all()
    centre.advance("PT73H")
    customer.write("Long ago")
    ana.set_status("IDLE")
    second = ana.accept(customer.address)
    assert second.id != first.id
    assert second.texts() == ["First", "Long ago"]


def test_the_customer_is_found_as_an_external_contact(centre: ContactCentre, customer: Customer, ana: Desk) -> None:
    """By the channel's identity, the same in the next conversation."""
    customer.write("Hello")
    conversation = ana.alerted(customer.address)
    contact_id = conversation.participants[0].external_contact_id
    contacts = platform.ExternalContactsApi(centre.sdk())
    contact = contacts.get_externalcontacts_contact(contact_id)
    assert (contact.first_name, contact.whats_app_id.phone_number.e164) == ("Maria", customer.address)
    found = contacts.post_externalcontacts_identifierlookup_contacts({"type": "Phone", "value": customer.address})
    assert found.id == contact_id


def test_media_are_fetched_and_served_by_signed_links(centre: ContactCentre, customer: Customer, ana: Desk) -> None:
    image = customer.message(image={"id": "441234567890", "mime_type": "image/png", "caption": "The box"})
    centre.webhook("whatsapp", customer.payload(image))
    talk = ana.accept(customer.address)
    centre.settle()
    (message,) = talk.history()
    (content,) = message.normalized_message.content
    assert (content.content_type, content.attachment.media_type) == ("Attachment", "Image")
    assert message.normalized_message.text == "The box"
    stored = centre.http.get(content.attachment.url)
    assert stored.headers["content-type"] == "image/png"
    assert stored.content.startswith(b"\x89PNG")
    assert centre.http.get(content.attachment.url.split("?")[0]).status_code == 403
