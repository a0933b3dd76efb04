"""A channel's customer is found or made."""

from collections.abc import Sequence

from switchboard.channels.message import Identity, Party
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

    def of_numbers(self, numbers: Sequence[str], name: str) -> str:
        """The contact's id: of the first number that leads to one, else of a new contact of the first number.

        Two calls at most. No number is added to a contact, as a channel's aliases are: nobody has proved that it is theirs, and
        one that several people may be called at (an office's) would make them one person for good.
        """
        known = [identifiers.make("Phone", number) for number in numbers]
        owners = self._repository.owners(known)
        for each in known:
            if each in owners:
                return owners[each]
        party = Party(identity=Identity(kind="Phone", value=numbers[0]), name=name)
        contact = models.from_party(party, known[:1], "", HOME_DIVISION)
        self._repository.put_new(contact, known[:1])
        return str(contact["id"])
