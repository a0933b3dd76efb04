"""Composition root of the conversations domain: its parts, wired once per function. Each loads what it needs when it is first
asked for: ingest starts cold without what agents do."""

from typing import TYPE_CHECKING

from switchboard.conversations.repository import Repository
from switchboard.kit import settings
from switchboard.kit.dynamo import Table

if TYPE_CHECKING:
    from switchboard.conversations.service.confer import Conferring
    from switchboard.conversations.service.consult import Consulting
    from switchboard.conversations.service.participate import Participating
    from switchboard.conversations.service.relay import Relaying
    from switchboard.conversations.service.send import Sending
    from switchboard.conversations.service.start import Starting


@settings.per_function
def table() -> Table:
    return Table(settings.required("CONVERSATIONS_TABLE"))


@settings.per_function
def repository() -> Repository:
    return Repository(table())


@settings.per_function
def sending() -> "Sending":
    from switchboard.conversations.service.send import Sending

    return Sending(repository())


@settings.per_function
def starting() -> "Starting":
    from switchboard.conversations.service.start import Starting

    return Starting(repository())


@settings.per_function
def consulting() -> "Consulting":
    from switchboard.conversations.service.consult import Consulting

    return Consulting(repository(), participating())


@settings.per_function
def conferring() -> "Conferring":
    from switchboard.conversations.service.confer import Conferring

    return Conferring(repository(), participating())


@settings.per_function
def relaying() -> "Relaying":
    from switchboard.conversations.service.relay import Relaying

    return Relaying(repository(), participating())


@settings.per_function
def participating() -> "Participating":
    from switchboard.conversations.service.participate import Participating

    return Participating(repository())
