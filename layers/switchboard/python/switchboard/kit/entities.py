"""Config entities: named, versioned, division-scoped objects that are declared, not hand-written (DESIGN decision 2).

An `Entity` says what differs: model, path, permission, the operations it serves and its own rules. Storage, unique names,
optimistic concurrency and audit follow from it here; paging, name search, idempotent creates and the routes in entity_routes.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from switchboard.kit import checks, clock, dynamo, ids
from switchboard.kit.checks import check_range as check_range
from switchboard.kit.dynamo import Table, TransactionCanceledError
from switchboard.kit.errors import (
    ConflictError,
    InUseError,
    InvalidValueError,
    NotFoundError,
    PayloadTooLargeError,
    VersionConflictError,
)
from switchboard.kit.model import without_nulls

if TYPE_CHECKING:
    from switchboard.kit.callers import Caller
    from switchboard.kit.http import Api

Body = dict[str, Any]

HOME_DIVISION = ids.derived("division", "home")
USERS_NAMED = 10
LONGEST_NAME = 256
LONGEST_ID = 256
"""In characters; the guard of a name is a key, as an id is, and a key holds 1024 bytes."""
LARGEST_BYTES = 350_000
"""Of an entity as it is stored, whose item may have 400 kB."""
AUDIT_SECONDS = 365 * 24 * 3600


@dataclass(frozen=True)
class Entity:
    """A declared entity.

    `kind` keys the storage and the audit; `path` and `permission` (`routing:queue`) precede ids and actions. `operations` maps
    `list`, `get`, `create`, `update`, `delete` to contract names; what is absent is not served. `required` are dotted field
    names of a create. `defaults` fills what a create leaves out. `check(body, old)` raises for what the model cannot
    say. `present(body)` adds what is computed. `references(id)` names who uses it, which refuses its deletion.
    `unique_by` is the field that no two of a kind share, where `unique_name` holds. `built_in` entities exist in every
    organization without being stored, and cannot be changed.
    """

    kind: str
    path: str
    permission: str
    operations: Mapping[str, str]
    required: tuple[str, ...] = ("name",)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    unique_name: bool = True
    unique_by: str = "name"
    built_in: tuple[Body, ...] = ()
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
        self._built_in = {body["id"]: body for body in entity.built_in}

    def find(self, identifier: str) -> Body | None:
        if identifier in self._built_in:
            return self._built_in[identifier]
        item = self.table.get(self._key(identifier)) if 0 < len(identifier) <= LONGEST_ID else None
        return json.loads(item["doc"]) if item else None

    def find_all(self, identifiers: Iterable[str], *, consistent: bool = False) -> dict[str, Body]:
        wanted = {each for each in identifiers if 0 < len(each) <= LONGEST_ID}
        keys = [self._key(identifier) for identifier in wanted - self._built_in.keys()]
        found = self.table.batch_get(keys, consistent=consistent)
        stored = {key[1]: json.loads(item["doc"]) for key, item in found.items()}
        return stored | {key: body for key, body in self._built_in.items() if key in wanted}

    def get(self, identifier: str) -> Body:
        """Raises NotFoundError."""
        body = self.find(identifier)
        if body is None:
            raise NotFoundError(self.entity.kind, identifier)
        return body

    def all(self) -> list[Body]:
        """Every entity of the kind, by name."""
        bodies = [json.loads(item["doc"]) for item in self.table.query(f"ENTITY#{self.entity.kind}")]
        bodies += self._built_in.values()
        return sorted(bodies, key=lambda body: (str(body.get("name", "")).lower(), body["id"]))

    def in_division(self, division_id: str) -> Iterator[str]:
        """What lies in the division, each as a refusal names it: `the queue Support`."""
        for body in self.all() if self.entity.divisioned else ():
            if (body.get("division") or {}).get("id") == division_id:
                yield f"the {self.entity.kind} {body.get('name') or body['id']}"

    def by_name(self, name: str) -> Body | None:
        """The stored entity with that name, or that value of the entity's `unique_by`."""
        guard = self.table.get(self._name_key(name)) if name.strip() and len(name) <= LONGEST_NAME else None
        return self.find(guard["id"]) if guard else None

    def create(self, body: Body, actor: str = "", identifier: str = "") -> Body:
        """Raises BadRequestError, InvalidValueError, PayloadTooLargeError, ConflictError (name taken, id taken)."""
        checks.require(body, *self.entity.required)
        made = {**self.entity.defaults, **without_nulls(body)}
        made = {name: value for name, value in made.items() if name not in (*_KEPT_BY_US, *self.entity.read_only)}
        now = clock.iso(clock.now())
        made |= {"id": identifier or ids.new(), "dateCreated": now, "dateModified": now, "version": 1}
        if actor:
            made |= {"createdBy": actor, "modifiedBy": actor}
        if self.entity.divisioned:
            made["division"] = {"id": (body.get("division") or {}).get("id") or HOME_DIVISION}
        self._check(made, None)
        self._write(None, made, actor)
        return made

    def update(
        self,
        identifier: str,
        changes: Body,
        actor: str = "",
        *,
        replace: bool = False,
        also: Sequence[dynamo.Write] = (),
    ) -> Body:
        """Merge the sent fields (an explicit null clears), or with `replace` keep only what is sent; `also` are writes on the same
        table that are made with it or not at all. A change that is repeated under the version it was made from is done already: its
        answer may have been lost.

        Raises NotFoundError, VersionConflictError, InvalidValueError, PayloadTooLargeError, ConflictError;
        TransactionCanceledError where a condition of `also` did not hold.
        """
        old = self._changeable(identifier)
        made = self._changed(old, changes, replace=replace)
        sent = changes.get("version")
        if (self.entity.version_required or sent is not None) and sent != old["version"]:
            if sent == old["version"] - 1 and made == old and not also:
                return old
            raise VersionConflictError(sent, old["version"])
        made |= {"version": old["version"] + 1, "dateModified": clock.iso(clock.now())}
        if actor:
            made["modifiedBy"] = actor
        checks.require(made, *self.entity.required)
        self._check(made, old)
        self._write(old, made, actor, also)
        return made

    def _changed(self, old: Body, changes: Body, *, replace: bool) -> Body:
        """What the change leads to, still under the version that it was."""
        kept = (*_KEPT_BY_US, *self.entity.read_only)
        base = {name: value for name, value in old.items() if not replace or name in (*kept, *self.entity.hidden)}
        if replace:
            base = {**self.entity.defaults, **base}
        made: Body = without_nulls(base | {name: value for name, value in changes.items() if name not in kept})
        if self.entity.divisioned:
            made["division"] = {"id": (made.get("division") or {}).get("id") or old["division"]["id"]}
        return made | {"version": old["version"]}

    def delete(self, identifier: str, actor: str = "", *, also: Sequence[dynamo.Write] = ()) -> Body:
        """Raises NotFoundError, ConflictError (built in), InUseError saying by what. `also` as in `update`."""
        old = self._changeable(identifier)
        check_unused(self.entity.kind, identifier, self.entity.references(identifier))
        self._write(old, None, actor, also)
        return old

    @staticmethod
    def stored(item: dynamo.Item) -> tuple[str, Body] | None:
        """(kind, entity) of an item of the table's stream; None where it holds something else."""
        mark, _, kind = item.get("PK", "").partition("#")
        return (kind, json.loads(item["doc"])) if mark == "ENTITY" else None

    def unchanged(self, body: Body) -> dynamo.Write:
        """A condition for a transaction on the same table: the entity is still there as it was read."""
        return dynamo.check(self._key(body["id"]), "version = :read", values={"read": body["version"]})

    def _check(self, new: Body, old: Body | None) -> None:
        """Raises InvalidValueError naming the field."""
        for name in {"name", self.entity.unique_by}:
            if len(str(new.get(name, ""))) > LONGEST_NAME:
                raise InvalidValueError(f"{name} has more than {LONGEST_NAME} characters.", field=name)
        self.entity.check(new, old)

    def _write(self, old: Body | None, new: Body | None, actor: str, also: Sequence[dynamo.Write] = ()) -> None:
        writes = [self._entity_write(old, new), *self._name_writes(old, new), self._audit_write(old, new, actor)]
        try:
            self.table.transact([*writes, *also])
        except TransactionCanceledError as canceled:
            if 0 in canceled.failed or not canceled.failed:
                stored = canceled.failed.get(0, {}).get("version", 0)
                raise VersionConflictError(old["version"] if old else None, stored) from canceled
            if min(canceled.failed) >= len(writes):
                raise
            raise self._taken(new or {}) from None

    def _entity_write(self, old: Body | None, new: Body | None) -> dynamo.Write:
        if new is None and old is not None:
            return dynamo.delete(self._key(old["id"]), condition="version = :old", values={"old": old["version"]})
        new = new or {}
        key = self._key(new["id"])
        doc = json.dumps(new)
        if len(doc) > LARGEST_BYTES:
            largest = max(new, key=lambda name: len(json.dumps(new[name])))
            raise PayloadTooLargeError(f"A {self.entity.kind} has at most {LARGEST_BYTES} bytes.", field=largest)
        item = {"PK": key[0], "SK": key[1], "version": new["version"], "doc": doc}
        if old is None:
            return dynamo.create(item)
        return dynamo.put(item, condition="version = :old", values={"old": old["version"]})

    def _name_writes(self, old: Body | None, new: Body | None) -> list[dynamo.Write]:
        if not self.entity.unique_name:
            return []
        unique = self.entity.unique_by
        before, after = (self._name_key(body[unique]) if body else None for body in (old, new))
        if before == after:
            return []
        if new and after in [self._name_key(body[unique]) for body in self.entity.built_in]:
            raise self._taken(new)
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

    def _taken(self, body: Body) -> ConflictError:
        unique = self.entity.unique_by
        message = f"The {unique} '{body.get(unique, '')}' is already used by another {self.entity.kind}."
        return ConflictError(message, field=unique)

    def _changeable(self, identifier: str) -> Body:
        if identifier in self._built_in:
            raise ConflictError(f"{self.entity.kind} {identifier} is built in and cannot be changed.")
        return self.get(identifier)

    def _key(self, identifier: str) -> dynamo.Key:
        return f"ENTITY#{self.entity.kind}", identifier

    def _name_key(self, name: str) -> dynamo.Key:
        return f"NAME#{self.entity.kind}", name.strip().lower()


def check_unused(kind: str, identifier: str, users: Iterable[str]) -> None:
    """Raises InUseError saying by what, where it is used at all."""
    named = list(islice(users, USERS_NAMED))
    if named:
        raise InUseError(f"{kind} {identifier} is in use by {', '.join(named)}.")


def serve(api: "Api", entity: Entity, store: Callable[[], Store]) -> None:
    """`entity_routes.serve`; named here too because declaring and serving go together."""
    # Imported when called: a consumer that only reads an entity does not pay for the web framework.
    from switchboard.kit import entity_routes

    entity_routes.serve(api, entity, store)


def actor_of(caller: "Caller") -> str:
    """Who an audit entry names: the person, or the client that acted on its own."""
    return caller.user_id or caller.client_id
