"""A contact is a document in the platform's shape (ExternalContact). Here is what a channel's word makes of it."""

from collections.abc import Sequence
from typing import Any

from switchboard.channels.message import Party
from switchboard.contacts.identifiers import Identifier
from switchboard.kit import clock, text

Contact = dict[str, Any]

LONGEST_NAME = 200


def from_party(party: Party, known: Sequence[Identifier], channel: str, division_id: str) -> Contact:
    """A new contact under the id that its first identifier determines, so that making it twice makes one."""
    now = clock.iso(clock.now())
    first, last, whole = (text.clean(name, LONGEST_NAME) for name in (party.first_name, party.last_name, party.name))
    # A channel that tells only one name does not say where the family name starts, so nothing is guessed.
    contact: Contact = {
        "id": known[0].contact_id,
        "division": {"id": division_id},
        "type": "Identified",
        "firstName": first or ("" if last else whole),
        "lastName": last,
        "createDate": now,
        "modifyDate": now,
    }
    for identifier in known:
        _note(contact, identifier, whole, channel)
    return {name: value for name, value in contact.items() if value}


def _note(contact: Contact, identifier: Identifier, name: str, channel: str) -> None:
    """Show the identifier in the field in which the platform shows it."""
    value = identifier.value
    match identifier.type:
        case "Phone" if channel == "whatsapp":
            number = {"e164": value, "display": value, "userInput": value}
            contact.setdefault("whatsAppId", {"phoneNumber": number, "displayName": name or value})
        case "Phone":
            contact.setdefault("cellPhone", {"e164": value, "display": value, "userInput": value})
        case "Email":
            contact.setdefault("personalEmail", value)
        case "SocialTwitter":
            contact.setdefault("twitterId", {"id": value, "name": name})
        case "SocialLine":
            contact.setdefault("lineId", {"ids": [{"userId": value}], "displayName": name})
        case "SocialFacebook":
            contact.setdefault("facebookId", {"ids": [{"scopedId": value}], "displayName": name})
        case "SocialInstagram":
            contact.setdefault("instagramId", {"ids": [{"scopedId": value}], "displayName": name})
        case "AppleOpaqueId":
            contact.setdefault("appleOpaqueIds", []).append({"value": value})
        case "ExternalId":
            contact.setdefault("externalIds", []).append({"value": value, "externalSource": {"id": identifier.source}})


def sort_name(contact: Contact) -> str:
    """What contacts are listed and searched by: the name, else some way to reach them, in lower case."""
    names = [contact.get("firstName"), contact.get("middleName"), contact.get("lastName")]
    phones = [(contact.get(field) or {}).get("e164") for field in ("cellPhone", "workPhone", "homePhone", "otherPhone")]
    ways = [*phones, contact.get("personalEmail"), contact.get("workEmail")]
    joined = " ".join(name for name in names if name) or next((way for way in ways if way), "")
    return " ".join(joined.lower().split())[:LONGEST_NAME]
