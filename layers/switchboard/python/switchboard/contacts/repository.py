"""Contacts in the table.

- `CONTACT#<id>` / `CONTACT`: `doc` (ExternalContact as JSON), `version`, `identifiers` (set of identifier keys); on GSI1
  `CONTACT` / `<name>#<id>`.
- `IDENTIFIER#<key>` / `IDENTIFIER`: `contact`, the id of the contact it leads to. The identifier from which a contact's id
  is derived needs no such item: the contact itself stands where it leads.
"""

import json
from collections.abc import Collection, Sequence

from switchboard.contacts.identifiers import Identifier, from_key
from switchboard.contacts.models import Contact, sort_name
from switchboard.kit import dynamo
from switchboard.kit.dynamo import Item, Key, Table, TransactionCanceledError

LISTED = "CONTACT"


class ContactRepository:
    def __init__(self, table: Table) -> None:
        self.table = table

    def find(self, contact_id: str) -> Contact | None:
        item = self.table.get(contact_key(contact_id))
        return contact_of(item) if item else None

    def find_all(self, contact_ids: Collection[str]) -> dict[str, Contact]:
        items = self.table.batch_get(contact_key(contact_id) for contact_id in contact_ids)
        contacts = map(contact_of, items.values())
        return {contact["id"]: contact for contact in contacts}

    def owners(self, identifiers: Sequence[Identifier]) -> dict[Identifier, str]:
        """The contact of each identifier that has one, in one call."""
        derived = {each.contact_id for each in identifiers}
        keys = [key for each in identifiers for key in (pointer_key(each), contact_key(each.contact_id))]
        # Consistent: a contact made a moment ago must not be taken for absent and written again.
        found = self.table.batch_get(keys, consistent=True)
        owners: dict[Identifier, str] = {}
        for each in identifiers:
            pointer = found.get(pointer_key(each), {}).get("contact")
            if pointer in derived and contact_key(pointer) not in found:
                continue  # a creation was interrupted half-way: there is nothing yet to lead to
            if pointer:
                owners[each] = pointer
            elif contact_key(each.contact_id) in found:
                owners[each] = each.contact_id
        return owners

    def put_new(self, contact: Contact, identifiers: Sequence[Identifier]) -> None:
        """Store a contact whose id its first identifier determines, with what leads to it, in one call.

        Writes nothing that a repeat would not write again: the caller has just seen that none of it is there.
        """
        pointers = [pointer_item(each, contact["id"]) for each in identifiers if each.contact_id != contact["id"]]
        self.table.put_all([contact_item(contact, {each.key for each in identifiers}, 1), *pointers])

    def add(self, contact_id: str, identifier: Identifier) -> bool:
        """Let one more identifier lead to the contact; False where it already leads somewhere or the contact is gone."""
        try:
            self.table.transact([_attach(contact_id, identifier), dynamo.create(pointer_item(identifier, contact_id))])
        except TransactionCanceledError:
            return False
        return True


def contact_key(contact_id: str) -> Key:
    return f"CONTACT#{contact_id}", "CONTACT"


def pointer_key(identifier: Identifier) -> Key:
    return f"IDENTIFIER#{identifier.key}", "IDENTIFIER"


def pointer_item(identifier: Identifier, contact_id: str) -> Item:
    key = pointer_key(identifier)
    return {"PK": key[0], "SK": key[1], "contact": contact_id}


def _attach(contact_id: str, identifier: Identifier) -> dynamo.Write:
    return dynamo.update(
        contact_key(contact_id),
        "ADD identifiers :new, version :one",
        values={"new": {identifier.key}, "one": 1},
        condition="attribute_exists(PK)",
    )


def contact_item(contact: Contact, identifiers: Collection[str], version: int) -> Item:
    key = contact_key(contact["id"])
    return {
        "PK": key[0],
        "SK": key[1],
        "GSI1PK": LISTED,
        "GSI1SK": f"{sort_name(contact)}#{contact['id']}",
        "doc": json.dumps(contact, separators=(",", ":")),
        "version": version,
        "identifiers": set(identifiers) or None,
    }


def contact_of(item: Item) -> Contact:
    contact: Contact = json.loads(item["doc"])
    known = [from_key(key) for key in sorted(item.get("identifiers", ()))]
    return contact | {"identifiers": [_shown(each) for each in known]}


def _shown(identifier: Identifier) -> dict[str, object]:
    shown: dict[str, object] = {"type": identifier.type, "value": identifier.value}
    return shown | ({"externalSource": {"id": identifier.source}} if identifier.source else {})
