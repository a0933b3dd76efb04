"""A WhatsApp number on Meta's Cloud API (providers.md section 2).

The platform's embedded signup gives only an access token and leaves the rest to its own Meta app. A self-hosted system has the
owner's app instead, so its secret, the verify token and the number are told by `phoneNumberId`, `phoneNumber`,
`accessToken`, `appSecret`, `verifyToken`. The integration is Incomplete until all are there.
"""

import re

from switchboard.channels.administration import drafts
from switchboard.channels.administration.drafts import Draft
from switchboard.kit import checks, phones, settings
from switchboard.kit.entities import Body
from switchboard.kit.errors import InvalidValueError

SECRETS = ("accessToken", "appSecret", "verifyToken")
EMBEDDED_TOKEN = "embeddedSignupAccessToken"  # noqa: S105 - the field's name
_NUMBER_ID = re.compile(r"\d{1,32}")


def draft(body: Body, old: Body | None) -> Draft:
    """See MessengerType."""
    if old is None:
        embedded = body.get(EMBEDDED_TOKEN) is not None
        checks.require(body, "name", *(() if embedded else ("phoneNumberId", "phoneNumber", *SECRETS)))
    drafts.refuse_profiles(body)
    fields = drafts.name(body)
    address = dict((old or {}).get("address", {}))
    if body.get("phoneNumberId") is not None:
        if not _NUMBER_ID.fullmatch(str(body["phoneNumberId"])):
            raise InvalidValueError("phoneNumberId must be the digits that Meta shows.", field="phoneNumberId")
        address["phoneNumberId"] = str(body["phoneNumberId"])
    if body.get("phoneNumber") is not None:
        address["phoneNumber"] = phones.normalise(str(body["phoneNumber"]), "phoneNumber")
    secrets = {name: value for name in SECRETS if (value := drafts.secret(body, name))}
    if token := drafts.secret(body, EMBEDDED_TOKEN):
        secrets["accessToken"] = token
    known = sorted({*(old or {}).get("secretNames", []), *secrets})
    complete = {"phoneNumberId", "phoneNumber"} <= set(address) and set(SECRETS) <= set(known)
    fields |= {"address": address, "secretNames": known, "status": "Active" if complete else "Incomplete"}
    return Draft(fields, dict(secrets))


def present(body: Body) -> Body:
    """WhatsAppIntegration, and what an owner needs to enter in Meta's app: `webhookUrl`, beside `phoneNumberId`."""
    address = body["address"]
    return drafts.common(body) | {
        "phoneNumber": address.get("phoneNumber"),
        "phoneNumberId": address.get("phoneNumberId"),
        "activationErrorInfo": drafts.fault(body),
        "webhookUrl": f"{settings.required('PUBLIC_URL')}/webhooks/whatsapp/{body['id']}",
    }
