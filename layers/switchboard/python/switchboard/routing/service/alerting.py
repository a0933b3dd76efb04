"""Alerts that run out, and other moments that routing waits for (the routing timers)."""

from collections.abc import Iterable, Mapping
from typing import Any

from switchboard.conversations.api import occupies
from switchboard.conversations.models import Participant
from switchboard.kit import clock
from switchboard.kit.logs import logger, metric
from switchboard.routing import agents, commands
from switchboard.routing.ports import Conversations
from switchboard.routing.repository import Repository

log = logger(__name__)


class Alerting:
    def __init__(self, repository: Repository, conversations: Conversations) -> None:
        self._repository = repository
        self._conversations = conversations

    def fire(self, timer: Mapping[str, Any]) -> None:
        """`alertTimeout`, `recheck` (a queue in which something began to wait), `widen` (what waits asks for less) or
        `available` (an agent)."""
        match timer["timer"]:
            case "alertTimeout":
                self._expire(timer["conversationId"], timer["userId"], timer["dueMs"])
            case "recheck":
                if next(self._repository.places.waiting(timer["queueId"], limit=1), None):
                    commands.match(timer["queueId"], f"recheck:{timer['due']}")
            case "widen":
                if self._repository.places.at(timer["queueId"], timer["place"]):
                    commands.widen(timer["queueId"], timer["place"], timer["due"])
            case "available":
                commands.match_for(self._repository, [self._repository.agent(timer["userId"])])
            case unknown:
                raise ValueError(f"unknown timer {unknown}")

    def _expire(self, conversation_id: str, user_id: str, due: int) -> None:
        slot = self._repository.agent(user_id).slots.get(conversation_id)
        if slot is None or slot.due != due:
            return  # answered, released, or claimed anew since: that claim has a timer of its own
        conversation = self._conversations.find(conversation_id)
        parts = [each for each in conversation.of_purpose("agent") if each.user_id == user_id] if conversation else []
        part = _latest(each for each in parts if each.engaged_since >= slot.since)
        if part is None and (earlier := _latest(filter(occupies, parts))):
            # Taken anew though it was held already, and nothing came of that.
            self._repository.change(user_id, lambda each: agents.keep(each, conversation_id, earlier.engaged_since))
            return
        if part is None:
            # The claim was made and nothing after it: whoever made it died.
            _, agent = self._repository.change(
                user_id, lambda each: agents.give_back(each, conversation_id, clock.now_ms())
            )
            commands.match_for(self._repository, [agent])
            return
        ended_now = self._conversations.agent_not_responding(conversation_id, part.id)
        if ended_now or part.communications[-1].disconnect_type == "transfer.noanswer":
            self._repository.change(
                user_id, lambda each: agents.not_responding(each, conversation_id, part.start, clock.now_ms())
            )
            log.info("not responding", extra={"conversationId": conversation_id, "userId": user_id})
            metric("NotResponding")


def _latest(parts: Iterable[Participant]) -> Participant | None:
    return max(parts, key=lambda each: each.start, default=None)
