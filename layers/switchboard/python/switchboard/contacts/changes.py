"""A contact's PATCH: a list of changes, each an action on a field named as `$.address.city` (ExternalContactsPatchRequest)."""

import copy
import re
from collections.abc import Mapping, Sequence
from typing import Any

from switchboard.contacts.fields import KEPT_BY_US
from switchboard.contacts.models import Contact
from switchboard.kit.errors import ConflictError, InvalidValueError

MOST_CHANGES = 100
_PATH = re.compile(r"\$((?:\.[A-Za-z_][A-Za-z0-9_]{0,99}){1,3})")


def apply(contact: Contact, changes: Sequence[Mapping[str, Any]]) -> Contact:
    """The contact with every change made, in order.

    Raises InvalidValueError naming the change, ConflictError where two of them touch a field and a part of it.
    """
    if not 1 <= len(changes) <= MOST_CHANGES:
        raise InvalidValueError(f"changes takes 1 to {MOST_CHANGES} entries.", field="changes")
    paths = [_path(change, f"changes.{index}.field") for index, change in enumerate(changes)]
    _check_apart(paths)
    changed = copy.deepcopy(contact)
    for index, (change, path) in enumerate(zip(changes, paths, strict=True)):
        _change(changed, path, change, f"changes.{index}")
    return changed


def _path(change: Mapping[str, Any], where: str) -> list[str]:
    match = _PATH.fullmatch(change.get("field") or "")
    if not match:
        raise InvalidValueError(f"{where} must be a path such as $.address.city.", field=where)
    names = match[1][1:].split(".")
    if names[0] in KEPT_BY_US:
        raise InvalidValueError(f"{where} names a field that cannot be changed.", field=where)
    return names


def _check_apart(paths: Sequence[Sequence[str]]) -> None:
    for index, path in enumerate(paths):
        for other in paths[:index]:
            shorter, longer = sorted((path, other), key=len)
            if list(longer[: len(shorter)]) == list(shorter):
                raise ConflictError("Two changes touch the same field.", field=f"changes.{index}.field")


def _change(contact: Contact, path: Sequence[str], change: Mapping[str, Any], where: str) -> None:
    holder: Any = contact
    for name in path[:-1]:
        holder = holder.setdefault(name, {})
        if not isinstance(holder, dict):
            raise InvalidValueError(f"{where}.field leads into something that has no fields.", field=f"{where}.field")
    name, value = path[-1], change.get("value")
    present = holder.get(name) not in (None, "", [], {})
    match change.get("action"):
        case "Update":
            holder[name] = value
        case "UpdateIfEmpty" if not present:
            holder[name] = value
        case "UpdateIfExists" if present:
            holder[name] = value
        case "UpdateIfEmpty" | "UpdateIfExists":
            pass
        case "Remove":
            holder.pop(name, None)
        case "AppendToCollection":
            holder[name] = [*_collection(holder.get(name), where), *_items(value)]
        case "RemoveFromCollection":
            holder[name] = [item for item in _collection(holder.get(name), where) if item not in _items(value)]
        case _:
            raise InvalidValueError(f"{where}.action is not known.", field=f"{where}.action")


def _collection(value: Any, where: str) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise InvalidValueError(f"{where}.field is not a collection.", field=f"{where}.field")
    return value


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
