"""The composition root of contacts, as far as the message path goes; console.py adds its own."""

from switchboard.contacts.repository import ContactRepository
from switchboard.contacts.service.resolve import Resolving
from switchboard.kit import settings
from switchboard.kit.dynamo import Table


@settings.per_function
def repository() -> ContactRepository:
    return ContactRepository(Table(settings.required("CONTACTS_TABLE")))


@settings.per_function
def resolving() -> Resolving:
    return Resolving(repository())
