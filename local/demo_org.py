"""The demo organization that is there at every start, always with the same ids (the local contract, DESIGN section 5).

It is made through the domains' own api, each part with the environment and the permissions of the function that an administrator
would reach: what the demo can set up, a deployment can.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from switchboard.channels import console as channels
from switchboard.directory import api as directory
from switchboard.flows import api as flows
from switchboard.identity import api as identity
from switchboard.kit import ids, settings
from switchboard.kit.callers import EVERY_DIVISION
from switchboard.routing import api as routing

from local import context

Json = dict[str, Any]

SECRET = "demo-secret"
PASSWORD = "Demo-secret-1234"  # of the sign-in page
AGENTS = ("ana", "ben", "chloe")
QUEUES = ("Support", "Sales")
SKILLS = ("Billing", "Technical")
LANGUAGES = ("English", "Spanish")
WRAPUP_CODES = ("Resolved", "Follow-up", "Escalated", "Wrong number")
FLOW = "Support inbound"
WHATSAPP_SECRETS = {
    "appSecret": "demo-app-secret",
    "verifyToken": "demo-verify-token",
    "accessToken": "demo-access-token",
}
OUTBOUND_SECRET = "demo-outbound-secret"


def seed(base_url: str) -> Json:
    """Make the organization in the running cloud, which serves at `base_url`; the answer of GET /local/org."""
    users = _users()
    queues = _routing(list(users.values()))
    with _as("channels-api"):
        integrations = _integrations(base_url)
    _flow(queues["Support"], integrations)
    with _as("identity-api"):
        clients = _clients(users)
        organization = {"id": settings.required("ORGANIZATION_ID"), "name": settings.required("ORGANIZATION_NAME")}
    return {
        "organization": organization,
        "clients": clients,
        "users": [{"id": user_id, "name": name, "clientId": f"demo-{name}"} for name, user_id in users.items()],
        "queues": [{"id": queue_id, "name": name} for name, queue_id in queues.items()],
        "integrations": integrations,
    }


def demo_id(kind: str, name: str) -> str:
    """The id of a part of the demo organization."""
    return ids.derived("demo", kind, name)


def _users() -> dict[str, str]:
    """User ids by name."""
    made = {name: demo_id("user", name) for name in AGENTS}
    with _as("directory-api"):
        for name, user_id in made.items():
            body = {"name": name, "email": f"{name}@demo.example", "title": "Agent", "department": "Service"}
            directory.users().create(body, identifier=user_id, password=PASSWORD)
    return made


def _clients(users: Mapping[str, str]) -> list[Json]:
    admin = {"roleId": identity.ADMIN["id"], "divisionId": EVERY_DIVISION}
    _client("demo-admin", {"roleDivisions": [admin]})
    clients: list[Json] = [{"clientId": "demo-admin", "clientSecret": SECRET, "userId": None}]
    for name, user_id in users.items():
        _client(f"demo-{name}", {"description": f"Acts as {name}"}, user_id)
        clients.append({"clientId": f"demo-{name}", "clientSecret": SECRET, "userId": user_id})
    identity.grant(users.values(), [EVERY_DIVISION], identity.AGENT["id"])
    return clients


def _client(client_id: str, body: Json, user_id: str = "") -> None:
    body = {"name": client_id, "authorizedGrantType": "CLIENT-CREDENTIALS", **body}
    identity.clients().create(body, identifier=client_id, secret=SECRET, user_id=user_id)


def _routing(user_ids: list[str]) -> dict[str, str]:
    """Queues with their members and codes, and what routing tells agents apart by; queue ids by name."""
    queues = {name: demo_id("queue", name) for name in QUEUES}
    with _as("routing-api"):
        for name in SKILLS:
            routing.skills().create({"name": name}, identifier=demo_id("skill", name))
        for name in LANGUAGES:
            routing.languages().create({"name": name}, identifier=demo_id("language", name))
        for name in WRAPUP_CODES:
            routing.wrapup_codes().create({"name": name}, identifier=demo_id("wrapupcode", name))
        for name, queue_id in queues.items():
            routing.queues().create({"name": name}, identifier=queue_id)
            routing.add_wrapup_codes(queue_id, [demo_id("wrapupcode", code) for code in WRAPUP_CODES])
            routing.add_members(queue_id, user_ids)
    return queues


def _integrations(base_url: str) -> list[Json]:
    whatsapp = {
        "name": "Demo WhatsApp",
        "phoneNumberId": "100200300400500",
        "phoneNumber": "+15550100100",
        **WHATSAPP_SECRETS,
    }
    middleware = {
        "name": "Demo Open Messaging",
        "outboundNotificationWebhookUrl": f"{base_url}/local/providers/open/webhook",
        "outboundNotificationWebhookSignatureSecretToken": OUTBOUND_SECRET,
    }
    return [
        _integration("whatsapp", whatsapp, base_url, WHATSAPP_SECRETS),
        _integration("open", middleware, base_url, {"outboundSecret": OUTBOUND_SECRET}),
    ]


def _integration(channel: str, body: Json, base_url: str, secrets: Mapping[str, str]) -> Json:
    made = channels.administration().create(channel, body, identifier=demo_id("integration", channel))
    return {
        "id": made["id"],
        "channel": channel,
        "name": made["name"],
        "webhookUrl": f"{base_url}/webhooks/{channel}/{made['id']}",
        "secrets": dict(secrets),
        "address": made["address"],
    }


def _flow(queue_id: str, integrations: list[Json]) -> None:
    """New conversations of every integration wait in the queue."""
    flow_id = demo_id("flow", FLOW)
    with _as("flows-api"):
        flows.create({"name": FLOW, "type": "INBOUNDSHORTMESSAGE"}, identifier=flow_id)
        flows.save(flow_id, _definition(queue_id))
        flows.publish(flow_id)
        entry = flows.entry_of(flow_id)
    with _as("channels-api"):
        for integration in integrations:
            channels.administration().bind(integration["id"], flow_id, entry)


def _definition(queue_id: str) -> Json:
    transfer = {"transferToAcd": {"name": "To the queue", "targetQueue": {"id": queue_id}}}
    task = {"task": {"refId": "main", "name": "Main", "actions": [transfer]}}
    return {"inboundShortMessage": {"name": FLOW, "startUpRef": "./tasks/task[main]", "tasks": [task]}}


@contextmanager
def _as(function: str) -> Iterator[None]:
    cloud = context.active()
    if cloud is None:
        raise RuntimeError("no local cloud is running")
    with cloud.as_function(function):
        yield
