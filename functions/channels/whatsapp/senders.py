"""Who a WhatsApp item is from. The business-scoped user id comes first: since usernames exist a phone number may be absent,
and it may change, while the id stays."""

from collections.abc import Mapping
from typing import Any

from switchboard.channels.message import Identity, Party
from switchboard.channels.reading import identifier, items, mapping, phone_or_opaque, string

LONGEST_NAME = 200


class Contacts:
    """The `contacts[]` beside a change's messages: names and further identifiers of their senders."""

    def __init__(self, value: Mapping[str, Any]) -> None:
        self._all = [mapping(each) for each in items(value.get("contacts"))]

    def of(self, user_id: str, phone: str) -> dict[str, Any]:
        """The contact with that id or number; the only one, where the item names neither."""
        for contact in self._all:
            if user_id and identifier(contact.get("user_id")) == user_id:
                return contact
        for contact in self._all:
            if phone and identifier(contact.get("wa_id")).lstrip("+") == phone.lstrip("+"):
                return contact
        return self._all[0] if len(self._all) == 1 and not user_id and not phone else {}


def party(user_id: str, phone: str, contacts: Contacts) -> Party | None:
    """The person, None where nothing identifies them."""
    contact = contacts.of(user_id, phone)
    profile = mapping(contact.get("profile"))
    user_id = user_id or identifier(contact.get("user_id"))
    phone = phone or identifier(contact.get("wa_id"))
    identities = [Identity(kind="Opaque", value=user_id)] if user_id else []
    if phone:
        identities.append(phone_or_opaque(phone))
    if not identities:
        return None
    username = identifier(profile.get("username")).removeprefix("@")
    if username:
        identities.append(Identity(kind="Username", value=username))
    return Party(identity=identities[0], aliases=identities[1:], name=string(profile.get("name"))[:LONGEST_NAME])


def sender(item: Mapping[str, Any], contacts: Contacts) -> Party | None:
    """The sender of a message."""
    return party(identifier(item.get("from_user_id")), identifier(item.get("from")), contacts)


def recipient_of(status: Mapping[str, Any]) -> str:
    """Whom a status is about: in a group the participant, else the recipient."""
    user_id = status.get("recipient_participant_user_id") or status.get("recipient_user_id")
    number = status.get("recipient_participant_id") or status.get("recipient_id")
    return identifier(user_id) or phone_or_opaque(identifier(number)).value
