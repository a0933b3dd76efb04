"""Contacts in the table.

- `CONTACT#<id>` / `CONTACT`: `doc` (ExternalContact as JSON), `version`, `identifiers` (set of identifier keys); on GSI1
  `CONTACT` / `<name>#<id>`.
- `IDENTIFIER#<key>` / `IDENTIFIER`: `contact`, the id of the contact it leads to. The identifier from which a contact's id
  is derived needs no such item: the contact itself stands where it leads.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from switchboard.contacts.errors import IdentifierTakenError
from switchboard.contacts.identifiers import Identifier, from_key
from switchboard.contacts.models import Contact, sort_name
from switchboard.kit import dynamo
from switchboard.kit.dynamo import Item, Key, Table, TransactionCanceledError

_LISTED = "CONTACT"
_MOST_IN_A_TRANSACTION = 100


@dataclass(frozen=True)
class Stored:
    """A contact as it stands: `version` guards its change, `identifiers` are the keys that lead to it."""

    contact: Contact
    version: int
    identifiers: frozenset[str]


class ContactRepository:
    def __init__(self, table: Table) -> None:
        self.table = table

    def find(self, contact_id: str) -> Contact | None:
        item = self.table.get(_contact_key(contact_id))
        return _contact(item) if item else None

    def stored(self, contact_id: str) -> Stored | None:
        item = self.table.get(_contact_key(contact_id))
        if item is None:
            return None
        return Stored(json.loads(item["doc"]), item["version"], frozenset(item.get("identifiers", ())))

    def find_all(self, contact_ids: Collection[str]) -> dict[str, Contact]:
        items = self.table.batch_get(_contact_key(contact_id) for contact_id in contact_ids)
        contacts = map(_contact, items.values())
        return {contact["id"]: contact for contact in contacts}

    def owners(self, identifiers: Sequence[Identifier]) -> dict[Identifier, str]:
        """The contact of each identifier that has one, in one call."""
        derived = {each.contact_id for each in identifiers}
        keys = [key for each in identifiers for key in (_pointer_key(each), _contact_key(each.contact_id))]
        # Consistent: a contact made a moment ago must not be taken for absent and written again.
        found = self.table.batch_get(keys, consistent=True)
        owners: dict[Identifier, str] = {}
        for each in identifiers:
            pointer = found.get(_pointer_key(each), {}).get("contact")
            if pointer in derived and _contact_key(pointer) not in found:
                continue  # a creation was interrupted half-way: there is nothing yet to lead to
            if pointer:
                owners[each] = pointer
            elif _contact_key(each.contact_id) in found:
                owners[each] = each.contact_id
        return owners

    def put_new(self, contact: Contact, identifiers: Sequence[Identifier]) -> None:
        """Store a contact whose id its first identifier determines, with what leads to it, in one call.

        Writes nothing that a repeat would not write again: the caller has just seen that none of it is there.
        """
        pointers = [_pointer(each, contact["id"]) for each in identifiers if each.contact_id != contact["id"]]
        self.table.put_all([_item(contact, {each.key for each in identifiers}, 1), *pointers])

    def add(self, contact_id: str, identifier: Identifier) -> bool:
        """Let one more identifier lead to the contact; False where it already leads somewhere or the contact is gone."""
        try:
            self.table.transact([_attach(contact_id, identifier), dynamo.create(_pointer(identifier, contact_id))])
        except TransactionCanceledError:
            return False
        return True

    def create(self, contact: Contact, claimed: Mapping[Identifier, str]) -> None:
        """Store a contact of a new id. `claimed` are its identifiers with the fields that hold them.

        Raises IdentifierTakenError naming the field.
        """
        writes = _Writes([dynamo.create(_item(contact, {each.key for each in claimed}, 1))])
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
        item = _item(contact, keys, stored.version + 1)
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
        key = _contact_key(stored.contact["id"])
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
        items = self.table.query(_LISTED, prefix=prefix, index="GSI1", limit=limit, forward=not descending)
        return map(_contact, items)


def _contact_key(contact_id: str) -> Key:
    return f"CONTACT#{contact_id}", "CONTACT"


def _pointer_key(identifier: Identifier) -> Key:
    return f"IDENTIFIER#{identifier.key}", "IDENTIFIER"


def _pointer(identifier: Identifier, contact_id: str) -> Item:
    key = _pointer_key(identifier)
    return {"PK": key[0], "SK": key[1], "contact": contact_id}


def _attach(contact_id: str, identifier: Identifier) -> dynamo.Write:
    return dynamo.update(
        _contact_key(contact_id),
        "ADD identifiers :new, version :one",
        values={"new": {identifier.key}, "one": 1},
        condition="attribute_exists(PK)",
    )


def _unpoint(identifier: Identifier) -> dynamo.Write:
    return dynamo.delete(_pointer_key(identifier))


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
            pointer = dynamo.create(_pointer(each, contact_id))
            absent = dynamo.check(_contact_key(each.contact_id), "attribute_not_exists(PK)")
            for write in (pointer, absent):
                self._fields[len(self.all)] = (field, each.contact_id)
                self.all.append(write)

    def raise_taken(self, canceled: TransactionCanceledError) -> None:
        """Raises IdentifierTakenError where a claim failed."""
        for index, old in sorted(canceled.failed.items()):
            if index in self._fields:
                field, derived = self._fields[index]
                raise IdentifierTakenError(field, old.get("contact", derived)) from canceled


def _item(contact: Contact, identifiers: Collection[str], version: int) -> Item:
    key = _contact_key(contact["id"])
    return {
        "PK": key[0],
        "SK": key[1],
        "GSI1PK": _LISTED,
        "GSI1SK": f"{sort_name(contact)}#{contact['id']}",
        "doc": json.dumps(contact, separators=(",", ":")),
        "version": version,
        "identifiers": set(identifiers) or None,
    }


def _contact(item: Item) -> Contact:
    contact: Contact = json.loads(item["doc"])
    known = [from_key(key) for key in sorted(item.get("identifiers", ()))]
    return contact | {"identifiers": [_shown(each) for each in known]}


def _shown(identifier: Identifier) -> dict[str, object]:
    shown: dict[str, object] = {"type": identifier.type, "value": identifier.value}
    return shown | ({"externalSource": {"id": identifier.source}} if identifier.source else {})
