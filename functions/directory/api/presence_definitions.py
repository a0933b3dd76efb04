"""Presence definitions: those of the system, and the organization's own."""

from typing import Any

from switchboard.directory import api as directory
from switchboard.kit import paging
from switchboard.kit.entities import Body, serve
from switchboard.kit.entity_routes import Serving
from switchboard.kit.http import Api, Request

SERVING = Serving(directory.PRESENCE_DEFINITION, directory.presence_definitions)


def register(api: Api) -> None:
    serve(api, directory.PRESENCE_DEFINITION, directory.presence_definitions)
    api.operation("PresenceApi.get_presence_definitions", "presence:presenceDefinition:view")(list_definitions)


def list_definitions(request: Request) -> Any:
    """`divisionId`: those of these divisions, and those of all ("*")."""
    deactivated = request.query.get("deactivated", "false").lower()
    divisions = {"*", *request.query.get("divisionId", [])}
    definitions = [
        definition
        for definition in all_definitions()
        if (deactivated == "any" or str(definition["deactivated"]).lower() == deactivated)
        and (divisions == {"*"} or definition["divisionId"] in divisions)
    ]
    return paging.plain(definitions)


def all_definitions() -> list[Body]:
    return [SERVING.shown(definition) for definition in directory.presence_definitions().all()]
