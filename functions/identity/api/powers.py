"""What a caller may give: whoever administers one division only gives no power over powers that they lack.

The platform lets who holds `authorization:grant:add` in a division grant any role there. Roles, grants and clients belong to no
division, though, and open to a permission held in any: with a role over them, the administrator of one division would make
themselves one of the organization. Whoever may grant in every division is that already.
"""

from collections.abc import Iterable

from switchboard.identity import api as identity
from switchboard.kit.callers import EVERY_DIVISION, Caller
from switchboard.kit.entities import Body

GRANT, EDIT = "authorization:grant:add", "authorization:role:edit"
OVER_POWERS = ("*", "authorization", "oauth")


def check_grant(caller: Caller, role_id: str, division_ids: Iterable[str]) -> None:
    """Whether the caller may grant the role in these divisions. Raises MissingPermissionError."""
    mighty = [each for each in identity.patterns(identity.roles().find(role_id) or {}) if _is_over_powers(each)]
    everywhere = EVERY_DIVISION in caller.divisions(GRANT)
    for division_id in division_ids:
        for permission in (GRANT, *(() if everywhere else mighty)):
            caller.require(permission, division_id)


def check_role(caller: Caller, role: Body, old: Body) -> None:
    """Whether the caller may make the old role this one, whose holders may hold it anywhere. Raises MissingPermissionError."""
    if EVERY_DIVISION in caller.divisions(EDIT):
        return
    for permission in sorted(set(identity.patterns(role)) - set(identity.patterns(old))):
        caller.require(permission, EVERY_DIVISION)


def _is_over_powers(permission: str) -> bool:
    return permission.partition(":")[0] in OVER_POWERS
