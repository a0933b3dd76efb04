"""Reading a definition: each refusal names the place."""

import re
from collections.abc import Mapping
from typing import Any

from switchboard.kit import ids
from switchboard.kit.errors import InvalidValueError


def refused(where: str, why: str) -> InvalidValueError:
    return InvalidValueError(f"{where} {why}.", field=where)


def literal(value: Any) -> Any:
    """The value itself; Architect writes literals as `{"lit": value}`."""
    return value["lit"] if isinstance(value, Mapping) and set(value) == {"lit"} else value


def object_at(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise refused(where, "must be an object")
    return value


def list_at(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise refused(where, "must be a list")
    return value


def text_at(value: Any, where: str, most: int) -> str:
    text = literal(value)
    if not isinstance(text, str) or not 0 < len(text.strip()) <= len(text) <= most:
        raise refused(where, f"must be text of at most {most} characters")
    return text


def reference_at(value: Any, where: str) -> str:
    """The id of `{"id": ..., "name": ...}`."""
    identifier = known(literal(value), where, "id", "name").get("id")
    if not isinstance(identifier, str) or not ids.is_uuid(identifier):
        raise refused(f"{where}.id", "must be an id")
    return identifier


def one_of(value: Any, where: str, *names: str) -> tuple[str, Any]:
    """The name and value of an object that has one member, of one of these names."""
    found = object_at(value, where)
    if len(found) != 1 or not set(found) <= set(names):
        other = next((str(key) for key in found if key not in names), names[0])
        raise refused(f"{where}.{other}"[:200], f"is not understood; {', '.join(names)} {_verb(names)}")
    return next(iter(found.items()))


def known(value: Any, where: str, *names: str) -> Mapping[str, Any]:
    """The object, which has no members but those named."""
    found = object_at(value, where)
    for key in found:
        if key not in names:
            raise refused(f"{where}.{key}"[:200], f"is not understood; {', '.join(names)} {_verb(names)}")
    return found


def referred(flow: Mapping[str, Any], root: str, name: str, kind: str) -> tuple[Mapping[str, Any], str]:
    """The task or state (`kind`) that a reference of the flow names, as `./tasks/task[main]`, and its place."""
    match = re.fullmatch(rf"(?:\./|/{root}/){kind}s/{kind}\[([^\]]{{1,200}})\]", str(flow.get(name, "")))
    if not match:
        raise refused(f"{root}.{name}", f"must name a {kind}, as ./{kind}s/{kind}[main]")
    for index, entered in enumerate(list_at(flow.get(f"{kind}s"), f"{root}.{kind}s")):
        where = f"{root}.{kind}s.{index}"
        found = known(one_of(entered, where, kind)[1], f"{where}.{kind}", "name", "refId", "actions")
        if found.get("refId") == match[1]:
            return found, f"{where}.{kind}"
    raise refused(f"{root}.{name}", f"names no {kind} of the flow")


def _verb(names: tuple[str, ...]) -> str:
    return "is" if len(names) == 1 else "are"
