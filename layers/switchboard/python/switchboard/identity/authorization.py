"""Grants: which subject holds which role in which division, and what a caller may therefore do."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from switchboard.identity.clients import Clients, grants_of
from switchboard.identity.models import Grant
from switchboard.identity.permissions import patterns
from switchboard.identity.repository import Repository
from switchboard.kit import clock, ids
from switchboard.kit.cache import TimedCache
from switchboard.kit.callers import EVERY_DIVISION, Caller
from switchboard.kit.entities import Body, Store
from switchboard.kit.errors import BadCredentialsError

REMEMBERED_SECONDS = 60

Grants = Mapping[str, frozenset[str]]


class Authorization:
    def __init__(self, repository: Repository, clients: Clients, roles: Store, divisions: Store) -> None:
        self._repository = repository
        self._clients = clients
        self._roles = roles
        self._divisions = divisions

    def grant(self, subject_ids: Iterable[str], division_ids: Iterable[str], role_id: str) -> None:
        """Grant the role to each subject in each division (`*`: every one). Raises NotFoundError for role or division."""
        self._roles.get(role_id)
        divisions = list(division_ids)
        for division_id in divisions:
            if division_id != EVERY_DIVISION:
                self._divisions.get(division_id)
        now = clock.now_ms()
        for subject_id in subject_ids:
            made = [Grant(role_id=role_id, division_id=division_id, made_at=now) for division_id in divisions]
            self._repository.add_grants(subject_id, made)

    def revoke(self, subject_id: str, division_id: str, role_id: str) -> None:
        self._repository.remove_grant(subject_id, division_id, role_id)

    def grants(self, subject_id: str) -> list[tuple[Grant, Body, Body]]:
        """Each grant with its role and division; those whose role or division no longer exists are left out."""
        held = self._repository.standing(subject_id).grants
        roles = self._roles.find_all(grant.role_id for grant in held)
        divisions = self._divisions.find_all(grant.division_id for grant in held)
        divisions[EVERY_DIVISION] = {"id": EVERY_DIVISION, "name": "All divisions"}
        return [
            (grant, roles[grant.role_id], divisions[grant.division_id])
            for grant in held
            if grant.role_id in roles and grant.division_id in divisions
        ]

    def has_division(self, division_id: str) -> bool:
        """One read, none for Home."""
        return ids.is_uuid(division_id) and self._divisions.find(division_id) is not None

    def effective(self, client_id: str, user_id: str) -> Grants:
        """Permission patterns with their divisions, in three reads. Raises BadCredentialsError where client or user may
        not call any longer."""
        client = self._clients.find_usable(client_id)
        standing = self._repository.standing(user_id or client_id)
        if client is None or standing.blocked:
            raise BadCredentialsError("The token's client or user is no longer active.")
        return self._patterns([*standing.grants, *([] if user_id else grants_of(client))])

    def user(self, user_id: str) -> Caller:
        """What a user may do who does not call, in two reads; nothing where the user is blocked."""
        standing = self._repository.standing(user_id)
        return Caller("", user_id, grants={} if standing.blocked else self._patterns(standing.grants))

    def _patterns(self, held: Sequence[Grant]) -> Grants:
        roles = self._roles.find_all(grant.role_id for grant in held)
        effective: dict[str, frozenset[str]] = {}
        for grant in held:
            for pattern in patterns(roles.get(grant.role_id, {})):
                effective[pattern] = effective.get(pattern, frozenset()) | {grant.division_id}
        return effective


class RememberedGrants(Mapping[str, frozenset[str]]):
    """A caller's grants as last read."""

    def __init__(self, read: Callable[[], Grants]) -> None:
        self._read = read
        self.refresh()

    def refresh(self) -> None:
        self._grants = self._read()

    def __getitem__(self, pattern: str) -> frozenset[str]:
        return self._grants[pattern]

    def __iter__(self) -> Iterator[str]:
        return iter(self._grants)

    def __len__(self) -> int:
        return len(self._grants)


@dataclass(frozen=True)
class RememberedCaller(Caller):
    """A caller whose refusal is never older than the request: a role just granted works at once."""

    def may(self, permission: str, *divisions: str) -> bool:
        if super().may(permission, *divisions):
            return True
        if isinstance(self.grants, RememberedGrants):
            self.grants.refresh()
        return super().may(permission, *divisions)


class Callers:
    """Callers by their token's claims. Grants are read again after 60 s, so that is how long a revoked one still holds."""

    def __init__(self, authorization: Authorization) -> None:
        self._authorization = authorization
        self._remembered: TimedCache[tuple[str, str], RememberedGrants] = TimedCache(REMEMBERED_SECONDS)

    def caller(self, claims: Mapping[str, Any]) -> Caller:
        """Raises BadCredentialsError."""
        client_id, user_id = str(claims.get("client_id", "")), str(claims.get("user_id", ""))

        def read() -> Grants:
            return self._authorization.effective(client_id, user_id)

        grants = self._remembered.get((client_id, user_id), lambda: RememberedGrants(read))
        return RememberedCaller(
            client_id,
            user_id,
            str(claims.get("org", "")),
            {} if grants is None else grants,
            self._authorization.has_division,
        )
