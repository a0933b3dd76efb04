"""The routes of a declared entity: list, get, create, update, delete, as its `Entity` says."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from switchboard.kit import contract, paging
from switchboard.kit.callers import EVERY_DIVISION, Caller
from switchboard.kit.entities import HOME_DIVISION, Body, Entity, Store, actor_of
from switchboard.kit.errors import InvalidValueError
from switchboard.kit.http import Api, Request


def serve(api: Api, entity: Entity, store: Callable[[], Store]) -> None:
    """Register the entity's operations on an Api."""
    serving = Serving(entity, store)
    for action, (method, permission) in _ACTIONS.items():
        if action in entity.operations:
            api.operation(
                entity.operations[action],
                f"{entity.permission}:{permission}",
                idempotent=(lambda: store().table) if action == "create" else None,
            )(getattr(serving, method))


_ACTIONS = {
    "list": ("list_all", "view"),
    "get": ("get", "view"),
    "create": ("create", "add"),
    "update": ("update", "edit"),
    "delete": ("delete", "delete"),
}


@dataclass(frozen=True)
class Serving:
    """The handlers of an entity's operations; a router with rules of its own uses the parts it shares with the others."""

    entity: Entity
    store: Callable[[], Store]

    def list_all(self, request: Request) -> Body:
        entities = [self.shown(body) for body in self.visible(request)]
        return paging.numbered(entities, self.entity.path, request.query)

    def get(self, request: Request) -> Body:
        return self.shown(self.reachable(request, "view"))

    def create(self, request: Request) -> Body:
        self.check_division(request.caller, "add", request.body)
        return self.shown(self.store().create(request.body, actor_of(request.caller)))

    def update(self, request: Request) -> Body:
        body = self.reachable(request, "edit")
        self.check_division(request.caller, "edit", request.body, old=body)
        replace = contract.operations()[self.entity.operations["update"]].method == "PUT"
        return self.shown(self.store().update(body["id"], request.body, actor_of(request.caller), replace=replace))

    def delete(self, request: Request) -> None:
        self.store().delete(self.reachable(request, "delete")["id"], actor_of(request.caller))

    def visible(self, request: Request) -> list[Body]:
        """The entities that the caller may view and the query asks for, in its order."""
        divisions = request.caller.divisions(f"{self.entity.permission}:view")
        entities = [
            body for body in self.store().all() if self._in(divisions, body) and self._wanted(body, request.query)
        ]
        if request.query.get("sortBy"):
            entities = self._sorted(entities, request.query["sortBy"])
        if str(request.query.get("sortOrder", "")).lower() in ("desc", "descending"):
            entities.reverse()
        return entities

    def shown(self, body: Body) -> Body:
        """The entity as an answer has it."""
        made = self.entity.present(dict(body))
        kept = {name: value for name, value in made.items() if name not in self.entity.hidden}
        if self.entity.divisioned:
            division = kept["division"]
            kept["division"] = division | {"selfUri": f"/api/v2/authorization/divisions/{division['id']}"}
        return kept | {"selfUri": f"{self.entity.path}/{body['id']}"}

    def reachable(self, request: Request, action: str) -> Body:
        """The entity that the path names. Raises NotFoundError, and MissingPermissionError for its division."""
        (identifier,) = list(request.path.values())[-1:]
        body = self.store().get(identifier)
        if self.entity.divisioned:
            request.caller.require(f"{self.entity.permission}:{action}", body["division"]["id"])
        return body

    def check_division(
        self, caller: Caller, action: str, body: Body | None, *, old: Body | None = None, field: str = "division.id"
    ) -> None:
        """`check_place`, for what is divisioned. Raises as it does."""
        if self.entity.divisioned:
            check_place(caller, f"{self.entity.permission}:{action}", body, old, field)

    def _sorted(self, entities: list[Body], field: str) -> list[Body]:
        """By a field that the platform's model has as one text, number or moment; what lacks it comes after the rest."""
        operation = contract.operations()[self.entity.operations["get"]]
        if contract.models()[operation.response]["fields"].get(field) not in _ORDERED:
            raise InvalidValueError(f"Nothing is sorted by '{field[:60]}' here.", field="sortBy")

        def place(body: Body) -> tuple[bool, Any]:
            value = self.entity.present(dict(body)).get(field)
            return value is None, value.lower() if isinstance(value, str) else value or 0

        return sorted(entities, key=place)

    def _in(self, divisions: frozenset[str], body: Body) -> bool:
        return not self.entity.divisioned or EVERY_DIVISION in divisions or body["division"]["id"] in divisions

    def _wanted(self, body: Body, query: Mapping[str, Any]) -> bool:
        if "name" in query and not paging.matches_name(query["name"], body.get("name", "")):
            return False
        if "id" in query and body["id"] not in _listed(query["id"]):
            return False
        return "divisionId" not in query or body.get("division", {}).get("id") in _listed(query["divisionId"])


_ORDERED = ("str", "int", "float", "datetime", "LocalDateTime")


def check_place(
    caller: Caller, permission: str, body: Body | None, old: Body | None = None, field: str = "division.id"
) -> None:
    """Whether the caller may put something into the division that the body names: else it stays where `old` is, or begins in Home.

    Raises MissingPermissionError, and InvalidValueError naming the field where there is no such division.
    """
    now = (old or {}).get("division", {}).get("id")
    division = ((body or {}).get("division") or {}).get("id") or now or HOME_DIVISION
    if division == now:
        return
    caller.require(permission, division)
    if not caller.has_division(division):
        raise InvalidValueError(f"There is no division '{division[:60]}'.", field=field)


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]
