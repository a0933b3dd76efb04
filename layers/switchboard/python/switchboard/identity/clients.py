"""OAuth clients: made with a secret that is told once, usable until disabled, with roles of their own."""

from collections.abc import Mapping
from typing import Any

from switchboard.identity import secret_hash
from switchboard.identity.models import Grant
from switchboard.kit import clock
from switchboard.kit.callers import EVERY_DIVISION
from switchboard.kit.entities import HOME_DIVISION, Body, Store
from switchboard.kit.errors import InvalidValueError


class Clients:
    def __init__(self, clients: Store, roles: Store, divisions: Store) -> None:
        self.store = clients
        self._roles = roles
        self._divisions = divisions

    def create(
        self, body: Body, actor: str = "", *, identifier: str = "", secret: str = "", user_id: str = ""
    ) -> tuple[Body, str]:
        """The client and its secret. With `user_id` its tokens act as that user. Raises InvalidValueError, BadRequestError."""
        self._check_roles(body)
        secret = secret or secret_hash.new_secret()
        stored = body | {"secretHash": secret_hash.hashed(secret)}
        if user_id:
            stored["userId"] = user_id
        return self.store.create(stored, actor, identifier), secret

    def replace(self, identifier: str, body: Body, actor: str = "") -> Body:
        """What PUT does; secret and user stay. Raises NotFoundError, InvalidValueError, BadRequestError."""
        self._check_roles(body)
        return self.store.update(identifier, body, actor, replace=True)

    def find_usable(self, identifier: str) -> Body | None:
        """The client, where it exists and may get tokens."""
        client = self.store.find(identifier) if identifier else None
        return client if client and _usable(client) else None

    def _check_roles(self, body: Body) -> None:
        grants = grants_of(body)
        roles = self._roles.find_all(grant.role_id for grant in grants)
        divisions = self._divisions.find_all(grant.division_id for grant in grants)
        for grant in grants:
            if grant.role_id not in roles:
                raise InvalidValueError(f"Role {grant.role_id} does not exist.", field="roleDivisions")
            if grant.division_id not in (*divisions, EVERY_DIVISION):
                raise InvalidValueError(f"Division {grant.division_id} does not exist.", field="roleDivisions")


def grants_of(client: Mapping[str, Any]) -> list[Grant]:
    """The roles that a client holds on its own: `roleDivisions`, and `roleIds`, which are held in the Home division."""
    pairs = [(pair.get("roleId"), pair.get("divisionId")) for pair in client.get("roleDivisions") or []]
    pairs += [(role_id, HOME_DIVISION) for role_id in client.get("roleIds") or []]
    return [
        Grant(role_id=role_id or "", division_id=division_id or HOME_DIVISION)
        for role_id, division_id in dict.fromkeys(pairs)
    ]


def _usable(client: Body) -> bool:
    ends = client.get("dateToDelete")
    return client["state"] == "active" and (not ends or clock.parse(ends) > clock.now())
