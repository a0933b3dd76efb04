"""Members of queues."""

from collections.abc import Callable
from typing import Any

from switchboard.directory import api as directory
from switchboard.kit import paging
from switchboard.kit.entities import Body, Store
from switchboard.kit.errors import InvalidValueError, NotFoundError
from switchboard.kit.http import Api, Request
from switchboard.routing import api as routing
from switchboard.routing.api import Agent

from functions.routing.api import queues

MANAGE = "routing:queueMember:manage"
PATH = "/api/v2/routing/queues"


def register(api: Api) -> None:
    api.operation("RoutingApi.get_routing_queue_members", "routing:queue:view")(list_all)
    api.operation("RoutingApi.post_routing_queue_members", MANAGE, status=202)(add_or_remove)
    api.operation("RoutingApi.patch_routing_queue_members", MANAGE)(alter_several)
    api.operation("RoutingApi.patch_routing_queue_member", MANAGE, status=202)(alter)
    api.operation("RoutingApi.delete_routing_queue_member", MANAGE)(remove)


def list_all(request: Request) -> dict[str, Any]:
    queue = queues.reachable(request, "view")
    query = request.query
    agents = [agent for agent in routing.members().of_queue(queue["id"]) if _wanted(agent, queue["id"], query)]
    agents = _able(agents, query)
    if "presence" in query:
        wanted = {_plain(each) for each in query["presence"]}
        presences = directory.presences_of([agent.user_id for agent in agents])
        agents = [agent for agent in agents if _plain(presences[agent.user_id].system_presence) in wanted]
    if str(query.get("sortOrder", "")).lower().startswith("desc"):
        agents.reverse()
    page = paging.members([{"agent": agent} for agent in agents], f"{PATH}/{queue['id']}/members", query)
    shown = _shown([each["agent"] for each in page["entities"]], queue["id"], query.get("expand", []))
    return page | {"entities": shown}


def add_or_remove(request: Request) -> None:
    """Up to 100 users; with `delete=true` their memberships end. Who is (not) a member already stays so."""
    queue = _managed(request)
    user_ids = routing.ids_of(request.body)
    if request.query.get("delete"):
        routing.members().remove(queue["id"], user_ids)
    else:
        routing.members().add(queue["id"], user_ids)


def alter_several(request: Request) -> dict[str, Any]:
    """All of them, or none where one cannot be."""
    queue = _managed(request)
    bodies = _by_id(request.body)
    for index, (user_id, body) in enumerate(bodies):
        routing.members().check_alteration(queue["id"], user_id, body.get("ringNumber"), f"{index}.ringNumber")
    agents = [_alter(queue["id"], user_id, body) for user_id, body in bodies]
    entities = _shown(agents, queue["id"], [])
    return {"entities": entities, "pageSize": len(entities), "pageNumber": 1}


def alter(request: Request) -> None:
    queue = _managed(request)
    _alter(queue["id"], request.path["memberId"], request.body)


def remove(request: Request) -> None:
    queue = _managed(request)
    user_id = request.path["memberId"]
    membership = routing.memberships_of(user_id).get(queue["id"])
    if membership is None:
        raise NotFoundError("queue member", user_id)
    if membership.by_group:
        raise routing.ThroughGroupError(user_id)
    routing.members().remove(queue["id"], [user_id])


def _managed(request: Request) -> Body:
    """The queue that the path names. Raises NotFoundError, MissingPermissionError for its division."""
    queue = routing.queues().get(request.path["queueId"])
    request.caller.require(MANAGE, queue["division"]["id"])
    return queue


def _alter(queue_id: str, user_id: str, body: dict[str, Any]) -> Agent:
    return routing.members().alter(queue_id, user_id, joined=body.get("joined"), ring=body.get("ringNumber"))


def _by_id(bodies: list[dict[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    if len(bodies) > 100:
        raise InvalidValueError("At most 100 members are changed at once.", field="body")
    return list(zip(routing.ids_of(bodies), bodies, strict=True))


def _wanted(agent: Agent, queue_id: str, query: Any) -> bool:
    statuses = {each.upper() for each in query.get("routingStatus", [])}
    return (
        ("joined" not in query or agent.joined(queue_id) == query["joined"])
        and (not statuses or agent.status in statuses)
        and ("memberBy" not in query or _member_by(agent, queue_id) == query["memberBy"].lower())
        and ("name" not in query or _contains(agent.name, query["name"]))
    )


def _able(agents: list[Agent], query: Any) -> list[Agent]:
    """Those who have whatever is asked for of each kind: of skills and languages by a part of the name or by id."""
    agents = _having(agents, query.get("skills"), routing.skills, lambda agent: agent.skills)
    agents = _having(agents, query.get("languages"), routing.languages, lambda agent: agent.languages)
    if not (asked := query.get("profileSkills")):
        return agents
    profiles = directory.find_users([agent.user_id for agent in agents])

    def listed(agent: Agent, part: str) -> bool:
        skills = profiles.get(agent.user_id, {}).get("profileSkills") or []
        return any(_contains(skill, part) for skill in skills)

    return [agent for agent in agents if all(listed(agent, part) for part in asked)]


def _having(
    agents: list[Agent], asked: list[str] | None, store: Callable[[], Store], held: Callable[[Agent], dict[str, float]]
) -> list[Agent]:
    if not asked:
        return agents
    known = store().find_all({key for agent in agents for key in held(agent)})
    meant = [{key for key, body in known.items() if part == key or _contains(body["name"], part)} for part in asked]
    return [agent for agent in agents if all(held(agent).keys() & keys for keys in meant)]


def _contains(name: str, part: str) -> bool:
    return paging.matches_name(f"*{part}*", name)


def _plain(presence: str) -> str:
    """ON_QUEUE and On Queue are OnQueue."""
    return presence.lower().replace("_", "").replace(" ", "")


def _member_by(agent: Agent, queue_id: str) -> str:
    """Who is a member by name is one by user, whatever their groups."""
    return "group" if agent.queues[queue_id].by_group else "user"


def _shown(agents: list[Agent], queue_id: str, expand: list[str]) -> list[dict[str, Any]]:
    """The platform's QueueMember."""
    users = directory.find_users([agent.user_id for agent in agents])
    details = routing.agent_status([agent.user_id for agent in agents])
    presences = directory.presences_of(list(users)) if "presence" in expand else {}
    shown = []
    for agent in agents:
        status = details[agent.user_id]
        user = users.get(agent.user_id, {"id": agent.user_id, "name": agent.name})
        user = user | {name: status[name] for name in ("routingStatus", "skills", "languages") if name in expand}
        if agent.user_id in presences:
            user = user | {"presence": directory.shown_presence(presences[agent.user_id])}
        membership = agent.queues[queue_id]
        shown.append(
            {
                "id": agent.user_id,
                "name": user.get("name"),
                "user": user | {"selfUri": f"/api/v2/users/{agent.user_id}"},
                "joined": membership.joined,
                "ringNumber": membership.ring,
                "memberBy": _member_by(agent, queue_id),
                "routingStatus": status["routingStatus"],
                "selfUri": f"{PATH}/{queue_id}/members/{agent.user_id}",
            }
        )
    return shown
