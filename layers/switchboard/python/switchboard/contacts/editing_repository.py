"""What editing and searching need of the table beyond repository.py: guarded changes, and contacts in the order of their names."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from switchboard.contacts.errors import IdentifierTakenError
from switchboard.contacts.identifiers import Identifier, from_key
from switchboard.contacts.models import Contact
from switchboard.contacts.repository import (
    LISTED,
    ContactRepository,
    contact_item,
    contact_key,
    contact_of,
    pointer_item,
    pointer_key,
)
from switchboard.kit import dynamo
from switchboard.kit.dynamo import TransactionCanceledError

_MOST_IN_A_TRANSACTION = 100


@dataclass(frozen=True)
class Stored:
    """A contact as it stands: `version` guards its change, `identifiers` are the keys that lead to it."""

    contact: Contact
    version: int
    identifiers: frozenset[str]


class EditingRepository(ContactRepository):
    def stored(self, contact_id: str) -> Stored | None:
        item = self.table.get(contact_key(contact_id))
        if item is None:
            return None
        return Stored(json.loads(item["doc"]), item["version"], frozenset(item.get("identifiers", ())))

    def create(self, contact: Contact, claimed: Mapping[Identifier, str]) -> None:
        """Store a contact of a new id. `claimed` are its identifiers with the fields that hold them.

        Raises IdentifierTakenError naming the field.
        """
        writes = _Writes([dynamo.create(contact_item(contact, {each.key for each in claimed}, 1))])
        writes.claim(contact["id"], claimed)
        try:
            self.table.transact(writes.all)
        except TransactionCanceledError as canceled:
            writes.raise_taken(canceled)
            raise

    def replace(
        self, stored: Stored, contact: Contact, claimed: Mapping[Identifier, str], released: Sequence[Identifier]
    ) -> bool:
        """Store the changed contact, let `claimed` lead to it and `released` nowhere; False where it changed meanwhile.

        Raises IdentifierTakenError naming the field.
        """
        keys = (stored.identifiers | {each.key for each in claimed}) - {each.key for each in released}
        item = contact_item(contact, keys, stored.version + 1)
        writes = _Writes([dynamo.put(item, condition="version = :old", values={"old": stored.version})])
        writes.claim(contact["id"], claimed)
        writes.all += [_unpoint(each) for each in released]
        try:
            self.table.transact(writes.all)
        except TransactionCanceledError as canceled:
            if 0 not in canceled.failed:
                writes.raise_taken(canceled)
            return False
        return True

    def remove(self, stored: Stored) -> bool:
        """Delete the contact and what leads to it; False where it changed meanwhile."""
        key = contact_key(stored.contact["id"])
        pointers = [_unpoint(from_key(identifier)) for identifier in sorted(stored.identifiers)]
        deletion = dynamo.delete(key, condition="version = :old", values={"old": stored.version})
        try:
            self.table.transact([deletion, *pointers[: _MOST_IN_A_TRANSACTION - 1]])
        except TransactionCanceledError:
            return False
        for left in pointers[_MOST_IN_A_TRANSACTION - 1 :]:
            self.table.transact([left])
        return True

    def by_name(self, prefix: str = "", limit: int | None = None, *, descending: bool = False) -> Iterator[Contact]:
        """Contacts in the order of their names, of names that start with `prefix`."""
        items = self.table.query(LISTED, prefix=prefix, index="GSI1", limit=limit, forward=not descending)
        return map(contact_of, items)


def _unpoint(identifier: Identifier) -> dynamo.Write:
    return dynamo.delete(pointer_key(identifier))


class _Writes:
    """The writes of a transaction, and which field each claim of an identifier comes from."""

    def __init__(self, first: list[dynamo.Write]) -> None:
        self.all = first
        self._fields: dict[int, tuple[str, str]] = {}

    def claim(self, contact_id: str, claimed: Mapping[Identifier, str]) -> None:
        """Two writes each: nothing may lead elsewhere, and no contact may stand where the identifier leads by itself."""
        for each, field in claimed.items():
            if each.contact_id == contact_id:
                continue
            pointer = dynamo.create(pointer_item(each, contact_id))
            absent = dynamo.check(contact_key(each.contact_id), "attribute_not_exists(PK)")
            for write in (pointer, absent):
                self._fields[len(self.all)] = (field, each.contact_id)
                self.all.append(write)

    def raise_taken(self, canceled: TransactionCanceledError) -> None:
        """Raises IdentifierTakenError where a claim failed."""
        for index, old in sorted(canceled.failed.items()):
            if index in self._fields:
                field, derived = self._fields[index]
                raise IdentifierTakenError(field, old.get("contact", derived)) from canceled
