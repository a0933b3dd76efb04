"""Permissions (`domain:entity:action`, `*` for any) and the roles that every organization has."""

from collections.abc import Iterator, Mapping
from typing import Any

from switchboard.kit import ids
from switchboard.kit.errors import InvalidValueError

Body = dict[str, Any]


def patterns(role: Mapping[str, Any]) -> Iterator[str]:
    """The permission patterns of a role: its plain permissions and those of its policies."""
    yield from role.get("permissions") or []
    for policy in role.get("permissionPolicies") or []:
        for action in policy.get("actionSet") or []:
            yield f"{policy['domain']}:{policy.get('entityName') or '*'}:{action}"


def check_role(role: Body, old: Body | None) -> None:
    """Raises InvalidValueError naming the permission or policy that cannot be understood."""
    for permission in role.get("permissions") or []:
        parts = permission.split(":")
        if len(parts) != 3 or not all(parts):
            raise InvalidValueError(
                f"'{permission[:80]}' is not of the form domain:entity:action.", field="permissions"
            )
    for policy in role.get("permissionPolicies") or []:
        if not policy.get("domain") or not policy.get("actionSet"):
            raise InvalidValueError("A policy needs a domain and an actionSet.", field="permissionPolicies")


def _role(key: str, name: str, description: str, *permissions: str) -> Body:
    return {
        "id": ids.derived("role", key),
        "name": name,
        "description": description,
        "defaultRoleId": key,
        "default": True,
        "permissions": list(permissions),
        "version": 1,
    }


EMPLOYEE_PERMISSIONS = (
    "directory:group:view",
    "directory:user:view",
    "presence:presenceDefinition:view",
    "presence:userPresence:view",
)

# In conversations of their own agents need no permission; `conversation:communication` is over those of others.
AGENT_PERMISSIONS = (
    *EMPLOYEE_PERMISSIONS,
    "analytics:queueObservation:view",
    "conversation:callback:create",
    "conversation:callback:pull",
    "conversation:communication:target",
    "conversation:internalMessaging:accept",
    "conversation:message:create",
    "conversation:message:pull",
    "externalContacts:*:view",
    "externalContacts:contact:add",
    "externalContacts:contact:edit",
    "externalContacts:conversation:associate",
    "messaging:*:view",
    "responses:*:view",
    "routing:*:view",
)

ADMIN = _role("admin", "admin", "May do everything.", "*:*:*")
EMPLOYEE = _role("employee", "employee", "May see colleagues and set the own presence.", *EMPLOYEE_PERMISSIONS)
AGENT = _role("communicateUser", "Communicate - User", "May answer customers.", *AGENT_PERMISSIONS)
SUPERVISOR = _role(
    "supervisor",
    "supervisor",
    "May see and steer what agents do.",
    *AGENT_PERMISSIONS,
    "analytics:*:view",
    "analytics:dataExport:*",
    "conversation:*:*",
    "presence:userPresence:edit",
    "routing:*:edit",
    "routing:queueMember:manage",
    "routing:skill:assign",
)

DEFAULT_ROLES = (ADMIN, EMPLOYEE, SUPERVISOR, AGENT)
