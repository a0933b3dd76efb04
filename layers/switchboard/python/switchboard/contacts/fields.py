"""What a client writes of a contact, made canonical: phones E.164, e-mail lower-case, what is ours left out."""

import re
from collections.abc import Mapping
from typing import Any, get_args

from switchboard.contacts import identifiers
from switchboard.contacts.identifiers import EMAIL_FIELDS, PHONE_FIELDS, Identifier, IdentifierType
from switchboard.contacts.models import Contact
from switchboard.kit import phones
from switchboard.kit.checks import require
from switchboard.kit.errors import BadRequestError, InvalidValueError, NotFoundError

KEPT_BY_US = (
    "id",
    "type",
    "createDate",
    "modifyDate",
    "identifiers",
    "canonicalContact",
    "mergeSet",
    "mergedFrom",
    "mergedTo",
    "mergeOperation",
    "externalDataSources",
    "selfUri",
)
# What a channel told of a person is not unsaid by a client that replaces the contact without mentioning it.
SOCIAL_FIELDS = ("whatsAppId", "twitterId", "lineId", "facebookId", "instagramId", "appleOpaqueIds", "externalIds")

# The platform reads a number without a country code as a North American one unless told otherwise.
DEFAULT_REGION = "US"
LONGEST_EMAIL = 254
_EMAIL = re.compile(r"[^\s@<>\"(),;:\\]+@[^\s@<>\"(),;:\\]+\.[^\s@<>\"(),;:\\]+")


def canonical(body: Contact) -> Contact:
    """The client's part of a contact. Raises InvalidValueError naming the field, BadRequestError where nothing tells who it is."""
    contact = {name: value for name, value in body.items() if value is not None and name not in KEPT_BY_US}
    for name in PHONE_FIELDS:
        if name in contact:
            contact[name] = phone(contact[name], name)
    for name in EMAIL_FIELDS:
        if name in contact:
            contact[name] = email(contact[name], name)
    number = (contact.get("whatsAppId") or {}).get("phoneNumber")
    if number:
        contact["whatsAppId"] = contact["whatsAppId"] | {"phoneNumber": phone(number, "whatsAppId.phoneNumber")}
    contact = {name: value for name, value in contact.items() if value not in ("", None, {}, [])}
    telling = ("firstName", "lastName", *PHONE_FIELDS, *EMAIL_FIELDS, *SOCIAL_FIELDS)
    if not any(name in contact for name in telling):
        raise BadRequestError(
            "A contact needs a name, a phone, an e-mail address or a social identity.", field="firstName"
        )
    return contact


def phone(number: Mapping[str, Any], field: str) -> dict[str, Any]:
    """PhoneNumber of what the client wrote into `display` (or `e164`); an empty one stays out."""
    written = number.get("display") or number.get("e164") or number.get("userInput")
    if not written:
        return {}
    region = number.get("normalizationCountryCode") or number.get("countryCode") or DEFAULT_REGION
    # The country is kept, so that the same text still means the same number when the contact is changed again.
    kept = {
        name: number[name]
        for name in ("extension", "acceptsSMS", "normalizationCountryCode")
        if number.get(name) is not None
    }
    return kept | {"display": written, "userInput": written, "e164": phones.normalise(written, field, region)}


def email(address: str, field: str) -> str:
    """The address in lower case. Raises InvalidValueError naming the field."""
    address = address.strip().lower()
    if address and (len(address) > LONGEST_EMAIL or not _EMAIL.fullmatch(address)):
        raise InvalidValueError(f"{field} is not an e-mail address.", field=field)
    return address


def identifier(body: Mapping[str, Any]) -> Identifier:
    """The identifier of a ContactIdentifier. Raises BadRequestError, InvalidValueError naming the field.

    Cookies and Instagram handles lead to nobody: the one names a browser, the other may change hands.
    """
    require(body, "type", "value")
    kind, value = body["type"], body["value"]
    if kind in ("Phone", "SocialWhatsapp"):
        return identifiers.make("Phone", phones.normalise(value, "value"))
    if kind not in get_args(IdentifierType):
        raise NotFoundError("contact with an identifier of type", kind)
    if kind == "ExternalId":
        require(body, "externalSource.id")
        return identifiers.make(kind, value, body["externalSource"]["id"])
    return identifiers.make(kind, value)
