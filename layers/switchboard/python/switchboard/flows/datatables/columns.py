"""A data table's columns, which it declares as a JSON schema, and what a row may hold in them.

{"type": "object", "required": ["key"], "additionalProperties": false, "properties": {
    "key": {"type": "string"}, "Open": {"type": "boolean", "default": true, "title": "Open", "displayOrder": 1}}}
"""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from switchboard.kit.entities import Body
from switchboard.kit.errors import BadRequestError, InvalidValueError

KEY = "key"
LONGEST_KEY, LARGEST_KEY_BYTES = 256, 1000
LONGEST_TEXT = 10_000
MOST_COLUMNS = 100
# What a path of the API can hold: a row with another key could be neither read nor deleted.
_ADDRESSABLE = re.compile(r"[-\w .,:;~()'!*@=+&$%<>\[\]{}|^]+")


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _number(value: Any) -> bool:
    return _whole(value) or (isinstance(value, float) and math.isfinite(value))


_TYPES: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str) and len(value) <= LONGEST_TEXT,
    "integer": _whole,
    "number": _number,
    "boolean": lambda value: isinstance(value, bool),
}
_BOUNDS: dict[str, tuple[str, Callable[[Any, Any], bool]]] = {
    "minLength": ("string", lambda value, bound: len(value) >= bound),
    "maxLength": ("string", lambda value, bound: len(value) <= bound),
    "minimum": ("number", lambda value, bound: value >= bound),
    "maximum": ("number", lambda value, bound: value <= bound),
}
_NOTES = ("title", "description", "$id", "displayOrder")


def check_table(body: Body, old: Body | None) -> None:
    """Raises InvalidValueError naming the column, also where a change takes one away or gives it another type."""
    schema = body["schema"]
    properties = schema.get("properties") or {}
    if schema.get("type") not in (None, "object"):
        raise InvalidValueError("A table's schema is of the type object.", field="schema.type")
    if schema.get("additionalProperties"):
        raise InvalidValueError("A row has no columns but those declared.", field="schema.additionalProperties")
    if set(schema.get("required") or [KEY]) != {KEY}:
        raise InvalidValueError("Only the column key is required of a row.", field="schema.required")
    if len(properties) > MOST_COLUMNS:
        raise InvalidValueError(f"A table has at most {MOST_COLUMNS} columns.", field="schema.properties")
    for name, column in properties.items():
        _check_column(name, column)
    if (properties.get(KEY) or {}).get("type") != "string":
        raise InvalidValueError("A table has a column key of the type string.", field=f"schema.properties.{KEY}")
    for name, column in ((old or {}).get("schema") or {}).get("properties", {}).items():
        if (properties.get(name) or {}).get("type") != column["type"]:
            raise InvalidValueError(
                f"The column {name} stays, with its type: rows may hold values of it.",
                field=f"schema.properties.{name}",
            )


def row(table: Body, given: Any) -> Body:
    """A checked row: what was given, and the defaults of what was not.

    Raises BadRequestError (no key), InvalidValueError naming the column.
    """
    if not isinstance(given, Mapping):
        raise InvalidValueError("A row must be a JSON object.", field="body")
    values = {name: value for name, value in given.items() if value is not None}
    if not values.get(KEY):
        raise BadRequestError("key is required.", field=KEY)
    columns = table["schema"]["properties"]
    for name, value in values.items():
        if name not in columns:
            raise InvalidValueError(f"The table has no column '{name[:60]}'.", field=name[:200])
        _check_value(columns[name], value, name)
    if len(values[KEY]) > LONGEST_KEY or len(values[KEY].encode()) > LARGEST_KEY_BYTES:
        raise InvalidValueError(f"A key has at most {LONGEST_KEY} characters and {LARGEST_KEY_BYTES} bytes.", field=KEY)
    if not _ADDRESSABLE.fullmatch(values[KEY]) or not values[KEY].strip("."):
        text = "A key is part of the row's path: letters, digits, blanks and signs, but none of / \\ # ? \" and `."
        raise InvalidValueError(text, field=KEY)
    return filled(table, values)


def filled(table: Body, stored: Mapping[str, Any]) -> Body:
    """A row's values by the table's columns as they are now, with the defaults of those that it lacks."""
    columns: Mapping[str, Any] = table["schema"]["properties"]
    values = {name: stored.get(name, column.get("default")) for name, column in columns.items()}
    return {name: value for name, value in values.items() if value is not None}


def _check_column(name: str, column: Any) -> None:
    where = f"schema.properties.{name}"[:200]
    if not name.strip() or not isinstance(column, Mapping) or column.get("type") not in _TYPES:
        raise InvalidValueError(f"A column has a name and one of the types {', '.join(_TYPES)}.", field=where)
    for word, said in column.items():
        if word in _BOUNDS:
            kind, _ = _BOUNDS[word]
            applies = column["type"] == kind or (kind == "number" and column["type"] == "integer")
            if not applies or not _number(said):
                raise InvalidValueError(f"{word} is a number, for columns of the type {kind}.", field=f"{where}.{word}")
        elif word not in (*_NOTES, "type", "default"):
            raise InvalidValueError(f"{word[:40]} is not understood.", field=f"{where}.{word}"[:200])
    if column.get("default") is not None:
        _check_value(column, column["default"], f"{where}.default")


def _check_value(column: Mapping[str, Any], value: Any, field: str) -> None:
    if not _TYPES[column["type"]](value):
        raise InvalidValueError(f"{field} must be of the type {column['type']}.", field=field)
    for word, (_, holds) in _BOUNDS.items():
        if word in column and not holds(value, column[word]):
            raise InvalidValueError(f"{field} is outside the column's {word} of {column[word]}.", field=field)
