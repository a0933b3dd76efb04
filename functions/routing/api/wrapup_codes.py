"""Wrap-up codes of the organization."""

from switchboard.kit.entity_routes import serve
from switchboard.kit.http import Api
from switchboard.routing import api as routing


def register(api: Api) -> None:
    serve(api, routing.WRAPUP_CODE, routing.wrapup_codes)
