"""Findings of the AwsSolutions rules that are accepted, each with its reason."""

from collections.abc import Iterable
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import IConstruct

from infra.constructs.grants import Permission


def acknowledge(construct: IConstruct, finding: str, reason: str) -> None:
    """Accept one finding, such as `SQS3` or `IAM5[Resource::*]`, on a construct and all below it."""
    cdk.Validations.of(construct).acknowledge(cdk.Acknowledgment(id=f"AwsSolutions-{finding}", reason=reason))


def acknowledge_wildcards(role: iam.Role, permissions: Iterable[Permission]) -> None:
    """Accept the wildcard resources of the permissions that give a reason for them."""
    for permission in permissions:
        for resource in permission.resources:
            if permission.wildcard_reason:
                named = _as_in_findings(role.stack.resolve(resource))
                acknowledge(role, f"IAM5[Resource::{named}]", permission.wildcard_reason)


def _as_in_findings(value: Any) -> str:
    """A resolved resource name as the rules write it: references by their names."""
    match value:
        case {"Fn::Join": [separator, parts]}:
            return str(separator).join(map(_as_in_findings, parts))
        case {"Ref": name}:
            return f"<{name}>"
        case {"Fn::ImportValue": name}:
            return str(name)
    return str(value)
