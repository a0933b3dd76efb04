"""Builds directory's services from a function's settings, once per container."""

from switchboard.directory.entities import GROUP, PRESENCE_DEFINITION, USER
from switchboard.directory.groups import Groups
from switchboard.directory.repository import Memberships, Presences, UserPool
from switchboard.directory.service import PresenceService, Users
from switchboard.kit import settings
from switchboard.kit.dynamo import Table
from switchboard.kit.entities import Store


@settings.per_function
def table() -> Table:
    return Table(settings.required("DIRECTORY_TABLE"))


@settings.per_function
def user_store() -> Store:
    return Store(table(), USER)


@settings.per_function
def users() -> Users:
    return Users(user_store(), UserPool(settings.required("USER_POOL_ID")))


@settings.per_function
def groups() -> Groups:
    return Groups(Store(table(), GROUP), Memberships(table()), user_store())


@settings.per_function
def definitions() -> Store:
    return Store(table(), PRESENCE_DEFINITION)


@settings.per_function
def presences() -> PresenceService:
    return PresenceService(Presences(table()), definitions())
