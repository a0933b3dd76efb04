"""Who may subscribe to what."""

import pytest
from switchboard.kit.callers import Caller
from switchboard.notifications.topics import standing

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
