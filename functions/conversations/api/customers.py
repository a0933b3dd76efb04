"""Who the customer is: the external contact that a request names."""

import json
from typing import Any

from switchboard.contacts import api as contacts
from switchboard.kit.callers import Caller
from switchboard.kit.errors import InvalidValueError, NotFoundError
from switchboard.kit.http import Request

FIELD = "externalContactId"
VIEW = "externalContacts:contact:view"


def named(request: Request) -> str:
    """The contact's id that the body holds, also where the operation's model lacks the field; empty where it holds none.

    Raises as `checked`.
    """
    said = json.loads(request.raw_body or b"null")
    return checked(request.caller, said.get(FIELD) or "") if isinstance(said, dict) else ""


def checked(caller: Caller, contact_id: str) -> str:
    """The id of a contact that is there and that the caller may see; empty stays so. Raises as `contact`."""
    return str(contact(caller, contact_id)["id"]) if contact_id else ""


def contact(caller: Caller, contact_id: str, field: str = FIELD) -> dict[str, Any]:
    """A contact (ExternalContact) that is there and that the caller may see. Raises InvalidValueError, MissingPermissionError."""
    try:
        found = contacts.get(str(contact_id))
    except NotFoundError as error:
        raise InvalidValueError(f"{field} names no contact.", field=field) from error
    caller.require(VIEW, found["division"]["id"])
    return found
