"""Contacts as people write them. An identifier belongs to one contact: it is claimed and released with the change itself."""

import json
from collections.abc import Callable
from typing import Any

from switchboard.contacts import fields, identifiers
from switchboard.contacts.editing_repository import EditingRepository
from switchboard.contacts.models import Contact
from switchboard.kit import clock, ids
from switchboard.kit.dynamo import TransactionCanceledError
from switchboard.kit.entities import HOME_DIVISION
from switchboard.kit.errors import ConflictError, InvalidValueError, NotFoundError, PayloadTooLargeError

LARGEST_CONTACT_BYTES = 200_000
MOST_IDENTIFIERS = 30
ATTEMPTS = 5


class Editing:
    def __init__(self, repository: EditingRepository) -> None:
        self._repository = repository

    def create(self, body: Contact) -> Contact:
        """Raises BadRequestError, InvalidValueError, IdentifierTakenError, PayloadTooLargeError."""
        now = clock.iso(clock.now())
        division = (body.get("division") or {}).get("id") or HOME_DIVISION
        contact = fields.canonical(body) | {
            "id": ids.new(),
            "type": "Curated",
            "division": {"id": division},
            "createDate": now,
            "modifyDate": now,
        }
        _check_size(contact)
        try:
            self._repository.create(contact, identifiers.of_contact(contact))
        except TransactionCanceledError as canceled:
            raise ConflictError("One of the identifiers is being given to another contact; try again.") from canceled
        return self.get(contact["id"])

    def get(self, contact_id: str) -> Contact:
        """Raises NotFoundError."""
        contact = self._repository.find(contact_id)
        if contact is None:
            raise NotFoundError("contact", contact_id)
        return contact

    def replace(self, contact_id: str, body: Contact) -> Contact:
        """Keep what is sent, and what channels told where the body does not mention it. Raises as `change`."""
        return self.change(
            contact_id,
            lambda old: {name: old[name] for name in (*fields.SOCIAL_FIELDS, "division") if name in old} | body,
        )

    def change(self, contact_id: str, change: Callable[[Contact], Any]) -> Contact:
        """Apply a pure change to the contact as it stands, again if somebody else changed it meanwhile.

        Raises NotFoundError, BadRequestError, InvalidValueError, IdentifierTakenError, ConflictError.
        """
        for _ in range(ATTEMPTS):
            stored = self._repository.stored(contact_id)
            if stored is None:
                raise NotFoundError("contact", contact_id)
            old = stored.contact
            ours = {name: old[name] for name in fields.KEPT_BY_US if name in old and name != "identifiers"}
            made = (
                fields.canonical(change(dict(old))) | ours | {"modifyDate": clock.iso(clock.now()), "type": "Curated"}
            )
            made["division"] = {"id": (made.get("division") or {}).get("id") or old["division"]["id"]}
            _check_size(made)
            before, after = identifiers.of_contact(old), identifiers.of_contact(made)
            claimed = {each: field for each, field in after.items() if each.key not in stored.identifiers}
            # The identifier that gave the contact its id stays: the contact itself stands where that one leads.
            released = [each for each in before if each not in after and each.contact_id != contact_id]
            if self._repository.replace(stored, made, claimed, released):
                return self.get(contact_id)
        raise ConflictError("The contact is being changed by others; try again.")

    def delete(self, contact_id: str) -> None:
        """The contact and everything that leads to it. Raises NotFoundError, ConflictError."""
        for _ in range(ATTEMPTS):
            stored = self._repository.stored(contact_id)
            if stored is None:
                raise NotFoundError("contact", contact_id)
            if self._repository.remove(stored):
                return
        raise ConflictError("The contact is being changed by others; try again.")


def _check_size(contact: Contact) -> None:
    if len(identifiers.of_contact(contact)) > MOST_IDENTIFIERS:
        raise InvalidValueError(f"A contact has at most {MOST_IDENTIFIERS} identifiers.", field="externalIds")
    if len(json.dumps(contact)) > LARGEST_CONTACT_BYTES:
        raise PayloadTooLargeError(f"A contact has at most {LARGEST_CONTACT_BYTES} bytes.")
