"""CE43, CE16: an agent asks a colleague for advice and hands the customer over without letting go of them in between."""

from collections.abc import Iterator

import pytest

from tests.e2e.contact_centre import ContactCentre, platform
from tests.e2e.desk import Desk, Talk
from tests.e2e.whatsapp import Customer


@pytest.fixture
def ben(centre: ContactCentre) -> Iterator[Desk]:
    desk = Desk(centre, "ben")
    yield desk
    desk.end_all()


def _offered(centre: ContactCentre, customer: Customer, ana: Desk, ben: Desk) -> Talk:
    """Ana's talk, which she hands over attended to the queue in which Ben is free."""
    customer.write("Hello")
    talk = ana.accept(customer.address)
    ben.set_status("IDLE")
    to_queue = {"queueId": centre.queue("Support"), "transferType": "Attended"}
    ana.conversations.post_conversation_participant_replace_queue(talk.id, talk.participant_id, to_queue)
    return talk


@pytest.fixture
def busy(centre: ContactCentre, ana: Desk, ben: Desk) -> Iterator[Talk]:
    """Ben's talk, who has time for one only."""
    routing = platform.RoutingApi(centre.sdk())
    routing.put_routing_user_utilization(ben.user_id, {"utilization": {"message": {"maximumCapacity": 1}}})
    ana.set_status("OFF_QUEUE")
    ben.set_status("IDLE")
    other = Customer(centre, "Noor")
    other.write("Hello")
    talk = ben.accept(other.address)
    ana.set_status("IDLE")
    yield talk
    routing.delete_routing_user_utilization(ben.user_id)


@pytest.mark.parametrize("manner", ["Unattended", "Attended"])
def test_a_transfer_to_an_agent_who_is_busy_waits_for_them(
    centre: ContactCentre, customer: Customer, ana: Desk, ben: Desk, busy: Talk, manner: str
) -> None:
    talk = _given(customer, ana, ben, manner)
    centre.advance("PT30S")
    expected = [talk.id] if manner == "Attended" else []
    assert [each.id for each in ana.held()] == expected, "nobody else is asked, nor she who gave it away"
    busy.disconnect()
    assert ben.accept(customer.address).id == talk.id
    assert ana.held() == []


def test_a_transfer_to_an_agent_who_stays_busy_goes_to_others(
    centre: ContactCentre, customer: Customer, ana: Desk, ben: Desk, busy: Talk
) -> None:
    talk = _given(customer, ana, ben, "Unattended")
    centre.advance("PT61S")
    assert ana.accept(customer.address).id == talk.id


def test_a_transfer_to_an_agent_who_does_not_answer_goes_to_others_at_once(
    centre: ContactCentre, customer: Customer, ana: Desk, ben: Desk
) -> None:
    customer.write("My card was charged twice")
    talk = ana.accept(customer.address)
    ben.set_status("IDLE")
    _give(talk, ana, ben, "Unattended")
    assert ben.alerted(customer.address).id == talk.id
    centre.advance("PT31S")
    assert ben.status() == "NOT_RESPONDING"
    assert ana.alerted(customer.address).id == talk.id


def _given(customer: Customer, ana: Desk, ben: Desk, manner: str) -> Talk:
    """Ana's talk, which she gives to Ben."""
    customer.write("My card was charged twice")
    talk = ana.accept(customer.address)
    _give(talk, ana, ben, manner)
    return talk


def _give(talk: Talk, ana: Desk, ben: Desk, manner: str) -> None:
    ana.conversations.post_conversation_participant_replace_agent(
        talk.id, talk.participant_id, {"userId": ben.user_id, "transferType": manner}
    )


def test_advice_then_an_attended_transfer_to_who_gave_it(
    centre: ContactCentre, customer: Customer, ana: Desk, ben: Desk
) -> None:
    customer.write("My card was charged twice")
    talk = ana.accept(customer.address)
    asked = ana.conversations.post_conversation_participant_internalmessages_users_communications(
        talk.id, talk.participant_id, {"targetUserId": ben.user_id}
    )
    (conversation,) = ben.held()
    ben.conversations.patch_conversation_participant(talk.id, ben.part(conversation).id, {"state": "connected"})
    ana.conversations.post_conversation_communication_internalmessages(
        talk.id, asked.communication_id, {"text": "Can you take this?"}
    )
    ben.set_status("IDLE")
    transfer = {"userId": ben.user_id, "transferType": "Attended"}
    ana.conversations.post_conversation_participant_replace_agent(talk.id, talk.participant_id, transfer)
    assert [each.id for each in ana.held()] == [talk.id], "Ana stays until Ben is there"
    talk.say("A colleague will take over")
    taken = ben.accept(customer.address)
    assert ana.held() == [] and taken.id == talk.id
    taken.say("Ben here")
    centre.settle()
    assert customer.taken() == ["A colleague will take over", "Ben here"]
    assert taken.texts() == ["My card was charged twice", "A colleague will take over", "Ben here"]


def test_an_attended_transfer_that_nobody_takes_leaves_the_customer_with_the_agent(
    centre: ContactCentre, customer: Customer, ana: Desk, ben: Desk
) -> None:
    talk = _offered(centre, customer, ana, ben)
    assert ben.alerted(customer.address).id == talk.id
    centre.advance("PT31S")
    assert ben.status() == "NOT_RESPONDING"
    centre.advance("PT1M")
    (conversation,) = ana.held()
    assert ana.part(conversation).messages[-1].state == "connected"
    assert [each.user_id for each in conversation.participants if each.purpose == "agent"].count(ana.user_id) == 1
    ben.set_status("IDLE")
    ben.accept(customer.address)
    assert ana.held() == []


def test_an_attended_transfer_is_called_off_by_who_began_it(
    centre: ContactCentre, customer: Customer, ana: Desk, ben: Desk
) -> None:
    talk = _offered(centre, customer, ana, ben)
    conversation = ben.alerted(customer.address)
    (waits,) = [each for each in conversation.participants if each.purpose == "acd" and each.end_time is None]
    ana.conversations.patch_conversations_message_participant(talk.id, waits.id, body={"state": "disconnected"})
    assert ben.held() == []
    talk.say("I found the answer myself")
    assert [each.id for each in ana.held()] == [talk.id]
