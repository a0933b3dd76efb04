"""A channel's customer is found or made."""

from switchboard.channels.message import Party
from switchboard.contacts import identifiers, models
from switchboard.contacts.repository import ContactRepository
from switchboard.kit.entities import HOME_DIVISION
from switchboard.kit.errors import InvalidValueError


class Resolving:
    def __init__(self, repository: ContactRepository) -> None:
        self._repository = repository

    def resolve(self, party: Party, division_id: str, channel: str, integration_id: str) -> str:
        """The contact's id: of the first identifier that leads to one, else of a new contact.

        Two calls and three write units for a new contact with one alias; one call where every identifier is known. Two at
        once write the same items. Raises InvalidValueError where the party has no identifier at all.
        """
        known = identifiers.of_party(party, channel, integration_id)
        if not known:
            raise InvalidValueError("A customer needs an identifier.", field="sender.identity.value")
        owners = self._repository.owners(known)
        if not owners:
            contact = models.from_party(party, known, channel, division_id or HOME_DIVISION)
            self._repository.put_new(contact, known)
            return str(contact["id"])
        contact_id = next(owners[each] for each in known if each in owners)
        for each in known:
            if each not in owners:
                self._repository.add(contact_id, each)
        return contact_id
