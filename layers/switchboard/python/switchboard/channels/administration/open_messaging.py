"""An Open Messaging integration: a middleware's webhook, signed with a secret that both sides know (CE34, step 1)."""

import re

from switchboard.channels.administration import drafts
from switchboard.channels.administration.drafts import Draft
from switchboard.channels.administration.urls import check_webhook
from switchboard.kit import checks
from switchboard.kit.entities import Body
from switchboard.kit.errors import InvalidValueError

URL = "outboundNotificationWebhookUrl"
SECRET = "outboundNotificationWebhookSignatureSecretToken"  # noqa: S105 - the field's name
HEADER_PREFIX = "header:"
MASK = "********"
MOST_HEADERS = 20
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_HEADER_VALUE = re.compile(r"[\x20-\x7e]{0,1024}")
_OURS = frozenset(
    ("host", "content-length", "content-type", "transfer-encoding", "connection", "x-hub-signature-256", "user-agent")
)


def draft(body: Body, old: Body | None) -> Draft:
    """See MessengerType. Header values may be credentials, so they are kept with the secrets and shown as a mask."""
    if old is None:
        checks.require(body, "name", URL, SECRET)
    drafts.refuse_profiles(body)
    fields = drafts.name(body)
    if body.get(URL) is not None:
        fields["address"] = {"webhookUrl": check_webhook(str(body[URL]), URL)}
    secrets: dict[str, str | None] = {}
    if token := drafts.secret(body, SECRET):
        secrets["outboundSecret"] = token
    if "webhookHeaders" in body:
        headers = _headers(body["webhookHeaders"] or {})
        former = (old or {}).get("headerNames", [])
        fields["headerNames"] = sorted(headers)
        secrets |= {HEADER_PREFIX + name: None for name in former if name not in headers}
        secrets |= {
            HEADER_PREFIX + name: value for name, value in headers.items() if value != MASK or name not in former
        }
    return Draft(fields, secrets)


def present(body: Body) -> Body:
    shown = drafts.common(body) | {URL: body["address"]["webhookUrl"], "createError": drafts.fault(body)}
    return shown | {"webhookHeaders": {name: MASK for name in body.get("headerNames", [])}}


def _headers(headers: dict[str, str]) -> dict[str, str]:
    if len(headers) > MOST_HEADERS:
        raise InvalidValueError(f"webhookHeaders takes at most {MOST_HEADERS} headers.", field="webhookHeaders")
    for name, value in headers.items():
        if not _HEADER_NAME.fullmatch(name) or not _HEADER_VALUE.fullmatch(value or ""):
            raise InvalidValueError("webhookHeaders holds what no HTTP header can.", field="webhookHeaders")
        if name.lower() in _OURS:
            raise InvalidValueError(f"webhookHeaders must not set {name}: it is ours.", field="webhookHeaders")
    return {name: value or "" for name, value in headers.items()}
