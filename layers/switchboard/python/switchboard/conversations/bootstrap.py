"""Composition root of the conversations domain: its parts, wired once per function."""

from switchboard.conversations.repository import Repository
from switchboard.conversations.service.participate import Participating
from switchboard.conversations.service.send import Sending
from switchboard.kit import settings
from switchboard.kit.dynamo import Table


@settings.per_function
def table() -> Table:
    return Table(settings.required("CONVERSATIONS_TABLE"))


@settings.per_function
def repository() -> Repository:
    return Repository(table())


@settings.per_function
def sending() -> Sending:
    return Sending(repository())


@settings.per_function
def participating() -> Participating:
    return Participating(repository())
