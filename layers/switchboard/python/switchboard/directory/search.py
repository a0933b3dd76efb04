"""Search: the platform's criteria (POST /api/v2/users/search, /api/v2/groups/search), evaluated over users or groups.

A query is a list of criteria that must all hold; `operator` OR and NOT, and nested groups, change that.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from switchboard.kit.entities import Body
from switchboard.kit.errors import InvalidValueError

Criterion = Mapping[str, Any]

DEFAULT_FIELDS = ("name", "email", "username", "title", "department")
_RANGES = {
    "GREATER_THAN": lambda value, bound: value > bound,
    "GREATER_THAN_EQUAL_TO": lambda value, bound: value >= bound,
    "LESS_THAN": lambda value, bound: value < bound,
    "LESS_THAN_EQUAL_TO": lambda value, bound: value <= bound,
}


def matches(user: Body, query: Iterable[Criterion]) -> bool:
    """Whether the user meets the query. Raises InvalidValueError for a type of search that is not offered."""
    required, alternatives = [], []
    for criterion in query:
        held = _holds(user, criterion)
        if criterion.get("operator") == "OR":
            alternatives.append(held)
        else:
            required.append(held != (criterion.get("operator") == "NOT"))
    return all(required) and (not alternatives or any(alternatives))


def _holds(user: Body, criterion: Criterion) -> bool:
    if criterion.get("group"):
        return matches(user, criterion["group"])
    kind = criterion.get("type") or "EXACT"
    fields = criterion.get("fields") or DEFAULT_FIELDS
    if kind == "MATCH_ALL":
        return True
    found = [text.lower() for name in fields for text in _texts(user, name.split("."))]
    if kind == "REQUIRED_FIELDS":
        return all(any(True for _ in _texts(user, name.split("."))) for name in fields)
    if kind in _RANGES or kind == "RANGE":
        return _in_range(found, kind, criterion)
    wanted = [str(value).lower() for value in [criterion.get("value"), *(criterion.get("values") or [])] if value]
    return any(_matches(kind, text, value) for text in found for value in wanted)


def _matches(kind: str, text: str, value: str) -> bool:
    match kind:
        case "EXACT" | "TERM" | "TERMS":
            return text == value
        case "STARTS_WITH":
            return text.startswith(value) or any(word.startswith(value) for word in text.split())
        case "CONTAINS":
            return value in text
        case "QUERY_STRING":
            return all(_found(text, word) for word in value.split())
    raise InvalidValueError(f"Search type {kind} is not offered.", field="query.type")


def _found(text: str, word: str) -> bool:
    """Whether the word's parts between `*` follow one another in the text; in linear time, whatever a caller sends."""
    at = 0
    for part in word.split("*"):
        at = text.find(part, at) + len(part)
        if at < len(part):
            return False
    return True


def _in_range(found: list[str], kind: str, criterion: Criterion) -> bool:
    if kind == "RANGE":
        low, high = str(criterion.get("startValue") or ""), str(criterion.get("endValue") or "\U0010ffff")
        return any(low.lower() <= text <= high.lower() for text in found)
    bound = str(criterion.get("value") or "").lower()
    return any(_RANGES[kind](text, bound) for text in found)


def _texts(value: Any, path: list[str]) -> Iterable[str]:
    """The texts under a dotted path; lists are looked into."""
    if isinstance(value, list):
        for item in value:
            yield from _texts(item, path)
    elif path and isinstance(value, Mapping):
        yield from _texts(value.get(path[0]), path[1:])
    elif not path and value is not None and not isinstance(value, Mapping):
        yield str(value).lower() if isinstance(value, bool) else str(value)
