"""CE43: who gets the next interaction."""

from collections.abc import Iterator

import pytest

from tests.e2e.contact_centre import ContactCentre, platform
from tests.e2e.desk import Desk
from tests.e2e.whatsapp import Customer


@pytest.fixture
def ben(centre: ContactCentre, ana: Desk) -> Iterator[Desk]:
    """Ben, on queue after Ana."""
    with Desk(centre, "ben") as desk:
        yield desk


@pytest.fixture
def another(centre: ContactCentre) -> Customer:
    return Customer(centre, "Noor")


def test_the_longest_idle_agent_gets_it(customer: Customer, another: Customer, ana: Desk, ben: Desk) -> None:
    customer.write("To Ana")
    assert ben.held() == []
    ana.accept(customer.address)
    another.write("To Ben, for Ana has work")
    ben.accept(another.address)
    assert len(ana.held()) == 1


def test_an_agent_who_does_not_answer_loses_it_to_the_next(
    centre: ContactCentre, customer: Customer, another: Customer, ana: Desk, ben: Desk
) -> None:
    customer.write("Anybody there?")
    assert ana.alerted(customer.address)
    centre.advance("PT31S")
    talk = ben.accept(customer.address)
    assert ana.status() == "NOT_RESPONDING"
    assert ana.held() == []
    another.write("Not to Ana as long as she does not return")
    assert ana.held() == []
    ben.accept(another.address)

    conversation = platform.ConversationsApi(centre.sdk()).get_conversation(talk.id)
    missed = ana.part(conversation).messages[-1]
    assert (missed.state, missed.disconnect_type) == ("disconnected", "transfer.noanswer")
    assert [part.purpose for part in conversation.participants] == ["customer", "acd", "agent", "agent"]


def test_an_agent_returns_from_not_responding_by_idle(centre: ContactCentre, customer: Customer, ana: Desk) -> None:
    customer.write("Hello?")
    assert ana.alerted(customer.address)
    centre.advance("PT31S")
    assert ana.status() == "NOT_RESPONDING"
    ana.set_status("IDLE")
    ana.accept(customer.address)
    assert ana.status() == "INTERACTING"


def test_who_is_off_queue_gets_nothing(customer: Customer, ana: Desk, ben: Desk) -> None:
    ana.set_status("OFF_QUEUE")
    ben.set_status("OFF_QUEUE")
    customer.write("Is it open?")
    assert ana.held() == ben.held() == []
    ben.set_status("IDLE")
    ben.accept(customer.address)
    assert ana.held() == []


def test_more_than_an_agent_may_have_at_once_waits(centre: ContactCentre, ana: Desk) -> None:
    routing = platform.RoutingApi(centre.sdk())
    capacity = routing.get_routing_utilization().utilization["message"].maximum_capacity
    customers = [Customer(centre) for _ in range(capacity + 1)]
    for each in customers:
        each.write("Me too")
        centre.settle()
    held = ana.held()
    assert {conversation.participants[0].address for conversation in held} == {each.address for each in customers[:-1]}
    platform.ConversationsApi(centre.sdk()).post_conversation_disconnect(held[0].id)
    assert ana.alerted(customers[-1].address)


def test_a_transfer_to_a_queue(centre: ContactCentre, customer: Customer, ana: Desk, ben: Desk) -> None:
    customer.write("I want to buy")
    talk = ana.accept(customer.address)
    ana.set_status("OFF_QUEUE")
    ana.conversations.post_conversation_participant_replace_queue(
        talk.id, talk.participant_id, {"queueId": centre.queue("Sales")}
    )
    conversation = ben.alerted(customer.address)
    assert ben.part(conversation).queue_id == centre.queue("Sales")
    assert ana.part(conversation).messages[-1].disconnect_type == "transfer"
    assert ben.accept(customer.address).texts() == ["I want to buy"]


def test_a_transfer_to_an_agent(centre: ContactCentre, customer: Customer, ana: Desk, ben: Desk) -> None:
    with Desk(centre, "chloe") as chloe:
        customer.write("Is Chloe there?")
        talk = ana.accept(customer.address)
        ana.conversations.post_conversation_participant_replace_agent(
            talk.id, talk.participant_id, {"userId": chloe.user_id}
        )
        chloe.accept(customer.address)
        assert ben.held() == []


def test_an_agent_takes_one_from_the_list_of_what_waits(centre: ContactCentre, customer: Customer, ana: Desk) -> None:
    ana.set_status("OFF_QUEUE")
    customer.write("I am declined first")
    centre.settle()
    ana.set_status("IDLE")
    talk = ana.alerted(customer.address)
    ana.conversations.patch_conversations_message_participant(
        talk.id, ana.part(talk).id, body={"state": "disconnected"}
    )
    centre.settle()
    here = {"type": "dimension", "dimension": "queueId", "operator": "matches", "value": centre.queue("Support")}
    body = {"metrics": ["oWaiting"], "detailMetrics": ["oWaiting"], "filter": {"type": "and", "predicates": [here]}}
    found = platform.RoutingApi(ana.client).post_analytics_queues_observations_query(body).results
    listed = [each for part in found for data in part.data for each in data.observations or []]
    assert talk.id in [each.conversation_id for each in listed]
    ana.conversations.post_conversation_assign(talk.id, {"id": ana.user_id})
    assert ana.accept(customer.address).id == talk.id
    (acd,) = [each for each in ana.conversations.get_conversation(talk.id).participants if each.purpose == "acd"]
    assert acd.queue_name == "Support"
