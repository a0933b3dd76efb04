"""An integration as the hot path knows it, where its conversations go, and how long they stay open."""

from switchboard.channels.adapter import Connection
from switchboard.channels.message import Problem
from switchboard.kit.model import Record

DEFAULT_THREADING_MINUTES = 72 * 60
LONGEST_THREADING_MINUTES = 72 * 60


class Entry(Record):
    """Where new conversations of an integration go: what its published flow says, worked out once when it is published."""

    queue_id: str
    queue_name: str = ""
    priority: int = 0
    skill_ids: list[str] = []
    language_id: str = ""


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
