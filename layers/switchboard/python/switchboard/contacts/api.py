"""What the message path and other domains use of contacts. What the console's API adds is in console.py, apart, so that the
functions on the path load no more than they run."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from switchboard.channels.message import Party
from switchboard.contacts import bootstrap
from switchboard.contacts.models import Contact
from switchboard.kit.errors import InvalidValueError, NotFoundError

if TYPE_CHECKING:
    from switchboard.kit.callers import Caller

VIEW = "externalContacts:contact:view"


def resolve(party: Party, division_id: str = "", channel: str = "", integration_id: str = "") -> str:
    """The external contact's id of a channel's customer, found or made (CE34 step 2); repeating it is harmless.

    `channel` and `integration_id` say where an opaque id comes from: without them, equal opaque ids of two channels are taken
    for one person. A new contact belongs to the division (default: the home division). Raises InvalidValueError where the
    party has no identifier.
    """
    return bootstrap.resolving().resolve(party, division_id, channel, integration_id)


def of_numbers(numbers: Sequence[str], name: str = "") -> str:
    """The external contact's id of who wants to be called at these E.164 numbers: of the first that leads to one, else of a
    new contact of that name with the first number. Repeating it is harmless."""
    return bootstrap.resolving().of_numbers(numbers, name)


def get(contact_id: str) -> Contact:
    """The contact (ExternalContact). Raises NotFoundError."""
    contact = bootstrap.repository().find(contact_id)
    if contact is None:
        raise NotFoundError("contact", contact_id)
    return contact


def named(contact_id: object, caller: "Caller", field: str = "externalContactId") -> Contact:
    """The contact that a field of the caller's request names. Raises InvalidValueError where there is none, and
    MissingPermissionError where the caller may not see it."""
    try:
        contact = get(str(contact_id))
    except NotFoundError as error:
        raise InvalidValueError(f"{field} names no contact.", field=field) from error
    caller.require(VIEW, contact["division"]["id"])
    return contact
