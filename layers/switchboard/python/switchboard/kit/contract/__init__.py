"""The console API's contract as data: operations, models and enums of the Platform API v2 (`operations.json`, `models.json`).

A function names an operation (`RoutingApi.post_routing_queues`); method, path, query types, request and response model follow
from here. Requests are checked against the model's facts; answers are cut to them, without nulls, because the official SDK crashes
on an explicit null in an enum field.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from pydantic_core import CoreSchema, SchemaValidator, ValidationError, core_schema

from switchboard.kit import clock
from switchboard.kit.checks import require as require
from switchboard.kit.errors import InvalidValueError
from switchboard.kit.model import without_nulls

_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Operation:
    """One operation: `request` and `response` are type texts such as `Queue`, `list[str]`, `dict(str, object)`."""

    name: str
    method: str
    path: str
    request: str = ""
    response: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    body_required: bool = False
    open: bool = False


@cache
def operations() -> dict[str, Operation]:
    raw = json.loads((_FOLDER / "operations.json").read_text())
    return {
        name: Operation(
            name=name,
            method=facts["method"],
            path=facts["path"],
            request=facts.get("request", ""),
            response=facts.get("response", ""),
            query=facts.get("query", {}),
            body_required=facts.get("bodyRequired", False),
            open=facts.get("open", False),
        )
        for name, facts in raw.items()
    }


@cache
def models() -> dict[str, Any]:
    """`{model: {"fields": {name: type text}, "enums": {name: [values]}}}`."""
    loaded: dict[str, Any] = json.loads((_FOLDER / "models.json").read_text())
    return loaded


def validate(kind: str, value: Any) -> Any:
    """The value with unknown fields dropped, dates normalised and enums in their declared case.

    Explicit nulls stay (a PATCH clears with them). Raises InvalidValueError naming the field.
    """
    try:
        return _validator(kind).validate_python(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        path = ".".join(str(part) for part in first["loc"])
        raise InvalidValueError(f"{path or 'The body'}: {first['msg']}.", field=path) from error


def shape(kind: str, value: Any) -> Any:
    """The value as the SDK expects it: only declared fields, no nulls, an id where a reference is declared as an object."""
    kind = kind.strip()
    if value is None:
        return None
    if inner := _inner(kind, "list[", "]"):
        return [shape(inner, item) for item in value if item is not None]
    if inner := _inner(kind, "dict(str, ", ")"):
        return {key: shape(inner, item) for key, item in value.items() if item is not None}
    facts = models().get(kind)
    if facts is None:
        return without_nulls(value)
    fields = facts["fields"]
    if not isinstance(value, Mapping):
        return {"id": value} if "id" in fields else without_nulls(value)
    return {name: shape(fields[name], item) for name, item in value.items() if item is not None and name in fields}


def query_value(name: str, kind: str, raw: str) -> Any:
    """A query parameter by its declared type; lists are comma-joined. Raises InvalidValueError."""
    try:
        match kind:
            case "int":
                return int(raw)
            case "float":
                return float(raw)
            case "bool":
                return {"true": True, "false": False}[raw.lower()]
            case "datetime":
                return clock.parse(raw)
            case "list[str]":
                return [part for part in raw.split(",") if part]
            case _:
                return raw
    except (ValueError, KeyError) as error:
        raise InvalidValueError(f"{name}: '{raw[:60]}' is not a valid {kind}.", field=name) from error


def _moment(text: str) -> str:
    return clock.iso(clock.parse(text))


_PRIMITIVES: dict[str, CoreSchema] = {
    "str": core_schema.str_schema(),
    "LocalDateTime": core_schema.str_schema(),
    "int": core_schema.int_schema(),
    "float": core_schema.float_schema(allow_inf_nan=False),
    "bool": core_schema.bool_schema(),
    "datetime": core_schema.no_info_after_validator_function(_moment, core_schema.str_schema()),
    "date": core_schema.str_schema(pattern=r"^\d{4}-\d{2}-\d{2}$"),
    "object": core_schema.any_schema(),
}


@cache
def _validator(kind: str) -> SchemaValidator:
    definitions: dict[str, CoreSchema] = {}
    schema = _schema(kind, definitions)
    return SchemaValidator(core_schema.definitions_schema(schema, list(definitions.values())))


def _schema(kind: str, definitions: dict[str, CoreSchema]) -> CoreSchema:
    kind = kind.strip()
    if inner := _inner(kind, "list[", "]"):
        return core_schema.list_schema(_schema(inner, definitions))
    if inner := _inner(kind, "dict(str, ", ")"):
        return core_schema.dict_schema(core_schema.str_schema(), _schema(inner, definitions))
    if kind in _PRIMITIVES:
        return _PRIMITIVES[kind]
    if kind not in definitions:
        definitions[kind] = core_schema.any_schema()  # holds the place while a model that refers to itself is built
        definitions[kind] = _model_schema(kind, definitions)
    return core_schema.definition_reference_schema(kind)


def _model_schema(name: str, definitions: dict[str, CoreSchema]) -> CoreSchema:
    facts = models()[name]
    fields = {}
    for field_name, kind in facts["fields"].items():
        schema = _enum(facts["enums"][field_name]) if field_name in facts["enums"] else _schema(kind, definitions)
        fields[field_name] = core_schema.typed_dict_field(core_schema.nullable_schema(schema), required=False)
    return core_schema.typed_dict_schema(fields, ref=name, extra_behavior="ignore")


def _enum(values: list[str]) -> CoreSchema:
    declared = {value.lower(): value for value in values}

    def canonical(value: Any) -> Any:
        return declared.get(value.lower(), value) if isinstance(value, str) else value

    return core_schema.no_info_before_validator_function(canonical, core_schema.literal_schema(list(values)))


def _inner(kind: str, opening: str, closing: str) -> str:
    return kind[len(opening) : -len(closing)] if kind.startswith(opening) and kind.endswith(closing) else ""
