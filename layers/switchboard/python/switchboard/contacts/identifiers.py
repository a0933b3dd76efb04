"""By what a contact is found: the platform's identifier types, made from what a channel tells or from a contact's fields.

An identifier belongs to at most one contact. Phones are E.164 and e-mail addresses lower-case wherever they come from.
"""

from collections.abc import Mapping
from typing import Any, Literal

from switchboard.channels.message import Identity, Party
from switchboard.kit import ids, text
from switchboard.kit.model import Record

IdentifierType = Literal[
    "Phone",
    "Email",
    "ExternalId",
    "SocialWhatsappBsuid",
    "SocialFacebook",
    "SocialInstagram",
    "SocialTwitter",
    "SocialLine",
    "AppleOpaqueId",
]

LONGEST_VALUE = 512

# Networks whose opaque ids mean the same person for all of our accounts. Elsewhere two integrations may use one id for two people.
SOCIAL: dict[str, IdentifierType] = {
    "whatsapp": "SocialWhatsappBsuid",
    "facebook": "SocialFacebook",
    "instagram": "SocialInstagram",
    "twitter": "SocialTwitter",
    "line": "SocialLine",
    "apple": "AppleOpaqueId",
}

PHONE_FIELDS = ("cellPhone", "workPhone", "homePhone", "otherPhone")
EMAIL_FIELDS = ("personalEmail", "workEmail", "otherEmail")


class Identifier(Record):
    """One identifier. `source` is the external source or the integration inside which an ExternalId is unique."""

    type: IdentifierType
    value: str
    source: str = ""

    @property
    def key(self) -> str:
        return f"{self.type}#{self.source}#{self.value}"

    @property
    def contact_id(self) -> str:
        """The id of the contact that is made for this identifier when a channel first tells it."""
        return ids.derived("contact", self.type, self.source, self.value)


def from_key(key: str) -> Identifier:
    kind, source, value = key.split("#", 2)
    return Identifier(type=kind, source=source, value=value)  # type: ignore[arg-type]


def make(kind: IdentifierType, value: str, source: str = "") -> Identifier:
    """An identifier in canonical form. A value longer than a table key may be is represented by its digest."""
    value = text.clean(value).strip()
    value = value.lower() if kind == "Email" else value
    if len(value) > LONGEST_VALUE:
        value = f"sha256:{ids.digest(value).hex()}"
    return Identifier(type=kind, value=value, source=text.clean(source, LONGEST_VALUE).replace("#", "_"))


def of_party(party: Party, channel: str, integration_id: str) -> list[Identifier]:
    """The customer's identifiers, the stable one first.

    A user name may be given up and taken by somebody else: it leads to a person only where the channel has nothing better.
    """
    aliases = [alias for alias in party.aliases if alias.kind != "Username"]
    made = [_of_identity(identity, channel, integration_id) for identity in (party.identity, *aliases)]
    return list(dict.fromkeys(each for each in made if each.value))


def _of_identity(identity: Identity, channel: str, integration_id: str) -> Identifier:
    match identity.kind:
        case "Phone":
            return make("Phone", identity.value)
        case "Email":
            return make("Email", identity.value)
        case "Opaque" if channel in SOCIAL:
            return make(SOCIAL[channel], identity.value)
        case _:
            return make("ExternalId", identity.value, integration_id or channel)


def of_contact(contact: Mapping[str, Any]) -> dict[Identifier, str]:
    """Every identifier that a contact's fields hold, with the name of the field. Phones need their `e164`."""
    found: dict[Identifier, str] = {}

    def add(kind: IdentifierType, value: str | None, field: str, source: str = "") -> None:
        if value:
            found.setdefault(make(kind, value, source), field)

    for name in PHONE_FIELDS:
        add("Phone", (contact.get(name) or {}).get("e164"), name)
    for name in EMAIL_FIELDS:
        add("Email", contact.get(name), name)
    whatsapp = (contact.get("whatsAppId") or {}).get("phoneNumber") or {}
    add("Phone", whatsapp.get("e164"), "whatsAppId")
    add("SocialTwitter", (contact.get("twitterId") or {}).get("id"), "twitterId")
    for line in (contact.get("lineId") or {}).get("ids") or []:
        add("SocialLine", line.get("userId"), "lineId")
    for scoped in (contact.get("facebookId") or {}).get("ids") or []:
        add("SocialFacebook", scoped.get("scopedId"), "facebookId")
    for scoped in (contact.get("instagramId") or {}).get("ids") or []:
        add("SocialInstagram", scoped.get("scopedId"), "instagramId")
    for opaque in contact.get("appleOpaqueIds") or []:
        add("AppleOpaqueId", opaque.get("value"), "appleOpaqueIds")
    for external in contact.get("externalIds") or []:
        add("ExternalId", external.get("value"), "externalIds", (external.get("externalSource") or {}).get("id") or "")
    return found
