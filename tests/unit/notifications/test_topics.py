"""Who may subscribe to what."""

import pytest
from switchboard.kit.callers import Caller
from switchboard.notifications.topics import Subject, standing

ANA = Caller("client", user_id="ana")
MACHINE = Caller("client")
SUPERVISOR = Caller("client", user_id="sue", grants={"conversation:*:view": frozenset({"*"})})


@pytest.mark.parametrize(
    ("caller", "topic", "permitted"),
    [
        (ANA, "v2.users.ana.conversations", True),
        (ANA, "v2.users.ana.conversations.messages", True),
        (ANA, "v2.users.ana.presence", True),
        (ANA, "v2.users.ana.routingStatus", True),
        (ANA, "v2.users.ben.conversations", False),
        (ANA, "v2.routing.queues.q.conversations", False),
        (ANA, "v2.conversations.c", False),
        (MACHINE, "v2.users..conversations", False),
        (MACHINE, "v2.users.ana.conversations", False),
        (SUPERVISOR, "v2.users.ana.conversations", True),
        (SUPERVISOR, "v2.routing.queues.q.conversations", True),
        (SUPERVISOR, "v2.users.ana.presence", False),
        (MACHINE, "channel.metadata", True),
        (MACHINE, "v2.system.socket_closing", True),
        (ANA, "v2.users.ana.conversations\n", False),
        (ANA, "v2.users.ana|x.conversations", False),
        (ANA, "", False),
    ],
)
def test_standing(caller: Caller, topic: str, permitted: bool) -> None:
    assert standing(topic, caller).permitted is permitted


def test_the_division_of_what_a_topic_is_about_decides() -> None:
    northern = Caller("client", user_id="sue", grants={"routing:*:view": frozenset({"north"})})
    divisions = {Subject("queue", "q"): ["north"], Subject("queue", "r"): ["south"], Subject("user", "ana"): ["south"]}
    for topic, permitted in {
        "v2.routing.queues.q.users": True,
        "v2.routing.queues.r.users": False,
        "v2.routing.queues.gone.users": False,
        "v2.users.ana.routingStatus": False,
        "v2.users.sue.routingStatus": True,
    }.items():
        assert standing(topic, northern, divisions).permitted is permitted, topic
