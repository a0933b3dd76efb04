"""What the console's API uses of contacts besides api.py: people write contacts and look for them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from switchboard.contacts import bootstrap, changes, fields
from switchboard.contacts.addresses import addresses as addresses
from switchboard.contacts.api import get as get
from switchboard.contacts.api import named as named
from switchboard.contacts.editing_repository import EditingRepository
from switchboard.contacts.models import Contact
from switchboard.contacts.service import search as _search
from switchboard.contacts.service.edit import Editing
from switchboard.contacts.service.search import READ_AT_MOST as READ_AT_MOST
from switchboard.contacts.service.search import Found as Found
from switchboard.contacts.service.search import Searching
from switchboard.kit import settings
from switchboard.kit.dynamo import Table


def create(body: Contact) -> Contact:
    """Raises BadRequestError, InvalidValueError, and IdentifierTakenError naming the field whose value leads elsewhere."""
    return _editing().create(body)


def replace(contact_id: str, body: Contact) -> Contact:
    """Keep only what is sent, and what channels told where the body is silent on it. Raises as `create`, and NotFoundError."""
    return _editing().replace(contact_id, body)


def change(
    contact_id: str,
    given: Sequence[Mapping[str, Any]],
    validated: Callable[[Contact], Contact] = lambda contact: contact,
) -> Contact:
    """Apply the changes of an ExternalContactsPatchRequest; `validated` checks the outcome. Raises as `replace`."""
    return _editing().change(contact_id, lambda contact: validated(changes.apply(contact, given)))


def delete(contact_id: str) -> None:
    """The contact and everything that leads to it. Raises NotFoundError."""
    _editing().delete(contact_id)


def lookup(identifier: Mapping[str, Any], may_see: Callable[[Contact], bool]) -> Contact:
    """The contact of a ContactIdentifier. Raises BadRequestError, InvalidValueError; NotFoundError, also for one that may not
    be seen."""
    return _searching().lookup(fields.identifier(identifier), may_see)


def search(query: str, contact_ids: Sequence[str] = (), sort_order: Sequence[str] = ()) -> Found:
    """Contacts of an exact phone or e-mail address or of names that the words begin; see service.search for its bounds."""
    found = _searching().by_ids(contact_ids) if contact_ids else _searching().search(query)
    return Found(_search.ordered(found.contacts, sort_order), found.partial)


def in_division(division_id: str) -> Iterator[str]:
    """The contacts in the division, each as a refusal names it: by id, a name being nobody's business there. Reads contacts until
    whoever asks has seen enough."""
    for contact in _repository().by_name():
        if contact["division"]["id"] == division_id:
            yield f"the contact {contact['id']}"


def table() -> Table:
    """Where the answers of idempotent creates are kept."""
    return bootstrap.repository().table


@settings.per_function
def _repository() -> EditingRepository:
    return EditingRepository(bootstrap.repository().table)


@settings.per_function
def _editing() -> Editing:
    return Editing(_repository())


@settings.per_function
def _searching() -> Searching:
    return Searching(_repository())
