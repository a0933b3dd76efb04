"""Who calls an operation and what they may do. Identity makes it from the token's claims; the kit only asks it."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

from switchboard.kit.errors import BadRequestError, MissingPermissionError

EVERY_DIVISION = "*"


@dataclass(frozen=True)
class Caller:
    """A person (`user_id`) or a machine (`client_id` alone).

    `grants` maps a permission pattern (`routing:queue:view`, `routing:*:*`) to the divisions it is granted in; `*` is every
    division. `has_division` says whether there is a division with an id.
    """

    client_id: str
    user_id: str = ""
    organization_id: str = ""
    grants: Mapping[str, frozenset[str]] = field(default_factory=dict)
    has_division: Callable[[str], bool] = field(default=lambda division_id: True, repr=False, compare=False)

    def divisions(self, permission: str) -> frozenset[str]:
        """Divisions in which the caller holds the permission; empty where it does not."""
        found: set[str] = set()
        for pattern, divisions in self.grants.items():
            if _covers(pattern, permission):
                found |= divisions
        return frozenset(found)

    def may(self, permission: str, *divisions: str) -> bool:
        """Whether the permission is granted: in one of those divisions, or in any where none is named."""
        granted = self.divisions(permission)
        return bool(granted) and reach(granted, divisions)

    def require(self, permission: str, *divisions: str) -> None:
        """Raises MissingPermissionError, which names the permission."""
        if not self.may(permission, *divisions):
            raise MissingPermissionError(permission)

    def person(self) -> str:
        """The user's id; raises BadRequestError for a machine, which has no `me`."""
        if not self.user_id:
            raise BadRequestError("This operation needs a user context: the token belongs to a client, not to a user.")
        return self.user_id


def reach(granted: Collection[str], divisions: Iterable[str]) -> bool:
    """Whether who is granted something in these divisions reaches what belongs to those (none: it belongs to no particular one)."""
    belongs = set(divisions)
    return not belongs or EVERY_DIVISION in granted or not belongs.isdisjoint(granted)


def _covers(pattern: str, permission: str) -> bool:
    return all(want in ("*", got) for want, got in zip(pattern.split(":"), permission.split(":"), strict=False))
