"""What an agent can do: routing skills and languages, each with a proficiency of 0 to 5."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from switchboard.kit import checks, paging
from switchboard.kit.entities import Store
from switchboard.kit.errors import InvalidValueError, NotFoundError
from switchboard.kit.http import Api, Request
from switchboard.routing import api as routing
from switchboard.routing.api import Agent

from functions.routing.api.user_status import person

VIEW, ASSIGN = "routing:skill:view", "routing:skill:assign"


def register(api: Api) -> None:
    skills = Proficiencies("skill", routing.skills, lambda agent: agent.skills, _set_skill)
    api.operation("RoutingApi.get_user_routingskills")(skills.list_all)
    api.operation("RoutingApi.post_user_routingskills")(skills.add)
    api.operation("RoutingApi.put_user_routingskill")(skills.change)
    api.operation("RoutingApi.delete_user_routingskill")(skills.remove)
    languages = Proficiencies("language", routing.languages, lambda agent: agent.languages, _set_language)
    api.operation("RoutingApi.get_user_routinglanguages")(languages.list_all)
    api.operation("RoutingApi.post_user_routinglanguages")(languages.add)
    api.operation("RoutingApi.patch_user_routinglanguage")(languages.change)
    api.operation("RoutingApi.delete_user_routinglanguage")(languages.remove)


@dataclass(frozen=True)
class Proficiencies:
    """The four operations, alike for skills and languages."""

    kind: str
    store: Callable[[], Store]
    held: Callable[[Agent], dict[str, float]]
    set: Callable[[str, str, float | None], Agent]

    def list_all(self, request: Request) -> dict[str, Any]:
        user_id = person(request, VIEW)
        shown = routing.shown_proficiencies(self.kind, user_id, self.held(routing.agent(user_id)))
        if str(request.query.get("sortOrder", "")).lower().startswith("desc"):
            shown.reverse()
        return paging.numbered(shown, f"/api/v2/users/{user_id}/routing{self.kind}s", request.query)

    def add(self, request: Request) -> dict[str, Any]:
        user_id = self._assignable(request)
        checks.require(request.body, "id")
        if self.store().find(request.body["id"]) is None:
            raise InvalidValueError(f"The {self.kind} '{request.body['id']}' does not exist.", field="id")
        return self._set(user_id, request.body["id"], request.body)

    def change(self, request: Request) -> dict[str, Any]:
        user_id, held = self._assignable(request), request.path[f"{self.kind}Id"]
        if held not in self.held(routing.agent(user_id)):
            raise NotFoundError(f"{self.kind} of the user", held)
        return self._set(user_id, held, request.body)

    def remove(self, request: Request) -> None:
        user_id, held = self._assignable(request), request.path[f"{self.kind}Id"]
        if held not in self.held(routing.agent(user_id)):
            raise NotFoundError(f"{self.kind} of the user", held)
        self.set(user_id, held, None)

    def _assignable(self, request: Request) -> str:
        request.caller.require(ASSIGN)
        return person(request, ASSIGN)

    def _set(self, user_id: str, held: str, body: dict[str, Any]) -> dict[str, Any]:
        self.set(user_id, held, routing.check_proficiency(body.get("proficiency")))
        (shown,) = routing.shown_proficiencies(self.kind, user_id, {held: body["proficiency"]})
        return shown


def _set_skill(user_id: str, skill_id: str, proficiency: float | None) -> Agent:
    return routing.members().set_skill(user_id, skill_id, proficiency)


def _set_language(user_id: str, language_id: str, proficiency: float | None) -> Agent:
    return routing.members().set_language(user_id, language_id, proficiency)
