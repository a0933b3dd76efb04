"""How long answers took, from the messages of a conversation in whatever order they come."""

import random
from typing import Any

import pytest
from switchboard.analytics.details import details
from switchboard.analytics.responses import responses
from switchboard.channels.message import InboundMessage
from switchboard.conversations import conferring, transferring, transitions
from switchboard.conversations.models import Conversation, Message
from switchboard.conversations.transitions import QueueTarget

from tests.unit.conversations.making import ANA, BEN, MARIA, NOON, SALES, alerted, answered, inbound, part_of

TALKING, _ = answered(NOON + 5000)


def customer(at: int, arrived: int | None = None) -> Message:
    """Written `at` seconds past noon."""
    time = NOON + at * 1000
    arrived_ms = time if arrived is None else NOON + arrived * 1000
    said = inbound(InboundMessage(provider_id=f"wamid.{at}.{arrived}", sender=MARIA, time=time, text="x"))
    return _received(said, arrived_ms)


def ours(at: int, sender: str = ANA) -> Message:
    written = customer(at)
    return _received(
        written, NOON + at * 1000, direction="outbound", sender_user_id=sender, sort=f"{written.sort}.ours"
    )


def _received(message: Message, arrived: int, **more: Any) -> Message:
    fields = {name: getattr(message, name) for name in message.__struct_fields__}
    return Message(**{**fields, "received": arrived, **more})


def emitted(*messages: Message, conversation: Conversation = TALKING) -> list[tuple[str, int, int]]:
    """(metric, seconds it took, seconds past noon), over all sessions."""
    found = [each for session in responses(conversation, messages).values() for each in session]
    return [
        (each.name, each.value // 1000, (each.at - NOON) // 1000) for each in sorted(found, key=lambda each: each.at)
    ]


def test_an_answer_takes_from_the_first_message_that_nobody_answered() -> None:
    assert emitted(customer(0), customer(6), ours(20), ours(25), customer(40), ours(47)) == [
        ("tAgentResponseTime", 20, 20),
        ("tFirstResponse", 20, 20),
        ("tUserResponseTime", 20, 40),
        ("tAgentResponseTime", 7, 47),
    ]


def test_what_an_external_contact_answered_an_agent_does_not_owe() -> None:
    contact = _received(ours(20, sender=""), NOON + 20_000, said_by="contact")
    assert emitted(customer(0), contact, ours(30)) == []
    assert emitted(customer(0), contact, customer(25), ours(30)) == [
        ("tAgentResponseTime", 5, 30),
        ("tFirstResponse", 5, 30),
    ]
    assert emitted(ours(10), contact, customer(25)) == []


def test_what_a_flow_or_somebody_else_writes_answers_nothing() -> None:
    said = (customer(0), ours(1, sender=""), ours(9, sender=BEN), ours(20), ours(30, sender=""), customer(50))
    assert emitted(*said) == [
        ("tAgentResponseTime", 20, 20),
        ("tFirstResponse", 20, 20),
        ("tUserResponseTime", 30, 50),
    ]


def test_who_is_written_to_first_has_asked_nothing_yet() -> None:
    assert emitted(ours(10), customer(30), ours(31)) == [
        ("tUserResponseTime", 20, 30),
        ("tAgentResponseTime", 1, 31),
        ("tFirstResponse", 1, 31),
    ]


def test_a_message_delivered_late_is_answered_by_what_comes_after_it() -> None:
    late = customer(8, arrived=30)
    assert emitted(customer(6), ours(20), late, ours(35)) == [
        ("tAgentResponseTime", 14, 20),
        ("tFirstResponse", 14, 20),
        ("tUserResponseTime", 0, 30),
        ("tAgentResponseTime", 27, 35),
    ]


def test_a_providers_clock_that_is_ahead_shortens_nothing_below_zero() -> None:
    assert emitted(customer(90, arrived=10), ours(12))[0] == ("tAgentResponseTime", 2, 12)


@pytest.mark.parametrize("seed", range(5))
def test_the_order_in_which_they_are_read_does_not_matter(seed: int) -> None:
    said = [customer(0), customer(6, arrived=21), ours(20), ours(25), customer(40), ours(47), customer(50), ours(50)]
    assert emitted(*random.Random(seed).sample(said, len(said))) == emitted(*said)


def test_each_agent_answers_on_their_own_session() -> None:
    """Transferred between two messages: the customer waits across both."""
    moved = transferring.transfer(TALKING, TALKING.of_purpose("agent")[0], QueueTarget(SALES), NOON + 40_000)
    moved, ben = alerted(moved, NOON + 50_000, BEN)
    moved = transitions.answer(moved, ben, NOON + 60_000)
    said = responses(moved, [customer(0), ours(20), customer(30), ours(70, sender=BEN)])
    sessions = {
        each["userId"]: [metric["name"] for metric in each["sessions"][0]["metrics"] if "Response" in metric["name"]]
        for each in details(moved, {}, said)["participants"]
        if each["purpose"] == "agent"
    }
    assert sessions == {
        ANA: ["tAgentResponseTime", "tFirstResponse", "tUserResponseTime"],
        BEN: ["tAgentResponseTime"],
    }
    (last,) = said[part_of(moved, ben).communications[0].id]
    assert last.value == 40_000


def test_who_joins_answers_on_a_session_of_no_queue() -> None:
    joined = conferring.join(TALKING, BEN, "Ben", NOON + 6000)
    (session,) = joined.participants[-1].communications
    said = responses(joined, [customer(0), ours(20, sender=BEN), ours(25)])
    assert [(each.name, each.value) for each in said[session.id]] == [
        ("tAgentResponseTime", 20_000),
        ("tFirstResponse", 20_000),
    ]
    assert list(said) == [session.id]
