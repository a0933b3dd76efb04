"""Routing skills. The platform names the division of a skill in its own way, so creating and moving one is said here."""

from switchboard.flows import api as flows
from switchboard.kit.entities import Body, actor_of, check_unused
from switchboard.kit.entity_routes import Serving, serve
from switchboard.kit.errors import BadRequestError
from switchboard.kit.http import Api, Request
from switchboard.routing import api as routing


def register(api: Api) -> None:
    serve(api, routing.SKILL, routing.skills)
    api.operation("RoutingApi.post_routing_skills", "routing:skill:manage", idempotent=routing.table)(create)
    api.operation("RoutingApi.patch_routing_skill", "routing:skill:manage")(move)
    api.operation("RoutingApi.delete_routing_skill", "routing:skill:delete")(delete)


def create(request: Request) -> Body:
    body = {"name": request.body.get("name"), "division": {"id": request.body.get("divisionId")}}
    _serving().check_division(request.caller, "manage", body, field="divisionId")
    return _serving().shown(routing.skills().create(body, actor_of(request.caller)))


def move(request: Request) -> Body:
    """Put the skill into another division."""
    skill = _serving().reachable(request, "manage")
    if not request.body.get("divisionId"):
        raise BadRequestError("divisionId is required.", field="divisionId")
    division = {"division": {"id": request.body["divisionId"]}}
    _serving().check_division(request.caller, "manage", division, old=skill, field="divisionId")
    return _serving().shown(routing.skills().update(skill["id"], division, actor_of(request.caller)))


def delete(request: Request) -> None:
    """409 while an agent has it, or a queue or a flow names it."""
    skill = _serving().reachable(request, "delete")
    check_unused("skill", skill["id"], flows.naming(skill["id"]))
    routing.skills().delete(skill["id"], actor_of(request.caller))


def _serving() -> Serving:
    return Serving(routing.skills().entity, routing.skills)
