"""What routing asks of others."""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from switchboard.conversations.models import Choice, Conversation, Participant
from switchboard.routing.matching.stages import Measured
from switchboard.routing.models import QueueRules
from switchboard.routing.utilization import Utilization


class Configuration(Protocol):
    """What decisions go by; it may be some seconds old."""

    def queue(self, queue_id: str) -> QueueRules | None: ...

    def utilization(self) -> Utilization: ...

    def measured(self, rules: QueueRules) -> Measured:
        """What the queue's rules go by, as far as it can be told."""

    def forget(self, queue_id: str) -> None:
        """The queue has changed: read it anew."""


class Conversations(Protocol):
    def find(self, identifier: str) -> Conversation | None: ...

    def find_all(self, identifiers: Iterable[str]) -> Mapping[str, Conversation]: ...

    def alert_agent(
        self,
        conversation_id: str,
        *,
        queue_id: str,
        user_id: str,
        user_name: str,
        timeout_ms: int,
        choice: Choice,
        wrapup_prompt: str,
        wrapup_timeout_ms: int,
        auto_answer: bool,
        known: Conversation | None,
    ) -> Participant | None:
        """Offer the waiting interaction; None where it does not wait in that queue any more. Harmless when repeated."""

    def send_on(self, conversation_id: str, queue_id: str, *, to_id: str, to_name: str, to_division: str = "") -> bool:
        """Let what waits in a queue wait in another, with its needs and the time it has waited. Harmless when repeated. False: it
        waits on where it is, because it came from there."""

    def agent_not_responding(self, conversation_id: str, participant_id: str) -> bool:
        """True: the alert was still open and is over now, the interaction waits again. False: it was answered in time."""


class Users(Protocol):
    def present_users(self, user_ids: Iterable[str]) -> Mapping[str, Mapping[str, Any]]:
        """The users that exist and were not deleted, by id."""


class Directory(Protocol):
    def find_users(self, user_ids: Iterable[str]) -> Mapping[str, Mapping[str, Any]]:
        """The users that exist, by id."""

    def in_group(self, group_id: str, user_id: str) -> bool:
        """Whether the user is a member of the group now."""
