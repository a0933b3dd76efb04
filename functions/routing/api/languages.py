"""Routing languages."""

from switchboard.kit.entity_routes import serve
from switchboard.kit.http import Api
from switchboard.routing import api as routing


def register(api: Api) -> None:
    serve(api, routing.LANGUAGE, routing.languages)
