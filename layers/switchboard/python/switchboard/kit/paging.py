"""The platform's four listing shapes (genesys-api section 3): numbered pages, cursors, plain entities, members."""

import fnmatch
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from switchboard.kit.errors import InvalidValueError

_OTHER_WILDCARDS = re.compile(r"[?\[]")  # of fnmatch; to the platform they are letters

DEFAULT_SIZE = 25
LARGEST_SIZE = 500


def page_bounds(query: Mapping[str, Any]) -> tuple[int, int]:
    """(pageSize, pageNumber) of the query; raises InvalidValueError where they are out of range."""
    size, number = query.get("pageSize", DEFAULT_SIZE), query.get("pageNumber", 1)
    if not 1 <= size <= LARGEST_SIZE:
        raise InvalidValueError(f"pageSize must be between 1 and {LARGEST_SIZE}.", field="pageSize")
    if number < 1:
        raise InvalidValueError("pageNumber starts at 1.", field="pageNumber")
    return size, number


def numbered(entities: Sequence[Mapping[str, Any]], path: str, query: Mapping[str, Any]) -> dict[str, Any]:
    """Shape (a): the wanted page out of all entities, with totals and the links to its neighbours."""
    size, number = page_bounds(query)
    total = len(entities)
    pages = max(1, -(-total // size))

    def link(page: int) -> str:
        kept = {name: _text(value) for name, value in query.items() if name not in ("pageSize", "pageNumber")}
        return f"{path}?{urlencode({'pageSize': size, 'pageNumber': page, **kept})}"

    answer = {
        "entities": list(entities[(number - 1) * size : number * size]),
        "pageSize": size,
        "pageNumber": number,
        "total": total,
        "pageCount": pages,
        "selfUri": link(number),
        "firstUri": link(1),
        "lastUri": link(pages),
    }
    if number < pages:
        answer["nextUri"] = link(number + 1)
    if number > 1:
        answer["previousUri"] = link(number - 1)
    return answer


def cursor(
    entities: Sequence[Mapping[str, Any]], path: str, query: Mapping[str, Any], after: str = ""
) -> dict[str, Any]:
    """Shape (b): one page and, where more follow, the cursor that reads on."""
    answer: dict[str, Any] = {"entities": list(entities), "pageSize": query.get("pageSize", DEFAULT_SIZE)}
    if after:
        kept = {name: _text(value) for name, value in query.items() if name != "after"}
        answer |= {"after": after, "nextUri": f"{path}?{urlencode({**kept, 'after': after})}"}
    return answer


def plain(entities: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Shape (c): only the entities."""
    return {"entities": list(entities)}


def whole(entities: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The numbered shape of a listing that is always one page: what one person has at once."""
    return {**plain(entities), "pageSize": len(entities), "pageNumber": 1, "total": len(entities), "pageCount": 1}


def members(entities: Sequence[Mapping[str, Any]], path: str, query: Mapping[str, Any]) -> dict[str, Any]:
    """Shape (d): numbered pages that tell no total."""
    answer = numbered(entities, path, query)
    return {name: value for name, value in answer.items() if name not in ("total", "pageCount", "lastUri")}


def matches_name(pattern: str, name: str) -> bool:
    """The platform's name search: case-insensitive, `*` stands for anything, a bare word matches from the start."""
    pattern = _OTHER_WILDCARDS.sub(r"[\g<0>]", pattern.lower())
    return fnmatch.fnmatchcase(name.lower(), pattern if "*" in pattern else pattern + "*")


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)
