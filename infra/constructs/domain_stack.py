"""A stack of one domain, and what the foundation gives to every domain's functions."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns

from infra.build_layer import build_layer
from infra.config import Stage
from infra.constructs.assets import folder_code
from infra.paths import ROOT


@dataclass(frozen=True)
class House:
    """What all functions of a stage have in common."""

    alarm_topic: sns.ITopic
    environment: Mapping[str, str]


class StageStack(cdk.Stack):
    """A stack of one stage, `switchboard-<stage>-<name>`."""

    def __init__(self, app: cdk.App, stage: Stage, name: str, *, description: str) -> None:
        super().__init__(
            app,
            name.capitalize(),
            stack_name=stage.stack_name(name),
            description=description,
            termination_protection=stage.deletion_protection,
            # The command line checks the bootstrap version of what it deploys; a rule in the template says it again.
            synthesizer=cdk.DefaultStackSynthesizer(generate_bootstrap_version_rule=False),
        )
        self.stage = stage


class DomainStack(StageStack):
    """The stack of one domain; its functions are those in `functions/<domain>/`."""

    def __init__(self, app: cdk.App, stage: Stage, house: House, domain: str, *, description: str) -> None:
        super().__init__(app, stage, domain, description=description)
        self.house = house
        self.domain = domain

    @cached_property
    def layers(self) -> list[lambda_.ILayerVersion]:
        """The dependencies and our own package.

        Each stack has its own version of the two (of one uploaded file). Were they exported from one stack, no
        change to them could be deployed: CloudFormation refuses to change an export that another stack imports.
        """
        return [
            _layer(self, "Dependencies", str(build_layer().relative_to(ROOT)), "Third-party packages, pinned"),
            _layer(self, "Switchboard", "layers/switchboard", "The switchboard package"),
        ]


def _layer(stack: DomainStack, name: str, folder: str, description: str) -> lambda_.LayerVersion:
    return lambda_.LayerVersion(
        stack,
        f"{name}Layer",
        layer_version_name=stack.stage.resource_name(f"{stack.domain}-{name.lower()}"),
        description=description,
        code=folder_code(folder),
        compatible_architectures=[lambda_.Architecture.ARM_64],
        removal_policy=stack.stage.removal_policy,
    )
