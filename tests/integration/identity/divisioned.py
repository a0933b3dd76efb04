"""The kinds of things that lie in a division: where they are made, of what body, and how a refusal names one."""

from collections.abc import Callable

from tests.integration.identity.console import Json

DIVISIONS = "/api/v2/authorization/divisions"
Body = Callable[[str, Json], Json]

THINGS: dict[str, tuple[str, Body, str]] = {
    "queue": ("/api/v2/routing/queues", lambda name, where: {"name": name, **where}, "the queue {name}"),
    "wrap-up code": (
        "/api/v2/routing/wrapupcodes",
        lambda name, where: {"name": name, **where},
        "the wrapupcode {name}",
    ),
    "user": (
        "/api/v2/users",
        lambda name, where: {"name": name, "email": f"{name}@branch.example", "divisionId": where["division"]["id"]},
        "the user {name}",
    ),
    "flow": (
        "/api/v2/flows",
        lambda name, where: {"name": name, "type": "INBOUNDSHORTMESSAGE", **where},
        "the flow {name}",
    ),
    "schedule": (
        "/api/v2/architect/schedules",
        lambda name, where: {"name": name, "start": "2026-01-01T09:00:00", "end": "2026-01-01T17:00:00", **where},
        "the schedule {name}",
    ),
    "schedule group": (
        "/api/v2/architect/schedulegroups",
        lambda name, where: {"name": name, "timeZone": "UTC", **where},
        "the scheduleGroup {name}",
    ),
    "emergency group": (
        "/api/v2/architect/emergencygroups",
        lambda name, where: {"name": name, **where},
        "the emergencyGroup {name}",
    ),
    "data table": (
        "/api/v2/flows/datatables",
        lambda name, where: {
            "name": name,
            "schema": {"type": "object", "required": ["key"], "properties": {"key": {"type": "string"}}},
            **where,
        },
        "the dataTable {name}",
    ),
    "skill": (
        "/api/v2/routing/skills",
        lambda name, where: {"name": name, "divisionId": where["division"]["id"]},
        "the skill {name}",
    ),
    "contact": (
        "/api/v2/externalcontacts/contacts",
        lambda name, where: {"firstName": name, **where},
        "the contact {id}",
    ),
}
