"""An agent's routing status: on queue or off it, by their own word or by their presence."""

from functools import partial

from switchboard.kit import clock
from switchboard.kit.errors import InvalidValueError
from switchboard.routing import agents, commands
from switchboard.routing.models import Agent
from switchboard.routing.repository import Repository

ON_QUEUE_PRESENCE = "OnQueue"


class Statuses:
    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    def set(self, user_id: str, status: str) -> Agent:
        """`IDLE` (on queue, and back from not responding) or `OFF_QUEUE`; the other statuses follow from what the agent does.

        Raises InvalidValueError.
        """
        if status not in ("IDLE", "OFF_QUEUE"):
            raise InvalidValueError("status can be set to IDLE or OFF_QUEUE; routing sets the others.", field="status")
        return self._go(user_id, on_queue=status == "IDLE")

    def follow_presence(self, user_id: str, system_presence: str) -> Agent:
        """The presence On Queue puts the agent on queue, any other takes them off."""
        return self._go(user_id, on_queue=system_presence.replace(" ", "").lower() == ON_QUEUE_PRESENCE.lower())

    def _go(self, user_id: str, *, on_queue: bool) -> Agent:
        old, new = self._repository.change(user_id, partial(agents.go, on_queue=on_queue, now=clock.now_ms()))
        # Asked for again when nothing changed: the request before may have died between the two.
        if new is not old or on_queue:
            commands.match_for(self._repository, [new])
        return new
