"""A conversation belongs to the divisions of the queues that it came to."""

from switchboard.conversations import transferring, transitions, views
from switchboard.conversations.models import Conversation
from switchboard.conversations.transitions import AgentTarget, QueueTarget
from switchboard.kit import ids, model
from switchboard.kit.entities import HOME_DIVISION

from tests.unit.conversations.making import ANA, NOON, SALES, SUPPORT, alerted, new_conversation, part_of

NORTH = ids.derived("north")
TO_NORTH = QueueTarget(SALES, "Sales", division_id=NORTH)
TO_HOME = QueueTarget(SUPPORT, "Support", division_id=HOME_DIVISION)


def shown(conversation: Conversation) -> list[tuple[str, list[str]]]:
    """(division, queues) as the platform's Conversation shows them."""
    memberships = views.conversation(conversation)["divisions"]
    return [(each["division"]["id"], [queue["id"] for queue in each["entities"]]) for each in memberships]


def test_without_a_queue_it_belongs_to_home() -> None:
    assert shown(new_conversation()) == [(HOME_DIVISION, [])]


def test_a_transfer_adds_the_next_queues_division() -> None:
    conversation, ana = alerted(transitions.enqueue(new_conversation(), TO_NORTH, NOON), NOON)
    assert shown(conversation) == [(NORTH, [SALES])]
    conversation = transitions.answer(conversation, ana, NOON)
    moved = transferring.transfer(conversation, part_of(conversation, ana), TO_HOME, NOON + 1000)
    assert shown(moved) == [(NORTH, [SALES]), (HOME_DIVISION, [SUPPORT])]
    assert views.callback_conversation(moved)["divisions"] == views.conversation(moved)["divisions"]


def test_brought_back_to_its_queue_it_stays_in_that_division() -> None:
    conversation, ana = alerted(transitions.enqueue(new_conversation(), TO_NORTH, NOON), NOON)
    conversation = transitions.answer(conversation, ana, NOON)
    conversation = transitions.park(conversation, part_of(conversation, ana), 0, NOON)
    resumed = transitions.resume(conversation, part_of(conversation, ana), NOON + 1000)
    assert shown(resumed) == [(NORTH, [SALES])]
    assert transitions.send_on(resumed, SALES, TO_HOME, NOON + 2000).division_ids == [NORTH, HOME_DIVISION]


def test_who_writes_first_does_so_for_their_queues_division() -> None:
    target = AgentTarget(ANA, queue_id=SALES, division_id=NORTH)
    begun = transitions.add_agent(new_conversation(), target, "Sales", NOON)
    assert shown(begun) == [(NORTH, [SALES])]


def test_home_costs_no_more_than_the_queues_name() -> None:
    home = transitions.enqueue(new_conversation(), TO_HOME, NOON)
    assert HOME_DIVISION not in model.dump(home)
    assert home.division_ids == [HOME_DIVISION]
