"""Release: what a change of a conversation means for the agents in it (conversation.changed).

Events come twice and out of order. A slot is only touched by the part it was claimed for: one that began after the claim.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from switchboard.kit import clock
from switchboard.routing import agents, commands
from switchboard.routing.models import Agent, Stay
from switchboard.routing.repository import Repository
from switchboard.routing.service_level import counts


class Releasing:
    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    def conversation_changed(self, detail: Mapping[str, Any]) -> None:
        """Answered alerts are noted; capacity no longer used is given back and offered to the queues the agent has joined. Waits
        that ended are kept for the queue's service level."""
        self._count_stays(detail["changes"])
        for change in detail["changes"]:
            transition = _meaning(change)
            if transition is None:
                continue
            conversation_id, now = detail["conversationId"], clock.now_ms()
            started = change.get("start", now)
            before, after = self._repository.change(
                change["userId"], partial(_apply, transition, conversation_id, started, now)
            )
            # Sent again when nothing changed this time: the attempt before may have died between the two.
            if transition is agents.release and (after is not before or conversation_id not in after.slots):
                commands.match_for(self._repository, [after])

    def _count_stays(self, changes: Sequence[Mapping[str, Any]]) -> None:
        """An answer ends the wait in the same change of the conversation."""
        answered_in = {each["queueId"] for each in changes if each["purpose"] == "agent" and _answers(each)}
        for change in changes:
            if change["purpose"] != "acd" or change["after"] != "disconnected" or change["before"] == "disconnected":
                continue
            answered = change["queueId"] in answered_in
            stay = Stay(media=change["media"], waited_ms=change["waitedMs"], answered=answered)
            if counts(stay) and (answered or change["disconnectType"] != "transfer"):
                self._repository.places.left(change["queueId"], change["participantId"], change["end"], stay)


Transition = Callable[[Agent, str, int, int], Agent]


def _apply(transition: Transition, conversation_id: str, started: int, now: int, agent: Agent) -> Agent:
    return transition(agent, conversation_id, started, now)


def _meaning(change: Mapping[str, Any]) -> Transition | None:
    if change["purpose"] != "agent" or not change["userId"]:
        return None
    if change["occupied"] and not change["occupies"]:
        return agents.not_responding if change["disconnectType"] == "transfer.noanswer" else agents.release
    # Also what began connected, and what was parked: their slots were claimed like an alert's.
    return agents.answered if _answers(change) else None


def _answers(change: Mapping[str, Any]) -> bool:
    return bool(change["after"] == "connected" and change["before"] != "connected")
