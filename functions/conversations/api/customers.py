"""Who the customer is: the external contact that a request names."""

import json

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
    """The id of a contact that is there and that the caller may see; empty stays so. Raises InvalidValueError,
    MissingPermissionError."""
    if not contact_id:
        return ""
    try:
        contact = contacts.get(str(contact_id))
    except NotFoundError as error:
        raise InvalidValueError(f"{FIELD} names no contact.", field=FIELD) from error
    caller.require(VIEW, contact["division"]["id"])
    return str(contact["id"])
