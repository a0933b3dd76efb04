"""Users, groups, presence and the organization."""

from typing import Any

from switchboard.identity import api as identity
from switchboard.kit.http import Api

from functions.directory.api import (
    group_members,
    groups,
    me,
    organization,
    presence,
    presence_definitions,
    search,
    users,
)

api = Api(identity.caller)
# `me` before `{userId}`, which would take the word for an id.
for router in (me, search, users, groups, group_members, presence, presence_definitions, organization):
    router.register(api)


def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return api.handle(event, context)
