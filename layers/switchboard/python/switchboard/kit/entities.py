"""Config entities: named, versioned, division-scoped objects that are declared, not hand-written (DESIGN decision 2).

An `Entity` says what differs: model, path, permission, the operations it serves and its own rules. Storage, unique names, paging,
name search, optimistic concurrency, audit, idempotent creates and the routes follow from it.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from switchboard.kit import clock, contract, dynamo, ids, paging
from switchboard.kit.callers import EVERY_DIVISION, Caller
from switchboard.kit.dynamo import Table, TransactionCanceledError
from switchboard.kit.errors import ConflictError, InUseError, InvalidValueError, NotFoundError, VersionConflictError
from switchboard.kit.http import Api, Request

Body = dict[str, Any]

HOME_DIVISION = ids.derived("division", "home")
AUDIT_SECONDS = 365 * 24 * 3600


@dataclass(frozen=True)
class Entity:
    """A declared entity.

    `kind` keys the storage and the audit; `path` and `permission` (`routing:queue`) precede ids and actions. `operations` maps
    `list`, `get`, `create`, `update`, `delete` to contract names; what is absent is not served. `required` are dotted field
    names of a create. `defaults` fills what a create leaves out. `check(body, old)` raises for what the model cannot
    say. `present(body)` adds what is computed. `references(id)` names who uses it, which refuses its deletion.
    """

    kind: str
    path: str
    permission: str
    operations: Mapping[str, str]
    required: tuple[str, ...] = ("name",)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    unique_name: bool = True
    divisioned: bool = True
    version_required: bool = False
    read_only: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    check: Callable[[Body, Body | None], None] = lambda body, old: None
    present: Callable[[Body], Body] = lambda body: body
    references: Callable[[str], Iterable[str]] = lambda identifier: ()


_KEPT_BY_US = ("id", "selfUri", "dateCreated", "dateModified", "createdBy", "modifiedBy")


class Store:
    """Entities of one kind in a domain's table: `ENTITY#<kind>` / id, with a guard item per name and an audit trail."""

    def __init__(self, table: Table, entity: Entity) -> None:
        self.table = table
        self.entity = entity

    def find(self, identifier: str) -> Body | None:
        item = self.table.get(self._key(identifier))
        return json.loads(item["doc"]) if item else None

    def find_all(self, identifiers: Iterable[str]) -> dict[str, Body]:
        found = self.table.batch_get(self._key(identifier) for identifier in identifiers)
        return {key[1]: json.loads(item["doc"]) for key, item in found.items()}

    def get(self, identifier: str) -> Body:
        """Raises NotFoundError."""
        body = self.find(identifier)
        if body is None:
            raise NotFoundError(self.entity.kind, identifier)
        return body

    def all(self) -> list[Body]:
        """Every entity of the kind, by name."""
        bodies = [json.loads(item["doc"]) for item in self.table.query(f"ENTITY#{self.entity.kind}")]
        return sorted(bodies, key=lambda body: (str(body.get("name", "")).lower(), body["id"]))

    def by_name(self, name: str) -> Body | None:
        guard = self.table.get(self._name_key(name))
        return self.find(guard["id"]) if guard else None

    def create(self, body: Body, actor: str = "", identifier: str = "") -> Body:
        """Raises BadRequestError, InvalidValueError, ConflictError (name taken, id taken)."""
        contract.require(body, *self.entity.required)
        made = {**self.entity.defaults, **{name: value for name, value in body.items() if value is not None}}
        made = {name: value for name, value in made.items() if name not in (*_KEPT_BY_US, *self.entity.read_only)}
        now = clock.iso(clock.now())
        made |= {"id": identifier or ids.new(), "dateCreated": now, "dateModified": now, "version": 1}
        if actor:
            made |= {"createdBy": actor, "modifiedBy": actor}
        if self.entity.divisioned:
            made["division"] = {"id": (body.get("division") or {}).get("id") or HOME_DIVISION}
        self.entity.check(made, None)
        self._write(None, made, actor)
        return made

    def update(self, identifier: str, changes: Body, actor: str = "", *, replace: bool = False) -> Body:
        """Merge the sent fields (an explicit null clears), or with `replace` keep only what is sent.

        Raises NotFoundError, VersionConflictError, InvalidValueError, ConflictError.
        """
        old = self.get(identifier)
        sent = changes.get("version")
        if (self.entity.version_required or sent is not None) and sent != old["version"]:
            raise VersionConflictError(sent, old["version"])
        kept = (*_KEPT_BY_US, *self.entity.read_only)
        base = {name: value for name, value in old.items() if not replace or name in (*kept, *self.entity.hidden)}
        if replace:
            base = {**self.entity.defaults, **base}
            if "division" in old:
                base["division"] = old["division"]
        made = base | {name: value for name, value in changes.items() if name not in kept}
        made = {name: value for name, value in made.items() if value is not None}
        made |= {"version": old["version"] + 1, "dateModified": clock.iso(clock.now())}
        if actor:
            made["modifiedBy"] = actor
        contract.require(made, *self.entity.required)
        self.entity.check(made, old)
        self._write(old, made, actor)
        return made

    def delete(self, identifier: str, actor: str = "") -> Body:
        """Raises NotFoundError, InUseError saying by what."""
        old = self.get(identifier)
        users = list(self.entity.references(identifier))
        if users:
            raise InUseError(f"{self.entity.kind} {identifier} is in use by {', '.join(users[:10])}.")
        self._write(old, None, actor)
        return old

    def _write(self, old: Body | None, new: Body | None, actor: str) -> None:
        writes = [self._entity_write(old, new), *self._name_writes(old, new), self._audit_write(old, new, actor)]
        try:
            self.table.transact(writes)
        except TransactionCanceledError as canceled:
            if 0 in canceled.failed or not canceled.failed:
                stored = canceled.failed.get(0, {}).get("version", 0)
                raise VersionConflictError(old["version"] if old else None, stored) from canceled
            taken = (new or {}).get("name", "")
            raise ConflictError(
                f"The name '{taken}' is already used by another {self.entity.kind}.", field="name"
            ) from None

    def _entity_write(self, old: Body | None, new: Body | None) -> dynamo.Write:
        if new is None and old is not None:
            return dynamo.delete(self._key(old["id"]), condition="version = :old", values={"old": old["version"]})
        new = new or {}
        key = self._key(new["id"])
        item = {"PK": key[0], "SK": key[1], "version": new["version"], "doc": json.dumps(new)}
        if old is None:
            return dynamo.create(item)
        return dynamo.put(item, condition="version = :old", values={"old": old["version"]})

    def _name_writes(self, old: Body | None, new: Body | None) -> list[dynamo.Write]:
        if not self.entity.unique_name:
            return []
        before, after = (self._name_key(body["name"]) if body else None for body in (old, new))
        if before == after:
            return []
        writes = []
        if after and new:
            writes.append(dynamo.create({"PK": after[0], "SK": after[1], "id": new["id"]}))
        if before:
            writes.append(dynamo.delete(before))
        return writes

    def _audit_write(self, old: Body | None, new: Body | None, actor: str) -> dynamo.Write:
        body = new or old or {}
        changed = sorted(
            name for name in {*(old or {}), *(new or {})} if (old or {}).get(name) != (new or {}).get(name)
        )
        action = "Create" if old is None else "Delete" if new is None else "Update"
        moment = clock.iso(clock.now())
        return dynamo.put(
            {
                "PK": f"AUDIT#{self.entity.kind}#{body['id']}",
                "SK": f"{moment}#{ids.new()}",
                "action": action,
                "actor": actor,
                "changed": changed,
                "expiresAt": clock.now_ms() // 1000 + AUDIT_SECONDS,
            }
        )

    def _key(self, identifier: str) -> dynamo.Key:
        return f"ENTITY#{self.entity.kind}", identifier

    def _name_key(self, name: str) -> dynamo.Key:
        return f"NAME#{self.entity.kind}", name.strip().lower()


def serve(api: Api, entity: Entity, store: Callable[[], Store]) -> None:
    """Register the entity's operations on an Api."""
    serving = _Serving(entity, store)
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
class _Serving:
    entity: Entity
    store: Callable[[], Store]

    def list_all(self, request: Request) -> Body:
        divisions = request.caller.divisions(f"{self.entity.permission}:view")
        entities = [
            body for body in self.store().all() if self._in(divisions, body) and self._wanted(body, request.query)
        ]
        if str(request.query.get("sortOrder", "")).lower() in ("desc", "descending"):
            entities.reverse()
        return paging.numbered([self.shown(body) for body in entities], self.entity.path, request.query)

    def get(self, request: Request) -> Body:
        return self.shown(self._reachable(request, "view"))

    def create(self, request: Request) -> Body:
        self._check_division(request.caller, "add", request.body)
        return self.shown(self.store().create(request.body, actor_of(request.caller)))

    def update(self, request: Request) -> Body:
        body = self._reachable(request, "edit")
        self._check_division(request.caller, "edit", request.body)
        replace = contract.operations()[self.entity.operations["update"]].method == "PUT"
        return self.shown(self.store().update(body["id"], request.body, actor_of(request.caller), replace=replace))

    def delete(self, request: Request) -> None:
        self.store().delete(self._reachable(request, "delete")["id"], actor_of(request.caller))

    def shown(self, body: Body) -> Body:
        made = self.entity.present(dict(body))
        kept = {name: value for name, value in made.items() if name not in self.entity.hidden}
        if self.entity.divisioned:
            division = kept["division"]
            kept["division"] = division | {"selfUri": f"/api/v2/authorization/divisions/{division['id']}"}
        return kept | {"selfUri": f"{self.entity.path}/{body['id']}"}

    def _reachable(self, request: Request, action: str) -> Body:
        (identifier,) = list(request.path.values())[-1:]
        body = self.store().get(identifier)
        if self.entity.divisioned:
            request.caller.require(f"{self.entity.permission}:{action}", body["division"]["id"])
        return body

    def _check_division(self, caller: Caller, action: str, body: Body | None) -> None:
        division = ((body or {}).get("division") or {}).get("id")
        if self.entity.divisioned:
            caller.require(f"{self.entity.permission}:{action}", division or HOME_DIVISION)

    def _in(self, divisions: frozenset[str], body: Body) -> bool:
        return not self.entity.divisioned or EVERY_DIVISION in divisions or body["division"]["id"] in divisions

    def _wanted(self, body: Body, query: Mapping[str, Any]) -> bool:
        if "name" in query and not paging.matches_name(query["name"], body.get("name", "")):
            return False
        if "id" in query and body["id"] not in _listed(query["id"]):
            return False
        return "divisionId" not in query or body.get("division", {}).get("id") in _listed(query["divisionId"])


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def actor_of(caller: Caller) -> str:
    """Who an audit entry names: the person, or the client that acted on its own."""
    return caller.user_id or caller.client_id


def check_range(body: Mapping[str, Any], name: str, low: float, high: float) -> None:
    """Raises InvalidValueError where the dotted field is present and outside low..high."""
    value: Any = body
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    if value is not None and not low <= value <= high:
        raise InvalidValueError(f"{name} must be between {low} and {high}.", field=name)
