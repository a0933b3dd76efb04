"""Composition root of the notifications domain: its parts, wired once per function."""

from collections.abc import Collection, Mapping

from switchboard.conversations import api as conversations
from switchboard.kit import settings
from switchboard.kit.dynamo import Table
from switchboard.notifications.repository import Repository
from switchboard.notifications.service.channels import Channels
from switchboard.notifications.service.push import Pushing
from switchboard.notifications.sockets import Sockets
from switchboard.notifications.topics import Kind


class _Objects:
    def divisions(self, kind: Kind, identifiers: Collection[str]) -> Mapping[str, Collection[str]]:
        if kind == "conversation":
            return {each.id: each.division_ids for each in conversations.find_all(identifiers).values()}
        # Imported when somebody subscribes: telling and the connections do without.
        from switchboard.directory import api as directory
        from switchboard.routing import api as routing

        found = directory.find_users(identifiers) if kind == "user" else routing.queues().find_all(identifiers)
        return {identifier: [body["division"]["id"]] for identifier, body in found.items()}


@settings.per_function
def table() -> Table:
    return Table(settings.required("NOTIFICATIONS_TABLE"))


@settings.per_function
def channels() -> Channels:
    return Channels(Repository(table()), _Objects())


@settings.per_function
def pushing() -> Pushing:
    return Pushing(Repository(table()), conversations, Sockets())
