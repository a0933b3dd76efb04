"""Users and presence. A user has a sign-in account in the pool, which follows the user's address and state."""

from collections.abc import Iterable

from switchboard.directory import events
from switchboard.directory.entities import OFFLINE, SYSTEM_PRESENCES, check_email
from switchboard.directory.models import Presence
from switchboard.directory.repository import Presences, UserPool
from switchboard.kit import clock, ids
from switchboard.kit.checks import require
from switchboard.kit.entities import Body, Store
from switchboard.kit.errors import ConflictError, InvalidValueError


class Users:
    def __init__(self, store: Store, pool: UserPool) -> None:
        self.store = store
        self._pool = pool

    def create(self, body: Body, actor: str = "", *, identifier: str = "", password: str = "") -> Body:  # noqa: S107
        """A user and their sign-in account. Raises BadRequestError, InvalidValueError, ConflictError (e-mail taken)."""
        require(body, "name", "email")
        email = body["email"].strip()
        check_email(email)
        if self.store.by_name(email):
            raise ConflictError(f"The email '{email}' is already used by another user.", field="email")
        # The account first: should the user not be stored, the same call made again finds it and goes on.
        username = self._pool.ensure(email, password)
        return self.store.create({**body, "email": email, "poolUsername": username}, actor, identifier)

    def update(self, user_id: str, changes: Body, actor: str = "") -> Body:
        """Raises NotFoundError, VersionConflictError, InvalidValueError, ConflictError."""
        user = self.store.update(user_id, changes, actor)
        if "email" in changes or "state" in changes:
            self._pool.align(user["poolUsername"], user["email"], enabled=user["state"] == "active")
        return user

    def delete(self, user_id: str, actor: str = "") -> Body:
        """The user stays, with state `deleted`: conversations of the past name them. Raises NotFoundError."""
        user = self.store.get(user_id)
        return self.update(user_id, {"state": "deleted", "version": user["version"]}, actor)


class PresenceService:
    def __init__(self, presences: Presences, definitions: Store) -> None:
        self._presences = presences
        self._definitions = definitions

    def find_all(self, user_ids: Iterable[str]) -> dict[str, Presence]:
        """The presence of each user; Offline for one who has not said any."""
        wanted = list(user_ids)
        offline = {
            user_id: Presence(user_id=user_id, definition_id=OFFLINE, system_presence="Offline") for user_id in wanted
        }
        return offline | self._presences.find_all(wanted)

    def change(
        self, user_id: str, *, definition_id: str = "", system_presence: str = "", message: str = ""
    ) -> Presence:
        """Set the presence by its definition or by a system presence's name, and tell it. Raises InvalidValueError."""
        definition = self._definition(definition_id, system_presence)
        presence = Presence(
            user_id=user_id,
            definition_id=definition["id"],
            system_presence=definition["systemPresence"],
            message=message,
            modified_at=clock.now_ms(),
        )
        self._presences.keep(presence)
        events.presence_changed(presence)
        return presence

    def _definition(self, definition_id: str, system_presence: str) -> Body:
        if not definition_id:
            wanted = "".join(character for character in system_presence.lower() if character.isalnum())
            matching = [name for name in SYSTEM_PRESENCES if name.lower() == wanted]
            if not matching:
                raise InvalidValueError("presenceDefinition names no presence.", field="presenceDefinition.id")
            definition_id = ids.derived("presence", matching[0])
        definition = self._definitions.find(definition_id)
        if definition is None or definition.get("deactivated"):
            message = f"Presence definition {definition_id[:60]} does not exist or is deactivated."
            raise InvalidValueError(message, field="presenceDefinition.id")
        return definition
