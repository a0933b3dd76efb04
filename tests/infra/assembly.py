"""A cloud assembly as the tests ask about it: resources by type over all stacks, references by what they mean."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Resource:
    stack: str
    logical_id: str
    type: str
    properties: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.stack}/{self.logical_id}"


@dataclass(frozen=True)
class Assembly:
    """`templates` by stack name."""

    directory: Path
    templates: dict[str, dict[str, Any]]

    @classmethod
    def read(cls, directory: Path) -> "Assembly":
        artifacts = json.loads((directory / "manifest.json").read_text())["artifacts"].values()
        stacks = [artifact["properties"] for artifact in artifacts if artifact["type"] == "aws:cloudformation:stack"]
        return cls(
            directory,
            {stack["stackName"]: json.loads((directory / stack["templateFile"]).read_text()) for stack in stacks},
        )

    def of_type(self, *types: str) -> list[Resource]:
        return [resource for resource in self if resource.type in types]

    def __iter__(self) -> Iterator[Resource]:
        for stack, template in self.templates.items():
            for logical_id, body in template["Resources"].items():
                yield Resource(stack, logical_id, body["Type"], body.get("Properties", {}))

    def referred(self, stack: str, value: Any) -> Resource:
        """The resource that a Ref, a GetAtt or an import of either points to."""
        match value:
            case {"Ref": logical_id} | {"Fn::GetAtt": [logical_id, _]}:
                body = self.templates[stack]["Resources"][logical_id]
                return Resource(stack, logical_id, body["Type"], body.get("Properties", {}))
            case {"Fn::ImportValue": name}:
                return self.referred(*self._export(name))
        raise ValueError(f"{value} does not refer to one resource")

    def statements(self, function: Resource) -> list[dict[str, Any]]:
        """What the policies of the function's role allow."""
        role = self.referred(function.stack, function.properties["Role"])
        policies = [
            policy
            for policy in self.of_type("AWS::IAM::Policy")
            if policy.stack == role.stack and {"Ref": role.logical_id} in policy.properties["Roles"]
        ]
        return [statement for policy in policies for statement in policy.properties["PolicyDocument"]["Statement"]]

    def _export(self, name: str) -> tuple[str, Any]:
        for stack, template in self.templates.items():
            for output in template.get("Outputs", {}).values():
                if output.get("Export", {}).get("Name") == name:
                    return stack, output["Value"]
        raise KeyError(name)
