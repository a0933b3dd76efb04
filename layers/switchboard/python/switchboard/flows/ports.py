"""What flows ask of other domains."""

from collections.abc import Sequence
from typing import Protocol

from switchboard.channels.api import Entry
from switchboard.conversations.models import Hearing
from switchboard.flows.waiting.models import Announcements
from switchboard.kit.entities import Body
from switchboard.routing.api import Expression, Standing


class Routing(Protocol):
    def find_queue(self, queue_id: str) -> Body | None:
        """The queue, None where there is none."""

    def unknown_skill(self, skill_ids: Sequence[str]) -> str:
        """The first of the ids that names no skill; empty where all do."""

    def resolved(self, expression: Expression) -> Expression:
        """The skill expression with ids in place of names. Raises InvalidValueError."""

    def has_language(self, language_id: str) -> bool: ...

    def has_label(self, label_id: str) -> bool: ...

    def unknown_user(self, user_ids: Sequence[str]) -> str:
        """The first of the ids that names no user; empty where all do."""


class Channels(Protocol):
    def refresh(self, flow_id: str, entry: Entry) -> None:
        """New conversations of the flow's integrations go there from now on."""


class Flows(Protocol):
    def announcements(self, flow_id: str) -> Announcements | None:
        """What a published in-queue flow says; None where there is none. It may be some seconds old."""


class Conversations(Protocol):
    def hearing(self, conversation_id: str, participant_id: str) -> Hearing | None:
        """The wait that an acd participant stands for; None where it is over, or nothing written belongs to it."""

    def told(self, conversation_id: str, occasion: str) -> bool:
        """Whether something was said on that occasion."""

    def tell_waiting(self, conversation_id: str, text: str, occasion: str) -> None: ...


class Queues(Protocol):
    def standing(self, queue_id: str, conversation_id: str) -> Standing | None:
        """Where the conversation stands in the queue; None where it does not wait there."""
