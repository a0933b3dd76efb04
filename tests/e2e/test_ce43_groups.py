"""CE43: an agent has a queue's work only because a group of theirs serves it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.e2e.contact_centre import ContactCentre, platform
from tests.e2e.desk import Desk
from tests.e2e.whatsapp import Customer


class Night:
    """A group of nobody, and the queue `Night` that only this group serves."""

    def __init__(self, centre: ContactCentre) -> None:
        self._groups = platform.GroupsApi(centre.sdk())
        self._routing = platform.RoutingApi(centre.sdk())
        self._group = self._groups.post_groups({"name": "Night shift", "type": "official"}).id
        served = [{"id": self._group, "type": "GROUP"}]
        self.queue = self._routing.post_routing_queues({"name": "Night", "memberGroups": served}).id

    def let_in(self, desk: Desk) -> None:
        version = self._groups.get_group(self._group).version
        self._groups.post_group_members(self._group, {"memberIds": [desk.user_id], "version": version})

    def take_out(self, desk: Desk) -> None:
        self._groups.delete_group_members(self._group, desk.user_id)

    def members(self) -> list[Any]:
        return list(self._routing.get_routing_queue_members(self.queue, member_by="group").entities)

    def close(self) -> None:
        self._routing.delete_routing_queue(self.queue)
        self._groups.delete_group(self._group)


@pytest.fixture
def night(centre: ContactCentre) -> Iterator[Night]:
    made = Night(centre)
    yield made
    made.close()


@pytest.fixture
def ben(centre: ContactCentre, night: Night) -> Iterator[Desk]:
    """Ben, on queue; his work ends before the queue does."""
    with Desk(centre, "ben") as desk:
        yield desk


@contextmanager
def waiting(centre: ContactCentre, night: Night, ana: Desk, customer: Customer, text: str) -> Iterator[str]:
    """The customer's conversation, which Ana has sent on to the night's queue."""
    customer.write(text)
    talk = ana.accept(customer.address)
    ana.conversations.post_conversation_participant_replace_queue(
        talk.id, talk.participant_id, {"queueId": night.queue}
    )
    yield talk.id
    platform.ConversationsApi(centre.sdk()).post_conversation_disconnect(talk.id)
    centre.settle()


def test_an_interaction_comes_to_an_agent_only_through_a_group(
    centre: ContactCentre, customer: Customer, night: Night, ana: Desk, ben: Desk
) -> None:
    ben.set_status("OFF_QUEUE")
    with waiting(centre, night, ana, customer, "Is anybody up?") as conversation:
        ben.set_status("IDLE")
        centre.advance("PT20S")
        assert ben.held() == []
        night.let_in(ben)
        assert [each.name for each in night.members()] == ["ben"]
        alerted = ben.alerted(customer.address)
        assert (alerted.id, ben.part(alerted).queue_id) == (conversation, night.queue)
        assert ben.accept(customer.address).texts() == ["Is anybody up?"]


def test_who_is_taken_out_while_it_waits_does_not_get_it(
    centre: ContactCentre, customer: Customer, night: Night, ana: Desk, ben: Desk
) -> None:
    with Desk(centre, "chloe") as chloe:
        for desk in (ben, chloe):
            desk.set_status("OFF_QUEUE")
            night.let_in(desk)
        with waiting(centre, night, ana, customer, "Hello?"):
            night.take_out(ben)
            ben.set_status("IDLE")
            centre.advance("PT20S")
            assert ben.held() == []
            chloe.set_status("IDLE")
            chloe.accept(customer.address)
            assert ben.held() == []
