"""Directory's config entities: users, their groups, and the presences they may choose."""

import re

from switchboard.kit import ids
from switchboard.kit.entities import Body, Entity
from switchboard.kit.errors import InvalidValueError

_EMAIL = re.compile(r"[^\s@<>()\",:;]{1,64}@(?:[^\s@<>()\",:;.]+\.)+[^\s@<>()\",:;.]{2,}")
LONGEST_EMAIL = 254


def check_email(email: str) -> None:
    """Raises InvalidValueError."""
    if len(email) > LONGEST_EMAIL or not _EMAIL.fullmatch(email):
        raise InvalidValueError("email is not a valid e-mail address.", field="email")


def _check_user(body: Body, old: Body | None) -> None:
    check_email(body["email"])


def _present_user(body: Body) -> Body:
    """Adds what follows from the e-mail address."""
    primary = [contact for contact in body.get("primaryContactInfo") or [] if contact.get("mediaType") != "EMAIL"]
    email = {"address": body["email"], "mediaType": "EMAIL", "type": "PRIMARY"}
    return {"username": body["email"], **body, "primaryContactInfo": [email, *primary]}


USER = Entity(
    kind="user",
    path="/api/v2/users",
    permission="directory:user",
    operations={},
    required=("name", "email"),
    defaults={"state": "active", "acdAutoAnswer": False},
    unique_by="email",
    version_required=True,
    hidden=("poolUsername",),
    check=_check_user,
    present=_present_user,
)

LONGEST_GROUP_NAME = 256


def _check_group(body: Body, old: Body | None) -> None:
    if len(body["name"]) > LONGEST_GROUP_NAME:
        raise InvalidValueError(f"name has more than {LONGEST_GROUP_NAME} characters.", field="name")
    if body["state"] != "active":
        raise InvalidValueError("A group is active; one that is no longer wanted is deleted.", field="state")
    if body["visibility"] == "ownerIds":  # how the platform's update spells it
        body["visibility"] = "owners"


def _present_group(body: Body) -> Body:
    owners = [{"id": each, "selfUri": f"/api/v2/users/{each}"} for each in body.get("ownerIds") or []]
    return body | {"owners": owners, "memberCount": body["members"]}


GROUP = Entity(
    kind="group",
    path="/api/v2/groups",
    permission="directory:group",
    operations={},
    required=("name", "type"),
    defaults={"state": "active", "visibility": "public", "rulesVisible": True, "members": 0},
    divisioned=False,
    version_required=True,
    hidden=("members", "ownerIds"),
    check=_check_group,
    present=_present_group,
)
"""`members` counts those of the group; who they are stands in an item of its own (repository.Memberships)."""

SYSTEM_PRESENCES = ("Available", "Away", "Busy", "Offline", "Idle", "OnQueue", "Meal", "Training", "Meeting", "Break")
_LABELS = {"OnQueue": "On Queue"}


def _system_presence(name: str) -> Body:
    label = _LABELS.get(name, name)
    return {
        "id": ids.derived("presence", name),
        "name": label,
        "type": "System",
        "systemPresence": name,
        "languageLabels": {"en_US": label},
        "deactivated": False,
        "divisionId": "*",
        "version": 1,
    }


def _check_definition(body: Body, old: Body | None) -> None:
    if body["systemPresence"] == "OnQueue":
        # Work is offered to whoever is On Queue, so there is one such presence and no other by another name.
        raise InvalidValueError("A presence of one's own cannot be based on OnQueue.", field="systemPresence")


def _present_definition(body: Body) -> Body:
    name = body.get("name") or next(iter(body["languageLabels"].values()))
    return {"deactivated": False, "divisionId": "*", **body, "type": body.get("type", "User"), "name": name}


PRESENCE_DEFINITION = Entity(
    kind="presence definition",
    path="/api/v2/presence/definitions",
    permission="presence:presenceDefinition",
    operations={
        "get": "PresenceApi.get_presence_definition",
        "create": "PresenceApi.post_presence_definitions",
        "update": "PresenceApi.put_presence_definition",
        "delete": "PresenceApi.delete_presence_definition",
    },
    required=("languageLabels", "systemPresence"),
    unique_name=False,
    divisioned=False,
    read_only=("type",),
    check=_check_definition,
    present=_present_definition,
    built_in=tuple(_system_presence(name) for name in SYSTEM_PRESENCES),
)
OFFLINE = ids.derived("presence", "Offline")
