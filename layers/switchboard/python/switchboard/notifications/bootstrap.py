"""Composition root of the notifications domain: its parts, wired once per function."""

from switchboard.conversations import api as conversations
from switchboard.kit import settings
from switchboard.kit.dynamo import Table
from switchboard.notifications.repository import Repository
from switchboard.notifications.service.channels import Channels
from switchboard.notifications.service.push import Pushing
from switchboard.notifications.sockets import Sockets


@settings.per_function
def table() -> Table:
    return Table(settings.required("NOTIFICATIONS_TABLE"))


@settings.per_function
def channels() -> Channels:
    return Channels(Repository(table()))


@settings.per_function
def pushing() -> Pushing:
    return Pushing(Repository(table()), conversations, Sockets())
