"""Contacts in the table.

- `CONTACT#<id>` / `CONTACT`: `doc` (ExternalContact as JSON), `version`, `identifiers` (set of identifier keys); on GSI1
  `CONTACT` / `<name>#<id>`.
- `IDENTIFIER#<key>` / `IDENTIFIER`: `contact`, the id of the contact it leads to. The identifier from which a contact's id
  is derived needs no such item: the contact itself stands where it leads.
"""

import json
from collections.abc import Collection, Iterator, Sequence

from switchboard.contacts.identifiers import Identifier, from_key
from switchboard.contacts.models import Contact, sort_name
from switchboard.kit import dynamo
from switchboard.kit.dynamo import Item, Key, Table, TransactionCanceledError

_LISTED = "CONTACT"


class ContactRepository:
    def __init__(self, table: Table) -> None:
        self.table = table

    def find(self, contact_id: str) -> Contact | None:
        item = self.table.get(_contact_key(contact_id))
        return _contact(item) if item else None

    def find_all(self, contact_ids: Collection[str]) -> dict[str, Contact]:
        items = self.table.batch_get(_contact_key(contact_id) for contact_id in contact_ids)
        contacts = map(_contact, items.values())
        return {contact["id"]: contact for contact in contacts}

    def owners(self, identifiers: Sequence[Identifier]) -> dict[Identifier, str]:
        """The contact of each identifier that has one, in one call."""
        keys = [key for each in identifiers for key in (_pointer_key(each), _contact_key(each.contact_id))]
        # Consistent: a contact made a moment ago must not be taken for absent and written again.
        found = self.table.batch_get(keys, consistent=True)
        owners = {}
        for each in identifiers:
            pointer = found.get(_pointer_key(each))
            if pointer:
                owners[each] = pointer["contact"]
            elif each.key in found.get(_contact_key(each.contact_id), {}).get("identifiers", ()):
                owners[each] = each.contact_id
        return owners

    def put_new(self, contact: Contact, identifiers: Sequence[Identifier]) -> None:
        """Store a contact whose id its first identifier determines, with what leads to it, in one call.

        Writes nothing that a repeat would not write again: the caller has just seen that none of it is there.
        """
        pointers = [_pointer(each, contact["id"]) for each in identifiers if each.contact_id != contact["id"]]
        self.table.put_all([_item(contact, identifiers, 1), *pointers])

    def add(self, contact_id: str, identifier: Identifier) -> bool:
        """Let one more identifier lead to the contact; False where it already leads somewhere or the contact is gone."""
        try:
            self.table.transact([_attach(contact_id, identifier), dynamo.create(_pointer(identifier, contact_id))])
        except TransactionCanceledError:
            return False
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
        "ADD identifiers :new",
        values={"new": {identifier.key}},
        condition="attribute_exists(PK)",
    )


def _item(contact: Contact, identifiers: Collection[Identifier], version: int) -> Item:
    key = _contact_key(contact["id"])
    return {
        "PK": key[0],
        "SK": key[1],
        "GSI1PK": _LISTED,
        "GSI1SK": f"{sort_name(contact)}#{contact['id']}",
        "doc": json.dumps(contact, separators=(",", ":")),
        "version": version,
        "identifiers": {each.key for each in identifiers} or None,
    }


def _contact(item: Item) -> Contact:
    contact: Contact = json.loads(item["doc"])
    known = [from_key(key) for key in sorted(item.get("identifiers", ()))]
    return contact | {"identifiers": [_shown(each) for each in known]}


def _shown(identifier: Identifier) -> dict[str, object]:
    shown: dict[str, object] = {"type": identifier.type, "value": identifier.value}
    return shown | ({"externalSource": {"id": identifier.source}} if identifier.source else {})
