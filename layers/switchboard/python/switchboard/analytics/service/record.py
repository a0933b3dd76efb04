"""Recording: events become facts. Events may come late, twice or out of order: none says what happened, each only that something
did, and the conversation is read anew with its messages; what is stored carries the version that was read and how many messages
(CE43, step "Reporting"). An agent's message is an event of its own, a customer's is not: it counts from what happens next.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from switchboard.analytics.errors import CrossedError
from switchboard.analytics.models import Goals, State
from switchboard.analytics.ports import Conversations, ServiceLevels
from switchboard.analytics.repository import Repository
from switchboard.analytics.service.describe import describe
from switchboard.conversations.models import Conversation
from switchboard.kit import clock
from switchboard.kit.events import Event
from switchboard.kit.sqs import RetryLaterError

ATTEMPTS = 3


@dataclass
class Batch:
    """What a batch of events needs, read once, and the versions stored for it so far."""

    conversations: Mapping[str, Conversation] = field(default_factory=dict)
    goals: Goals = field(default_factory=dict)
    kept: dict[str, int] = field(default_factory=dict)


class Recording:
    def __init__(self, repository: Repository, conversations: Conversations, levels: ServiceLevels) -> None:
        self._repository = repository
        self._conversations = conversations
        self._levels = levels

    def begin(self, details: Sequence[Mapping[str, Any]]) -> Batch:
        """Read the conversations that the details of events name, and the service levels of their queues: two calls."""
        wanted = dict.fromkeys(each["conversationId"] for each in details if each.get("conversationId"))
        found = self._conversations.find_all(wanted) if wanted else {}
        return Batch(found, self._levels.of(found.values()))

    def record(self, event: Event, batch: Batch) -> None:
        """Raises KeyError for an event of another kind."""
        match event.kind:
            case "conversation.started" | "conversation.changed":
                self._conversation(event.detail["conversationId"], event.detail["version"], batch)
            case "message.status":
                self._conversation(event.detail["conversationId"], 0, batch)
            case "user.routingStatus.changed":
                self._routing_status(event.detail)
            case "user.presence.changed":
                self._presence(event.detail)
            case unknown:
                raise KeyError(unknown)

    def _conversation(self, identifier: str, version: int, batch: Batch) -> None:
        if batch.kept.get(identifier, -1) >= version:
            return
        conversation, goals = batch.conversations.get(identifier), batch.goals
        for _ in range(ATTEMPTS):
            if conversation is None or conversation.version < version:
                # The batch's read was a moment too early; this one is consistent.
                conversation = self._conversations.find(identifier)
                goals = self._levels.of([conversation] if conversation else [])
            if conversation is None:
                return
            try:
                self._repository.keep(describe(conversation, goals, self._conversations))
            except CrossedError:
                conversation = None
                continue
            batch.kept[identifier] = conversation.version
            return
        raise RetryLaterError(1, "the conversation is being recorded by others")

    def _routing_status(self, detail: Mapping[str, Any]) -> None:
        state = State(at=clock.parse_ms(detail["startTime"]), value=detail["status"])
        self._repository.keep_state(detail["userId"], "routing", state, f"{detail['version']:010d}")

    def _presence(self, detail: Mapping[str, Any]) -> None:
        definition = detail["presenceDefinitionId"]
        state = State(
            at=clock.parse_ms(detail["modifiedDate"]), value=detail["systemPresence"], definition_id=definition
        )
        self._repository.keep_state(detail["userId"], "presence", state, definition)
