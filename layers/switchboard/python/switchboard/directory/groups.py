"""Groups and their members: people who are routed to, written to or seen together.

A change of members is written with the group, under its version, and on condition that those who join are there as they were read:
of two at once one is repeated, and a user who is being deleted joins nothing.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from switchboard.directory.repository import Memberships
from switchboard.kit import ids
from switchboard.kit.dynamo import TransactionCanceledError, Write
from switchboard.kit.entities import Body, Store
from switchboard.kit.errors import ConflictError, InvalidValueError, VersionConflictError

AT_ONCE = 50
"""How many members one call adds or removes, on the platform too."""

MOST_MEMBERS = 5000
"""Of one group: their ids are one item, which may have 400 kB."""

MOST_OWNERS = 25
ATTEMPTS = 10


class Groups:
    """`store` has the groups; `members` of theirs change only here."""

    def __init__(self, store: Store, memberships: Memberships, users: Store) -> None:
        declared = store.entity.check

        def check(body: Body, old: Body | None) -> None:
            declared(body, old)
            self._check_owners(body, old)

        self.store = Store(store.table, replace(store.entity, check=check))
        self._memberships = memberships
        self._users = users

    def members(self, group_id: str) -> set[str]:
        """The ids of the users in the group."""
        return self._memberships.members(group_id)

    def groups_with(self, user_id: str) -> list[str]:
        """The ids of the groups that the user is in."""
        return self._memberships.groups_with(user_id)

    def people(self, user_ids: Collection[str]) -> list[Body]:
        """Those of the users who are not deleted, by name."""
        found = [user for user in self._users.find_all(user_ids).values() if user["state"] != "deleted"]
        return sorted(found, key=lambda user: (str(user["name"]).lower(), user["id"]))

    def add(self, group_id: str, user_ids: Sequence[str], version: int, actor: str = "") -> None:
        """Make users members; who is one already stays so. Raises NotFoundError, VersionConflictError, InvalidValueError."""
        check_members(user_ids, "memberIds")

        def joining(group: Body) -> tuple[int, list[Write]]:
            known = self._known(user_ids, "memberIds")
            new = known.keys() - self.members(group_id)
            if new and version != group["version"]:
                raise VersionConflictError(version, group["version"])
            if group["members"] + len(new) > MOST_MEMBERS:
                raise InvalidValueError(f"A group has at most {MOST_MEMBERS} members.", field="memberIds")
            there = [self._users.unchanged(known[user_id]) for user_id in sorted(new)]
            return len(new), [self._memberships.joining(group_id, set(new)), *there]

        self._change(group_id, joining, actor)

    def remove(self, group_id: str, user_ids: Sequence[str], actor: str = "") -> None:
        """End memberships; who is no member is left alone. Raises NotFoundError, InvalidValueError."""
        check_members(user_ids, "ids")

        def leaving(group: Body) -> tuple[int, list[Write]]:
            gone = set(user_ids) & self.members(group_id)
            return -len(gone), [self._memberships.leaving(group_id, gone)]

        self._change(group_id, leaving, actor)

    def delete(self, group_id: str, actor: str = "") -> None:
        """The group and its memberships end together. Raises NotFoundError."""
        self.store.delete(group_id, actor, also=[self._memberships.ending(group_id)])

    def _change(self, group_id: str, change: Callable[[Body], tuple[int, list[Write]]], actor: str) -> None:
        """`change` answers how many more members there are and what is to be written; it is asked anew after another's write."""
        for _ in range(ATTEMPTS):
            group = self.store.get(group_id)
            more, writes = change(group)
            if not more:
                return
            counted = {"members": group["members"] + more, "version": group["version"]}
            try:
                self.store.update(group_id, counted, actor, also=writes)
            except (VersionConflictError, TransactionCanceledError):
                continue
            return
        raise ConflictError("The group is being changed by others; try again.")

    def _check_owners(self, body: Body, old: Body | None) -> None:
        owners = body.get("ownerIds") or []
        if len(owners) > MOST_OWNERS:
            raise InvalidValueError(f"A group has at most {MOST_OWNERS} owners.", field="ownerIds")
        if owners and owners != (old or {}).get("ownerIds"):
            self._known(owners, "ownerIds")

    def _known(self, user_ids: Sequence[str], field: str) -> dict[str, Body]:
        """The users, all of whom are there. Raises InvalidValueError naming the first who is not, or was deleted."""
        found = self._users.find_all(user_id for user_id in user_ids if ids.is_uuid(user_id))
        for index, user_id in enumerate(user_ids):
            if found.get(user_id, {}).get("state", "deleted") == "deleted":
                raise InvalidValueError(f"The user '{user_id[:60]}' does not exist.", field=f"{field}.{index}")
        return found


def check_members(user_ids: Sequence[str], field: str) -> None:
    """What can be said of ids without looking them up. Raises InvalidValueError naming the field."""
    if not 1 <= len(user_ids) <= AT_ONCE:
        raise InvalidValueError(f"{field} must name 1 to {AT_ONCE} users.", field=field)
    for index, user_id in enumerate(user_ids):
        if not ids.is_uuid(user_id):
            raise InvalidValueError(f"The user '{user_id[:60]}' does not exist.", field=f"{field}.{index}")
