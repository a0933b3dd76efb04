"""What flows ask of other domains."""

from collections.abc import Sequence
from typing import Protocol

from switchboard.channels.api import Entry
from switchboard.kit.entities import Body


class Routing(Protocol):
    def find_queue(self, queue_id: str) -> Body | None:
        """The queue, None where there is none."""

    def unknown_skill(self, skill_ids: Sequence[str]) -> str:
        """The first of the ids that names no skill; empty where all do."""

    def has_language(self, language_id: str) -> bool: ...


class Channels(Protocol):
    def refresh(self, flow_id: str, entry: Entry) -> None:
        """New conversations of the flow's integrations go there from now on."""
