"""What a function may do, together with the environment variables by which it finds the thing.

The two come as one value, so a function cannot be told of a table that it may not read, or the other way round.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import IConstruct


@dataclass(frozen=True)
class Permission:
    """One policy statement. `wildcard_reason` says why a resource ends in `*`, where one does."""

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    wildcard_reason: str = ""

    def statement(self) -> iam.PolicyStatement:
        return iam.PolicyStatement(actions=list(self.actions), resources=list(self.resources))


@dataclass(frozen=True)
class Grant:
    """What a function holds on one thing."""

    permissions: tuple[Permission, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)


def merged_environment(grants: Iterable[Grant]) -> dict[str, str]:
    """All variables of the grants."""
    return {name: value for grant in grants for name, value in grant.environment.items()}


def variable(name: str) -> str:
    """A resource's name as the beginning of an environment variable: `web-messaging` is `WEB_MESSAGING`."""
    return name.upper().replace("-", "_")


def exported(construct: IConstruct, value: str) -> str:
    """A value of the construct's stack as other stacks import it.

    CDK does so by itself, but late; a resource pattern that is built on such a value has to be known when the reason
    for its wildcard is given.
    """
    return str(cdk.Stack.of(construct).export_value(value))
