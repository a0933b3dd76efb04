"""Loads a CDK cloud assembly and resolves CloudFormation's intrinsic functions over all its stacks."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
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
                if "Condition" in raw and not self.condition(raw["Condition"], stack):
                    continue
                self.resources[stack, logical_id] = Resource(stack, logical_id, raw["Type"], raw.get("Properties", {}))
            for output in body.get("Outputs", {}).values():
                if "Export" in output and isinstance(output["Export"]["Name"], str):
                    self._exports[output["Export"]["Name"]] = (stack, output["Value"])

    def of_type(self, *types: str) -> list[Resource]:
        return [resource for resource in self.resources.values() if resource.type in types]

    def resolve(self, value: Any, stack: str, physicals: Physicals) -> Any:
        """The value with every intrinsic function replaced; AWS::NoValue disappears from its parent."""
        return _Resolver(self, stack, physicals).resolve(value)

    def exported(self, name: str) -> tuple[str, Any]:
        """The stack that exports the name, and the value there."""
        return self._exports[name]

    def mapped(self, stack: str, mapping: str, first: str, second: str) -> Any:
        return self._stacks[stack]["Mappings"][mapping][first][second]

    def parameter(self, stack: str, name: str) -> Any:
        return self._stacks[stack]["Parameters"][name].get("Default", "")

    def condition(self, condition: Any, stack: str) -> bool:
        """Conditions may only look at parameters and pseudo parameters, so nothing is created to decide them."""
        if isinstance(condition, str):
            return self.condition(self._stacks[stack]["Conditions"][condition], stack)
        ((name, argument),) = condition.items()
        match name:
            case "Condition":
                return self.condition(argument, stack)
            case "Fn::Equals":
                left, right = self.resolve(argument, stack, _Nothing())
                return bool(left == right)
            case "Fn::Not":
                return not self.condition(argument[0], stack)
            case "Fn::And":
                return all(self.condition(part, stack) for part in argument)
            case "Fn::Or":
                return any(self.condition(part, stack) for part in argument)
        raise ValueError(f"{name} is not a condition function")


class _Resolver:
    """Resolves values within one stack."""

    def __init__(self, template: Template, stack: str, physicals: Physicals) -> None:
        self._template = template
        self._stack = stack
        self._physicals = physicals
        self._functions: dict[str, Callable[[Any], Any]] = {
            "Ref": self._ref,
            "Fn::Base64": lambda argument: base64.b64encode(self.resolve(argument).encode()).decode(),
            "Fn::FindInMap": lambda argument: template.mapped(stack, *self.resolve(argument)),
            "Fn::GetAtt": self._attribute,
            "Fn::If": lambda argument: self.resolve(argument[1 if template.condition(argument[0], stack) else 2]),
            "Fn::ImportValue": self._import,
            "Fn::Join": lambda argument: argument[0].join(str(part) for part in self.resolve(argument[1])),
            "Fn::Select": lambda argument: self.resolve(argument[1])[int(argument[0])],
            "Fn::Split": lambda argument: self.resolve(argument[1]).split(argument[0]),
            "Fn::Sub": self._substitute,
        }

    def resolve(self, value: Any) -> Any:
        if isinstance(value, list):
            items = [self.resolve(item) for item in value]
            return [item for item in items if item is not NO_VALUE]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            ((name, argument),) = value.items()
            if name == "Ref" or name.startswith("Fn::"):
                if name not in self._functions:
                    raise ValueError(f"{name} is not supported in the local cloud")
                return self._functions[name](argument)
        entries = {key: self.resolve(item) for key, item in value.items()}
        return {key: item for key, item in entries.items() if item is not NO_VALUE}

    def _ref(self, name: str) -> Any:
        template = self._template
        pseudo = {
            "AWS::AccountId": template.account,
            "AWS::Region": template.region,
            "AWS::Partition": "aws",
            "AWS::URLSuffix": "amazonaws.com",
            "AWS::StackName": self._stack,
            "AWS::StackId": f"arn:aws:cloudformation:{template.region}:{template.account}:stack/{self._stack}/local",
            "AWS::NoValue": NO_VALUE,
        }
        if name in pseudo:
            return pseudo[name]
        resource = template.resources.get((self._stack, name))
        return template.parameter(self._stack, name) if resource is None else self._physicals.ref(resource)

    def _attribute(self, argument: str | list[str]) -> Any:
        logical_id, attribute = argument.split(".", 1) if isinstance(argument, str) else argument
        return self._physicals.attribute(self._template.resources[self._stack, logical_id], attribute)

    def _import(self, argument: Any) -> Any:
        stack, value = self._template.exported(self.resolve(argument))
        return self._template.resolve(value, stack, self._physicals)

    def _substitute(self, argument: str | list[Any]) -> str:
        text, variables = (argument, {}) if isinstance(argument, str) else argument

        def replace(match: re.Match[str]) -> str:
            name = match.group(1)
            if name in variables:
                return str(self.resolve(variables[name]))
            return str(self._attribute(name) if "." in name else self._ref(name))

        return _SUB_VARIABLE.sub(replace, text).replace("${!", "${")


class _Nothing:
    def ref(self, resource: Resource) -> str:
        raise LookupError(resource.logical_id)

    def attribute(self, resource: Resource, name: str) -> Any:
        raise LookupError(f"{resource.logical_id}.{name}")


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
