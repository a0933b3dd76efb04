"""What other domains and functions may ask of contacts."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from switchboard.channels.message import Party
from switchboard.contacts import bootstrap, changes, identifiers
from switchboard.contacts.models import Contact
from switchboard.contacts.service import search as searching
from switchboard.contacts.service.search import READ_AT_MOST as READ_AT_MOST
from switchboard.contacts.service.search import Found as Found
from switchboard.kit.dynamo import Table


def resolve(party: Party, division_id: str = "", channel: str = "", integration_id: str = "") -> str:
    """The external contact's id of a channel's customer, found or made (CE34 step 2); repeating it is harmless.

    `channel` and `integration_id` say where an opaque id comes from: without them, equal opaque ids of two channels are taken
    for one person. A new contact belongs to the division (default: the home division). Raises InvalidValueError where the
    party has no identifier.
    """
    return bootstrap.resolving().resolve(party, division_id, channel, integration_id)


def get(contact_id: str) -> Contact:
    """The contact (ExternalContact). Raises NotFoundError."""
    return bootstrap.editing().get(contact_id)


def find_all(contact_ids: Collection[str]) -> dict[str, Contact]:
    """Contacts by id; those that do not exist are left out."""
    return bootstrap.repository().find_all(contact_ids)


def create(body: Contact) -> Contact:
    """Raises BadRequestError, InvalidValueError, and IdentifierTakenError naming the field whose value leads elsewhere."""
    return bootstrap.editing().create(body)


def replace(contact_id: str, body: Contact) -> Contact:
    """Keep only what is sent, and what channels told where the body is silent on it. Raises as `create`, and NotFoundError."""
    return bootstrap.editing().replace(contact_id, body)


def change(
    contact_id: str,
    given: Sequence[Mapping[str, Any]],
    validated: Callable[[Contact], Contact] = lambda contact: contact,
) -> Contact:
    """Apply the changes of an ExternalContactsPatchRequest; `validated` checks the outcome. Raises as `replace`."""
    return bootstrap.editing().change(contact_id, lambda contact: validated(changes.apply(contact, given)))


def delete(contact_id: str) -> None:
    """The contact and everything that leads to it. Raises NotFoundError."""
    bootstrap.editing().delete(contact_id)


def lookup(identifier: Mapping[str, Any]) -> Contact:
    """The contact of a ContactIdentifier. Raises BadRequestError, InvalidValueError, NotFoundError."""
    return bootstrap.searching().lookup(identifiers.of_wire(identifier))


def search(query: str, contact_ids: Sequence[str] = (), sort_order: Sequence[str] = ()) -> Found:
    """Contacts of an exact phone or e-mail address or of names that the words begin; see service.search for its bounds."""
    found = bootstrap.searching().by_ids(contact_ids) if contact_ids else bootstrap.searching().search(query)
    return Found(searching.ordered(found.contacts, sort_order), found.partial)


def table() -> Table:
    """Where the answers of idempotent creates are kept."""
    return bootstrap.repository().table
