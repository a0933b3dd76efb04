"""The composition root of contacts."""

from switchboard.contacts.repository import ContactRepository
from switchboard.contacts.service.edit import Editing
from switchboard.contacts.service.resolve import Resolving
from switchboard.contacts.service.search import Searching
from switchboard.kit import settings
from switchboard.kit.dynamo import Table


@settings.per_function
def repository() -> ContactRepository:
    return ContactRepository(Table(settings.required("CONTACTS_TABLE")))


@settings.per_function
def resolving() -> Resolving:
    return Resolving(repository())


@settings.per_function
def editing() -> Editing:
    return Editing(repository())


@settings.per_function
def searching() -> Searching:
    return Searching(repository())
