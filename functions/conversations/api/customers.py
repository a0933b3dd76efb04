"""Who the customer is: the external contact that a request names."""

import json

from switchboard.contacts import api as contacts
from switchboard.kit.callers import Caller
from switchboard.kit.http import Request

FIELD = "externalContactId"


def named(request: Request) -> str:
    """The contact's id that the body holds, also where the operation's model lacks the field; empty where it holds none.

    Raises as `checked`.
    """
    said = json.loads(request.raw_body or b"null")
    return checked(request.caller, said.get(FIELD)) if isinstance(said, dict) else ""


def checked(caller: Caller, contact_id: object) -> str:
    """The id of a contact that is there and that the caller may see; empty where none is named. Raises as `contacts.named`."""
    return str(contacts.named(contact_id, caller, FIELD)["id"]) if contact_id else ""
