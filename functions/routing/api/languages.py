"""Routing languages."""

from switchboard.flows import api as flows
from switchboard.kit.entities import check_unused
from switchboard.kit.entity_routes import Serving, serve
from switchboard.kit.http import Api, Request
from switchboard.routing import api as routing


def register(api: Api) -> None:
    serve(api, routing.LANGUAGE, routing.languages)
    api.operation("RoutingApi.delete_routing_language", "routing:language:delete")(delete)


def delete(request: Request) -> None:
    """409 while an agent speaks it, or a queue or a flow names it."""
    check_unused("language", request.path["languageId"], flows.naming(request.path["languageId"]))
    Serving(routing.LANGUAGE, routing.languages).delete(request)
