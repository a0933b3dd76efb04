"""Loads a CDK cloud assembly and resolves CloudFormation's intrinsic functions over all its stacks."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

NO_VALUE = object()
_SUB_VARIABLE = re.compile(r"\$\{([^!}][^}]*)\}")


@dataclass(frozen=True)
class Resource:
    stack: str
    logical_id: str
    type: str
    properties: dict[str, Any]


class Physicals(Protocol):
    """Answers what a resource became: creating it, where needed, is up to the implementation."""

    def ref(self, resource: Resource) -> str: ...

    def attribute(self, resource: Resource, name: str) -> Any: ...


class Template:
    """All stacks of an assembly as one set of resources."""

    def __init__(self, stacks: dict[str, dict[str, Any]], *, region: str, account: str) -> None:
        self.region = region
        self.account = account
        self._stacks = stacks
        self._exports: dict[str, tuple[str, Any]] = {}
        self.resources: dict[tuple[str, str], Resource] = {}
        for stack, body in stacks.items():
            for logical_id, raw in body.get("Resources", {}).items():
                if "Condition" in raw and not self._condition(raw["Condition"], stack):
                    continue
                self.resources[stack, logical_id] = Resource(stack, logical_id, raw["Type"], raw.get("Properties", {}))
            for output in body.get("Outputs", {}).values():
                if "Export" in output and isinstance(output["Export"]["Name"], str):
                    self._exports[output["Export"]["Name"]] = (stack, output["Value"])

    def of_type(self, *types: str) -> list[Resource]:
        return [resource for resource in self.resources.values() if resource.type in types]

    def resolve(self, value: Any, stack: str, physicals: Physicals) -> Any:
        """The value with every intrinsic function replaced; AWS::NoValue disappears from its parent."""
        if isinstance(value, list):
            items = [self.resolve(item, stack, physicals) for item in value]
            return [item for item in items if item is not NO_VALUE]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            ((name, argument),) = value.items()
            if name == "Ref" or name.startswith("Fn::"):
                return self._intrinsic(name, argument, stack, physicals)
        entries = {key: self.resolve(item, stack, physicals) for key, item in value.items()}
        return {key: item for key, item in entries.items() if item is not NO_VALUE}

    def _intrinsic(self, name: str, argument: Any, stack: str, physicals: Physicals) -> Any:
        def resolve(value: Any) -> Any:
            return self.resolve(value, stack, physicals)

        match name:
            case "Ref":
                return self._ref(argument, stack, physicals)
            case "Fn::GetAtt":
                logical_id, attribute = argument.split(".", 1) if isinstance(argument, str) else argument
                return physicals.attribute(self._resource(stack, logical_id), attribute)
            case "Fn::Join":
                return argument[0].join(str(part) for part in resolve(argument[1]))
            case "Fn::Sub":
                return self._sub(argument, stack, physicals)
            case "Fn::ImportValue":
                exporting_stack, exported = self._exports[resolve(argument)]
                return self.resolve(exported, exporting_stack, physicals)
            case "Fn::Select":
                return resolve(argument[1])[int(argument[0])]
            case "Fn::Split":
                return resolve(argument[1]).split(argument[0])
            case "Fn::If":
                return resolve(argument[1] if self._condition(argument[0], stack) else argument[2])
            case "Fn::FindInMap":
                mapping, first, second = resolve(argument)
                return self._stacks[stack]["Mappings"][mapping][first][second]
            case "Fn::Base64":
                return base64.b64encode(resolve(argument).encode()).decode()
        raise ValueError(f"{name} is not supported in the local cloud")

    def _resource(self, stack: str, logical_id: str) -> Resource:
        return self.resources[stack, logical_id]

    def _ref(self, name: str, stack: str, physicals: Physicals) -> Any:
        pseudo = {
            "AWS::AccountId": self.account,
            "AWS::Region": self.region,
            "AWS::Partition": "aws",
            "AWS::URLSuffix": "amazonaws.com",
            "AWS::StackName": stack,
            "AWS::StackId": f"arn:aws:cloudformation:{self.region}:{self.account}:stack/{stack}/local",
            "AWS::NoValue": NO_VALUE,
        }
        if name in pseudo:
            return pseudo[name]
        if (stack, name) in self.resources:
            return physicals.ref(self.resources[stack, name])
        return self._stacks[stack]["Parameters"][name].get("Default", "")

    def _sub(self, argument: Any, stack: str, physicals: Physicals) -> str:
        text, variables = (argument, {}) if isinstance(argument, str) else argument

        def replace(match: re.Match[str]) -> str:
            name = match.group(1)
            if name in variables:
                return str(self.resolve(variables[name], stack, physicals))
            if "." in name:
                return str(self._intrinsic("Fn::GetAtt", name, stack, physicals))
            return str(self._ref(name, stack, physicals))

        return _SUB_VARIABLE.sub(replace, text).replace("${!", "${")

    def _condition(self, condition: Any, stack: str) -> bool:
        """Conditions may only look at parameters and pseudo parameters, so nothing is created to decide them."""
        if isinstance(condition, str):
            return self._condition(self._stacks[stack]["Conditions"][condition], stack)
        ((name, argument),) = condition.items()
        match name:
            case "Condition":
                return self._condition(argument, stack)
            case "Fn::Equals":
                left, right = (self.resolve(side, stack, _Nothing()) for side in argument)
                return bool(left == right)
            case "Fn::Not":
                return not self._condition(argument[0], stack)
            case "Fn::And":
                return all(self._condition(part, stack) for part in argument)
            case "Fn::Or":
                return any(self._condition(part, stack) for part in argument)
        raise ValueError(f"{name} is not a condition function")


class _Nothing:
    def ref(self, resource: Resource) -> str:
        raise LookupError(resource.logical_id)

    attribute = ref  # type: ignore[assignment]


def read_assembly(directory: Path) -> dict[str, dict[str, Any]]:
    """Template by stack name, stages (nested assemblies) included.

    Raises FileNotFoundError when the directory is no cloud assembly.
    """
    stacks: dict[str, dict[str, Any]] = {}
    manifest = json.loads((directory / "manifest.json").read_text())
    for artifact_id, artifact in manifest.get("artifacts", {}).items():
        properties = artifact.get("properties", {})
        if artifact["type"] == "aws:cloudformation:stack":
            stacks[properties.get("stackName", artifact_id)] = json.loads(
                (directory / properties["templateFile"]).read_text()
            )
        elif artifact["type"] == "cdk:cloud-assembly":
            stacks |= read_assembly(directory / properties["directoryName"])
    return stacks
