"""Finding external contacts: a listing, a search by words, a lookup by identifier (CE29, CE34)."""

from collections.abc import Mapping, Sequence
from typing import Any

from switchboard.contacts import console as contacts
from switchboard.contacts.console import READ_AT_MOST, Found
from switchboard.kit import paging
from switchboard.kit.callers import EVERY_DIVISION, Caller
from switchboard.kit.entities import Body
from switchboard.kit.errors import InvalidValueError
from switchboard.kit.http import Api, Request

from functions.contacts.api.contacts import PATH, PERMISSION, shown


def register(api: Api) -> None:
    view = f"{PERMISSION}:view"
    api.operation("ExternalContactsApi.get_externalcontacts_contacts", view)(list_all)
    api.operation("ExternalContactsApi.post_externalcontacts_contacts_search", view)(search)
    api.operation("ExternalContactsApi.post_externalcontacts_identifierlookup_contacts", view)(lookup)


def list_all(request: Request) -> Body:
    query = request.query
    sort_order = [query["sortOrder"]] if query.get("sortOrder") else []
    found = contacts.search(query.get("q", ""), sort_order=sort_order)
    return _page(request.caller, found, PATH, query, query.get("divisionIds", []))


def search(request: Request) -> Body:
    simple = (request.body.get("operation") or {}).get("simpleSearch") or {}
    found = contacts.search(simple.get("query") or "", simple.get("ids") or [], simple.get("sortOrder") or [])
    query = {name: request.body[name] for name in ("pageSize", "pageNumber") if request.body.get(name) is not None}
    return _page(request.caller, found, f"{PATH}/search", query, request.body.get("divisionIds") or [])


def lookup(request: Request) -> Body:
    """Raises NotFoundError, also where the contact lies in a division that the caller may not view: whose number is known
    elsewhere is nobody's business."""
    view, caller = f"{PERMISSION}:view", request.caller
    return shown(contacts.lookup(request.body, lambda contact: caller.may(view, contact["division"]["id"])))


def _page(caller: Caller, found: Found, path: str, query: Mapping[str, Any], divisions: Sequence[str]) -> Body:
    size, number = paging.page_bounds(query)
    if size * number > READ_AT_MOST:
        raise InvalidValueError(f"pageNumber * pageSize must be at most {READ_AT_MOST}.", field="pageNumber")
    allowed = caller.divisions(f"{PERMISSION}:view")
    visible = [
        shown(contact)
        for contact in found.contacts
        if (EVERY_DIVISION in allowed or contact["division"]["id"] in allowed)
        and (not divisions or contact["division"]["id"] in divisions)
    ]
    kept = {name: value for name, value in query.items() if name != "q"}  # what people search for stays out of URLs
    return paging.numbered(visible, path, kept) | {"partialResults": found.partial}
