"""Refresh kit/contract/models.json: the fields, types and enums of every model that an operation there names.

The facts are read off the official SDK (a development dependency), so that the contract can follow a new release:
`python tools/contract_facts.py`. Operations are listed by hand in operations.json; only models are derived.
"""

import inspect
import json
import os
import re
import tempfile
from pathlib import Path
from typing import Any

CONTRACT = Path(__file__).parents[1] / "layers/switchboard/python/switchboard/kit/contract"
# Values that a service takes and answers and the SDK's model lacks.
MISSING = {("GroupUpdate", "visibility"): ["owners"]}
PRIMITIVES = {"str", "int", "float", "bool", "object", "datetime", "date", "LocalDateTime", "list", "dict"}


def main() -> None:
    os.environ["HOME"] = tempfile.mkdtemp()  # importing the SDK watches the nearest existing config folder
    import PureCloudPlatformClientV2 as sdk

    operations = json.loads((CONTRACT / "operations.json").read_text())
    pending = [
        name
        for operation in operations.values()
        for key in ("request", "response")
        for name in _names(operation.get(key))
    ]
    models: dict[str, Any] = {}
    while pending:
        name = pending.pop()
        if name in models:
            continue
        models[name] = _facts(getattr(sdk, name))
        pending += [found for kind in models[name]["fields"].values() for found in _names(kind)]
    lines = [
        f"{json.dumps(name)}: {json.dumps(facts, separators=(',', ':'))}" for name, facts in sorted(models.items())
    ]
    (CONTRACT / "models.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


def _names(kind: str | None) -> list[str]:
    return [word for word in re.findall(r"\w+", kind or "") if word not in PRIMITIVES]


def _facts(model: Any) -> dict[str, Any]:
    made = model()
    fields = {made.attribute_map[name]: kind for name, kind in made.swagger_types.items()}
    enums = {}
    for name, wire in made.attribute_map.items():
        source = inspect.getsource(getattr(model, name).fset)
        found = re.search(r"allowed_values = (\[.*?\])\n", source, re.DOTALL)
        if found:
            enums[wire] = [value for value in json.loads(found[1].replace("'", '"')) if value]
            enums[wire] += MISSING.get((model.__name__, wire), [])
    return {"fields": fields, "enums": enums}


if __name__ == "__main__":
    main()
