"""GET /api/v2/organizations/me."""

from typing import Any

from switchboard.directory import api as directory
from switchboard.kit.http import Api, Request


def register(api: Api) -> None:
    api.operation("OrganizationApi.get_organizations_me")(mine)


def mine(request: Request) -> Any:
    return directory.organization()
