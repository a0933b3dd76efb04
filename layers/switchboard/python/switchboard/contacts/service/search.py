"""Finding contacts: by an identifier exactly, by words of their names within a stated bound.

Nothing scans the table. A search reads the contact of an exact phone or e-mail address (one call), at most 1,000 contacts
whose names start with the query, and at most the first 1,000 contacts in the order of their names for the words inside; a
listing reads at most 1,000. The platform has the same limit (pageNumber * pageSize <= 1,000). `partial` says that a bound was met.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from switchboard.contacts import identifiers, models
from switchboard.contacts.editing_repository import EditingRepository
from switchboard.contacts.fields import DEFAULT_REGION
from switchboard.contacts.identifiers import EMAIL_FIELDS, PHONE_FIELDS, Identifier
from switchboard.contacts.models import Contact
from switchboard.kit import phones
from switchboard.kit.errors import InvalidValueError, NotFoundError

READ_AT_MOST = 1000
SORTED_BY = ("firstName", "lastName", "middleName", "title")
_PHONE = re.compile(r"\+?[\d\s().\-/]{5,30}")


@dataclass
class Found:
    """Contacts in order, and whether a bound kept others out."""

    contacts: list[Contact] = field(default_factory=list)
    partial: bool = False


class Searching:
    def __init__(self, repository: EditingRepository) -> None:
        self._repository = repository

    def lookup(self, identifier: Identifier, may_see: Callable[[Contact], bool]) -> Contact:
        """The contact that the identifier leads to. Raises NotFoundError, whose text does not repeat the value, nor whether one
        may not be seen."""
        owner = self._repository.owners([identifier]).get(identifier)
        contact = self._repository.find(owner) if owner else None
        if contact is None or not may_see(contact):
            raise NotFoundError("contact with this identifier of type", identifier.type)
        return contact

    def by_ids(self, contact_ids: Sequence[str]) -> Found:
        found = self._repository.find_all(contact_ids[:READ_AT_MOST])
        return Found(list(found.values()), partial=len(contact_ids) > READ_AT_MOST)

    def search(self, query: str) -> Found:
        """Every contact for an empty query. Exact identifiers come first, then names that start with the query."""
        query = " ".join(query.lower().split())
        if not query:
            return self._named("", lambda contact: True)
        exact = self._repository.find_all(set(self._repository.owners(_exact(query)).values())) if _exact(query) else {}
        starting = self._named(query, lambda contact: True)
        inside = self._named("", lambda contact: _has_words(contact, query.split()))
        contacts = {contact["id"]: contact for contact in (*exact.values(), *starting.contacts, *inside.contacts)}
        return Found(list(contacts.values()), starting.partial or inside.partial)

    def _named(self, prefix: str, wanted: Callable[[Contact], bool]) -> Found:
        read = list(self._repository.by_name(prefix, READ_AT_MOST))
        return Found([contact for contact in read if wanted(contact)], partial=len(read) == READ_AT_MOST)


def ordered(contacts: Iterable[Contact], sort_order: Sequence[str]) -> list[Contact]:
    """By `firstName:asc` and the like, the first criterion weighing most. Raises InvalidValueError naming sortOrder."""
    result = list(contacts)
    for criterion in reversed(sort_order):
        name, _, direction = criterion.partition(":")
        if name not in SORTED_BY or direction not in ("", "asc", "desc"):
            raise InvalidValueError(f"sortOrder takes {', '.join(SORTED_BY)} with :asc or :desc.", field="sortOrder")
        result.sort(key=lambda contact: str(contact.get(name, "")).lower(), reverse=direction == "desc")
    return result


def _exact(query: str) -> list[Identifier]:
    if "@" in query and " " not in query:
        return [identifiers.make("Email", query)]
    if not _PHONE.fullmatch(query):
        return []
    try:
        return [identifiers.make("Phone", phones.normalise(query, "query", DEFAULT_REGION))]
    except InvalidValueError:
        return []


def _has_words(contact: Contact, words: Sequence[str]) -> bool:
    known = f"{models.sort_name(contact)} {' '.join(_reached_by(contact))}".lower().split()
    return all(any(each.startswith(word) for each in known) for word in words)


def _reached_by(contact: Contact) -> list[str]:
    phone_numbers = [(contact.get(name) or {}).get("e164", "") for name in PHONE_FIELDS]
    shown_names = [_display_name(contact.get(name)) for name in ("whatsAppId", "facebookId", "instagramId", "lineId")]
    return [*phone_numbers, *(contact.get(name, "") for name in EMAIL_FIELDS), *shown_names]


def _display_name(social: Any) -> str:
    return str((social or {}).get("displayName", ""))
