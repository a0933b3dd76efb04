"""Directory, as other domains and the functions see it."""

from collections.abc import Iterable, Iterator
from typing import Any

from switchboard.directory import bootstrap
from switchboard.directory.entities import GROUP as GROUP
from switchboard.directory.entities import PRESENCE_DEFINITION as PRESENCE_DEFINITION
from switchboard.directory.entities import USER as USER
from switchboard.directory.groups import Groups
from switchboard.directory.groups import check_members as check_members
from switchboard.directory.models import Presence as Presence
from switchboard.directory.search import matches as matches
from switchboard.directory.service import Users
from switchboard.kit import clock, settings
from switchboard.kit.entities import Body, Store
from switchboard.kit.errors import NotFoundError


def users() -> Users:
    """To change users; needs the user pool. Reading is `user_store`, `find_users`, `get_user`."""
    return bootstrap.users()


def user_store() -> Store:
    return bootstrap.user_store()


def groups() -> Groups:
    """Groups and their members. Routing is told of who came and went by the caller (routing.api.following)."""
    return bootstrap.groups()


def find_groups(group_ids: Iterable[str]) -> dict[str, Body]:
    """The groups that exist, by id."""
    return bootstrap.groups().store.find_all(group_ids)


def in_group(group_id: str, user_id: str) -> bool:
    """Whether the user is a member now; False where there is no such group."""
    return user_id in bootstrap.groups().members(group_id)


def presence_definitions() -> Store:
    return bootstrap.definitions()


def get_user(user_id: str) -> Body:
    """Raises NotFoundError."""
    return bootstrap.user_store().get(user_id)


def find_users(user_ids: Iterable[str]) -> dict[str, Body]:
    """The users that exist, by id, whatever their state."""
    return bootstrap.user_store().find_all(user_ids)


def present_users(user_ids: Iterable[str]) -> dict[str, Body]:
    """Those of the users who were not deleted, by id: who may be given work, or told how to do it."""
    return {user_id: user for user_id, user in find_users(user_ids).items() if user["state"] != "deleted"}


def present_user(user_id: str) -> Body:
    """Raises NotFoundError, also for one who was deleted."""
    found = present_users([user_id])
    if not found:
        raise NotFoundError(USER.kind, user_id)
    return found[user_id]


def find_by_email(email: str) -> Body | None:
    return bootstrap.user_store().by_name(email)


def in_division(division_id: str) -> Iterator[str]:
    """The users in the division, each as a refusal names it; but for those that were deleted and are kept for the past's sake."""
    for user in bootstrap.user_store().all():
        if user["division"]["id"] == division_id and user["state"] != "deleted":
            yield f"the user {user['name']}"


def presences_of(user_ids: Iterable[str]) -> dict[str, Presence]:
    """The presence of each user; Offline for one who has not said any."""
    return bootstrap.presences().find_all(user_ids)


def change_presence(user_id: str, *, definition_id: str = "", system_presence: str = "", message: str = "") -> Presence:
    """Set a user's presence and publish `user.presence.changed`. Routing is told by the caller. Raises InvalidValueError."""
    return bootstrap.presences().change(
        user_id, definition_id=definition_id, system_presence=system_presence, message=message
    )


def organization() -> dict[str, Any]:
    """The one organization of this deployment."""
    identifier = settings.required("ORGANIZATION_ID")
    return {
        "id": identifier,
        "name": settings.required("ORGANIZATION_NAME"),
        "defaultLanguage": "en-us",
        "state": "active",
        "version": 1,
        "selfUri": f"/api/v2/organizations/{identifier}",
    }


def shown_presence(presence: Presence) -> dict[str, Any]:
    """A presence in the platform's form (UserPresence)."""
    shown = {
        "source": "PURECLOUD",
        "primary": True,
        "presenceDefinition": {
            "id": presence.definition_id,
            "systemPresence": presence.system_presence,
            "selfUri": f"/api/v2/presence/definitions/{presence.definition_id}",
        },
        "message": presence.message,
        "selfUri": f"/api/v2/users/{presence.user_id}/presences/PURECLOUD",
    }
    return shown | ({"modifiedDate": clock.iso_ms(presence.modified_at)} if presence.modified_at else {})
