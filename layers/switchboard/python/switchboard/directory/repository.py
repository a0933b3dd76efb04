"""Directory's own items, and the Cognito user pool in which its users have their sign-in.

PRESENCE#<user>  PURECLOUD   what the user says of their availability
GROUPMEMBERS     <group>     the ids of the group's members; none where it has none
"""

from collections.abc import Iterable
from typing import Any

from switchboard.directory.models import Presence
from switchboard.kit import aws, dynamo, model
from switchboard.kit.dynamo import Key, Table
from switchboard.kit.errors import ConflictError, InvalidValueError


class Presences:
    def __init__(self, table: Table) -> None:
        self._table = table

    def keep(self, presence: Presence) -> None:
        key = _key(presence.user_id)
        self._table.put({"PK": key[0], "SK": key[1], "doc": model.dump(presence)})

    def find_all(self, user_ids: Iterable[str]) -> dict[str, Presence]:
        found = self._table.batch_get((_key(user_id) for user_id in user_ids), consistent=True)
        presences = (model.load(Presence, item["doc"]) for item in found.values())
        return {presence.user_id: presence for presence in presences}


def _key(user_id: str) -> Key:
    return f"PRESENCE#{user_id}", "PURECLOUD"


class Memberships:
    """Who is in which group. The writes go with one of the group itself, whose version puts them in order."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def members(self, group_id: str) -> set[str]:
        item = self._table.get((_MEMBERS, group_id)) or {}
        return set(item.get("members", ()))

    def groups_with(self, user_id: str) -> list[str]:
        """The ids of the groups that have the user; reads every group's members."""
        items = self._table.query(_MEMBERS, consistent=True)
        return [item["SK"] for item in items if user_id in item.get("members", ())]

    def joining(self, group_id: str, user_ids: set[str]) -> dynamo.Write:
        return dynamo.update((_MEMBERS, group_id), "ADD members :users", values={"users": user_ids})

    def leaving(self, group_id: str, user_ids: set[str]) -> dynamo.Write:
        return dynamo.update((_MEMBERS, group_id), "DELETE members :users", values={"users": user_ids})

    def ending(self, group_id: str) -> dynamo.Write:
        return dynamo.delete((_MEMBERS, group_id))


_MEMBERS = "GROUPMEMBERS"


class UserPool:
    """People's sign-in accounts. Every call may be repeated: it makes the account be as told."""

    def __init__(self, pool_id: str) -> None:
        self._pool_id = pool_id

    def ensure(self, email: str, password: str = "") -> str:  # noqa: S107 - empty: the person chooses one
        """The account's name in the pool, made where there is none yet.

        Without a password Cognito sends the person an invitation. Raises InvalidValueError for a password against the policy.
        """
        quiet = {"MessageAction": "SUPPRESS"} if password else {}
        attributes = [{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}]
        try:
            made = self._call("admin_create_user", email, UserAttributes=attributes, **quiet)
            username = str(made["User"]["Username"])
        except self._client.exceptions.UsernameExistsException:
            username = str(self._call("admin_get_user", email)["Username"])
        if password:
            self._set_password(username, password)
        return username

    def _set_password(self, username: str, password: str) -> None:
        try:
            self._call("admin_set_user_password", username, Password=password, Permanent=True)
        except self._client.exceptions.InvalidPasswordException as error:
            raise InvalidValueError("The password does not meet the policy for passwords.", field="password") from error

    def align(self, username: str, email: str, *, enabled: bool) -> None:
        """Give the account that address, and let it sign in or not. Raises ConflictError where another account has it."""
        attributes = [{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}]
        try:
            self._call("admin_update_user_attributes", username, UserAttributes=attributes)
        except self._client.exceptions.AliasExistsException as error:
            if self._call("admin_get_user", email)["Username"] != username:
                raise ConflictError("Another sign-in account has that address.", field="email") from error
        self._call("admin_enable_user" if enabled else "admin_disable_user", username)

    def _call(self, method: str, username: str, **arguments: Any) -> Any:
        return getattr(self._client, method)(UserPoolId=self._pool_id, Username=username, **arguments)

    @property
    def _client(self) -> Any:
        return aws.client("cognito-idp")
