"""Where a contact may be reached on an integration, from what identifies them. Pure."""

from collections.abc import Iterator

from switchboard.channels.message import Identity, IdentityKind
from switchboard.contacts.identifiers import PHONE_FIELDS, SOCIAL
from switchboard.contacts.models import Contact
from switchboard.kit.model import Record

BY_PHONE = ("sms", "whatsapp")
"""Channels on which a phone number is an address."""


class Address(Record):
    """`proven`: it is one only where they have written from it, as an e-mail address is to a middleware that goes by those."""

    identity: Identity
    proven: bool = False


def addresses(contact: Contact, channel: str, integration_id: str, phone_field: str = "") -> list[Address]:
    """The likeliest first. `phone_field` (cellPhone, ...) is the only number wanted, on channels that go by one."""
    if channel not in BY_PHONE:
        return [*_own(contact, channel, integration_id), *_elsewhere(contact)]
    if not phone_field:
        return [*_phones(contact), *_own(contact, channel, integration_id)]
    number = (contact.get(phone_field) or {}).get("e164")
    if not number:
        return []
    # Whom the channel knows by an id of its own has it for the only number they have.
    own = _own(contact, channel, integration_id) if len(_phones(contact)) == 1 else []
    return [_address("Phone", number), *own]


def _phones(contact: Contact) -> list[Address]:
    first = ((contact.get("whatsAppId") or {}).get("phoneNumber") or {}).get("e164")
    fields = [(contact.get(field) or {}).get("e164") for field in PHONE_FIELDS]
    numbers = dict.fromkeys(each for each in (first, *fields, *_values(contact, "Phone")) if each)
    return [_address("Phone", number) for number in numbers]


def _own(contact: Contact, channel: str, integration_id: str) -> list[Address]:
    """The channel's own ids of the contact."""
    known = SOCIAL.get(channel)
    values = _values(contact, known) if known else _values(contact, "ExternalId", integration_id)
    return [_address("Opaque", value) for value in values]


def _elsewhere(contact: Contact) -> Iterator[Address]:
    for value in _values(contact, "Email"):
        yield Address(identity=Identity(kind="Email", value=value), proven=True)
    for each in _phones(contact):
        yield Address(identity=each.identity, proven=True)


def _values(contact: Contact, kind: str, source: str = "") -> list[str]:
    """Values of the contact's identifiers, without the long ones of which only a digest is kept."""
    return [
        each["value"]
        for each in contact.get("identifiers") or []
        if each["type"] == kind
        and (each.get("externalSource") or {}).get("id", "") == source
        and not each["value"].startswith("sha256:")
    ]


def _address(kind: IdentityKind, value: str) -> Address:
    return Address(identity=Identity(kind=kind, value=value))
