"""An integration as the hot path knows it, where its conversations go, and how long they stay open."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from msgspec import structs

from switchboard.channels.adapter import Connection
from switchboard.channels.message import Problem
from switchboard.kit.calendars import Calendar, Outcome
from switchboard.kit.model import Record

DEFAULT_THREADING_MINUTES = 72 * 60
LONGEST_THREADING_MINUTES = 72 * 60


class Entry(Record):
    """Where new conversations of an integration go: what its published flow says, worked out once when it is published.

    Without a queue they end. `division_id` is the queue's. `skill_levels` bound the proficiency of some of the skills
    ([least, most]), a `skill_expression` (routing.expressions) stands instead of the skills, `preferred_agents` are scores by user,
    `direct_agent` is who alone is to have them at first. `message` is what the customer is told first. With `hours` all this is
    what holds while open; of `choices` the first that fits the customer holds instead.
    """

    queue_id: str
    queue_name: str = ""
    division_id: str = ""
    priority: int = 0
    vip: bool = False
    skill_ids: list[str] = []
    skill_levels: dict[str, list[float]] = {}
    skill_expression: list[Any] = []
    language_id: str = ""
    label_id: str = ""
    preferred_agents: dict[str, int] = {}
    direct_agent: str = ""
    message: str = ""
    choices: "list[Choice]" = []
    hours: "Hours | None" = None

    def each(self, change: "Callable[[Entry], Entry]") -> "Entry":
        """With every way that its conversations may go changed."""
        choices = [structs.replace(choice, entry=choice.entry.each(change)) for choice in self.choices]
        changed = structs.replace(change(self), choices=choices)
        if self.hours is None:
            return changed
        others = {name: getattr(self.hours, name).each(change) for name in ("closed", "holiday", "emergency")}
        return structs.replace(changed, hours=structs.replace(self.hours, **others))

    def ways(self) -> "list[Entry]":
        """Every way that its conversations may go."""
        found: list[Entry] = []

        def seen(way: Entry) -> Entry:
            found.append(way)
            return way

        self.each(seen)
        return found

    def for_whom(self, attributes: Mapping[str, str]) -> tuple["Entry", str]:
        """What holds for who has these participant attributes, and a name for the choice (empty: none fits)."""
        for index, choice in enumerate(self.choices):
            if attributes.get(choice.attribute) == choice.value:
                return choice.entry, f"choice{index}"
        return self, ""

    def at(self, moment: datetime) -> tuple["Entry", str]:
        """What holds at the moment, and a name for the stretch of time in which it does (empty: always)."""
        if self.hours is None:
            return self, ""
        # Loaded when such a conversation starts: the message path must start cold without it.
        from switchboard.kit.calendars import evaluation

        opening = evaluation.evaluate(self.hours.calendar, moment, foresight=evaluation.DAYS)
        return self.hours.entry(opening.outcome) or self, f"{opening.outcome}:{opening.next_change}"


class Choice(Record):
    """What holds for customers whose participant attribute has that value."""

    attribute: str
    value: str
    entry: Entry


class Hours(Record):
    """Opening hours of a flow, as they were when it was published or a schedule of theirs changed, and what holds outside them."""

    schedule_group_id: str
    calendar: Calendar
    closed: Entry
    holiday: Entry
    emergency: Entry
    emergency_group_id: str = ""

    def entry(self, outcome: Outcome) -> Entry | None:
        """What holds at an outcome; None for `open`, where the entry that has these hours does."""
        return {"closed": self.closed, "holiday": self.holiday, "emergency": self.emergency}.get(outcome)


class FlowReference(Record):
    id: str


class Integration(Record):
    """A connected account. Stored with the platform's fields beside these (see administration).

    `address` are its public address fields: WhatsApp `phoneNumberId`, `phoneNumber`; Open Messaging `webhookUrl`.
    `secrets_version` grows with every change of its secrets. `fault` is the problem for which it is in status Error.
    """

    id: str
    name: str
    messenger_type: str
    address: dict[str, str] = {}
    settings: dict[str, str] = {}
    secrets_version: int = 1
    status: str = "Active"
    flow: FlowReference | None = None
    entry: Entry | None = None
    fault: Problem | None = None

    @property
    def connection(self) -> Connection:
        return Connection(
            integration_id=self.id,
            channel=self.messenger_type,
            address=self.address,
            name=self.name,
            settings=self.settings,
        )

    @property
    def sending_fault(self) -> Problem | None:
        """The problem that makes every send futile until an administrator acts: the provider no longer trusts us."""
        return self.fault if self.fault and self.fault.error_class == "auth" else None


class ThreadingWindow(Record):
    """Minutes after the last activity in which a message still belongs to the same conversation."""

    default_minutes: int = DEFAULT_THREADING_MINUTES
    minutes: dict[str, int] = {}

    def of(self, channel: str) -> int:
        return self.minutes.get(channel, self.default_minutes)
