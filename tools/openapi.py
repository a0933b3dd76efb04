"""The OpenAPI document of the console API, from what the API functions declare and the contract's facts.

`python -m tools.openapi` writes docs/openapi.json; `--check` fails where the document is not the one that would be written.
"""

import json
import re
import sys
from collections.abc import Iterator
from typing import Any

from switchboard.kit import contract
from switchboard.kit.http import Declared

from tools.served import ROOT, apis

DOCUMENT = ROOT / "docs" / "openapi.json"

Schema = dict[str, Any]

PRIMITIVES: dict[str, Schema] = {
    "str": {"type": "string"},
    "int": {"type": "integer"},
    "float": {"type": "number"},
    "bool": {"type": "boolean"},
    "datetime": {"type": "string", "format": "date-time"},
    "date": {"type": "string", "format": "date"},
    "LocalDateTime": {"type": "string", "description": "A date and time without a zone."},
    "object": {},
}
ERROR_BODY: Schema = {
    "type": "object",
    "required": ["message", "code", "status", "contextId"],
    "properties": {
        "message": {"type": "string"},
        "code": {"type": "string", "examples": ["not.found", "missing.permissions", "invalid.value"]},
        "status": {"type": "integer"},
        "contextId": {"type": "string", "description": "Equals the header ININ-Correlation-Id."},
        "messageParams": {"type": "object", "additionalProperties": {"type": "string"}},
        "details": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"errorCode": {"type": "string"}, "fieldName": {"type": "string"}},
            },
        },
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/ErrorBody"}},
    },
}


def document() -> dict[str, Any]:
    """The document. Raises ValueError where two functions declare one operation."""
    paths: dict[str, dict[str, Any]] = {}
    models: set[str] = set()
    for function, api in apis().items():
        for declared in api.declared:
            operation = declared.operation
            methods = paths.setdefault(_path(operation), {})
            if operation.method.lower() in methods:
                raise ValueError(f"{operation.method} {operation.path} is declared twice")
            methods[operation.method.lower()] = _operation(function, declared)
            models |= {*_models_in(operation.request), *_models_in(operation.response)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Switchboard console API",
            "version": "2",
            "description": "The Platform API v2 operations that Switchboard serves, and its own under the same conventions.",
        },
        "servers": [{"url": "/"}],
        "security": [{"bearer": []}],
        "paths": {path: dict(sorted(methods.items())) for path, methods in sorted(paths.items())},
        "components": {
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
            "schemas": {"ErrorBody": ERROR_BODY} | {name: _model(name) for name in sorted(_reachable(models))},
        },
    }


def _path(operation: contract.Operation) -> str:
    return operation.path.replace("+}", "}")


def _operation(function: str, declared: Declared) -> dict[str, Any]:
    operation = declared.operation
    made: dict[str, Any] = {
        "operationId": re.sub(r"\W+", "_", operation.name),
        "tags": [function],
        "parameters": [*_path_parameters(operation), *_query_parameters(operation)],
        "responses": {
            _status(declared): {"description": "Done"} | _content(operation.response),
            "default": {"description": "Refused or failed"} | _content("ErrorBody"),
        },
    }
    if operation.request:
        made["requestBody"] = {"required": operation.body_required} | _content(operation.request)
    if operation.open:
        made["security"] = []
    if declared.permission:
        made["x-permissions"] = [declared.permission]
    return made


def _status(declared: Declared) -> str:
    """204 where an operation of the contract has nothing to say; routes of our own say something."""
    silent = not declared.operation.response and declared.operation.name in contract.operations()
    return "204" if declared.status == 200 and silent else str(declared.status)


def _path_parameters(operation: contract.Operation) -> Iterator[dict[str, Any]]:
    for name in re.findall(r"\{(\w+)\+?\}", operation.path):
        yield {"name": name, "in": "path", "required": True, "schema": PRIMITIVES["str"]}


def _query_parameters(operation: contract.Operation) -> Iterator[dict[str, Any]]:
    for name, kind in operation.query.items():
        listed = {"style": "form", "explode": False} if kind.startswith("list[") else {}
        yield {"name": name, "in": "query", "schema": _schema(kind), **listed}


def _content(kind: str) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": _schema(kind)}}} if kind else {}


def _schema(kind: str) -> Schema:
    """The schema of a type text of the contract, such as `list[Queue]` or `dict(str, object)`."""
    kind = kind.strip()
    if listed := re.fullmatch(r"list\[(.*)\]", kind):
        return {"type": "array", "items": _schema(listed[1])}
    if mapped := re.fullmatch(r"dict\(str, (.*)\)", kind):
        return {"type": "object", "additionalProperties": _schema(mapped[1])}
    return PRIMITIVES.get(kind, {"$ref": f"#/components/schemas/{kind}"})


def _model(name: str) -> Schema:
    facts = contract.models()[name]
    properties = {
        field: {"type": "string", "enum": facts["enums"][field]} if field in facts["enums"] else _schema(kind)
        for field, kind in facts["fields"].items()
    }
    return {"type": "object", "properties": properties}


def _models_in(kind: str) -> set[str]:
    return set(re.findall(r"\w+", kind)) & contract.models().keys()


def _reachable(names: set[str]) -> set[str]:
    found: set[str] = set()
    pending = list(names)
    while pending:
        name = pending.pop()
        if name not in found:
            found.add(name)
            pending += [each for kind in contract.models()[name]["fields"].values() for each in _models_in(kind)]
    return found


def text(value: Any, depth: int = 0) -> str:
    """JSON with one line for each operation and each schema, so that a change shows as itself."""
    if depth == 3 or not isinstance(value, dict) or not value:
        return json.dumps(value, ensure_ascii=False)
    margin = " " * (depth + 1)
    inner = ",\n".join(f"{margin}{json.dumps(key)}: {text(item, depth + 1)}" for key, item in value.items())
    return f"{{\n{inner}\n{margin[1:]}}}"


def main() -> None:
    current = text(document()) + "\n"
    if sys.argv[1:] != ["--check"]:
        DOCUMENT.write_text(current)
    elif not DOCUMENT.is_file() or DOCUMENT.read_text() != current:
        sys.exit("docs/openapi.json is not what the functions declare: run `make openapi`.")


if __name__ == "__main__":
    main()
