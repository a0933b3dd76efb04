"""The composition root of contacts."""

from switchboard.contacts.repository import ContactRepository
from switchboard.contacts.service import ContactService
from switchboard.kit import settings
from switchboard.kit.dynamo import Table


@settings.per_function
def service() -> ContactService:
    return ContactService(ContactRepository(Table(settings.required("CONTACTS_TABLE"))))
