"""Composition root of the conversations domain: its parts, wired once per function."""

from switchboard.channels import api as channels
from switchboard.channels.message import Party
from switchboard.contacts import api as contacts
from switchboard.conversations.repository import Repository
from switchboard.conversations.service.expire import Expiring
from switchboard.conversations.service.participate import Participating
from switchboard.conversations.service.receive import Receiving
from switchboard.conversations.service.send import Sending
from switchboard.conversations.transitions import QueueTarget
from switchboard.kit import settings
from switchboard.kit.dynamo import Table


class _Contacts:
    def resolve(self, party: Party, division_id: str) -> str:
        return contacts.resolve(party, division_id)


class _Channels:
    def entry(self, integration_id: str) -> QueueTarget | None:
        entry = channels.entry(integration_id)
        if entry is None:
            return None
        return QueueTarget(
            queue_id=entry.queue_id,
            queue_name=entry.queue_name,
            priority=entry.priority,
            skill_ids=tuple(entry.skill_ids),
            language_id=entry.language_id,
        )

    def threading_minutes(self, channel: str) -> int:
        return channels.threading_minutes(channel)

    def address(self, integration_id: str) -> str:
        connection = channels.connection(integration_id)
        return connection.address.get("phoneNumber", integration_id) if connection else integration_id


@settings.per_function
def table() -> Table:
    return Table(settings.required("CONVERSATIONS_TABLE"))


@settings.per_function
def repository() -> Repository:
    return Repository(table())


@settings.per_function
def receiving() -> Receiving:
    return Receiving(repository(), _Contacts(), _Channels())


@settings.per_function
def sending() -> Sending:
    return Sending(repository())


@settings.per_function
def participating() -> Participating:
    return Participating(repository())


@settings.per_function
def expiring() -> Expiring:
    return Expiring(repository(), _Channels())
