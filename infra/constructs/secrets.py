"""The channels' secrets: made and removed through the console API, read by the channels' functions."""

import aws_cdk as cdk
from constructs import Construct

from infra.config import Stage
from infra.constructs.grants import Grant, Permission

READ_ACTIONS = ("secretsmanager:GetSecretValue",)
MANAGE_ACTIONS = (
    *READ_ACTIONS,
    "secretsmanager:CreateSecret",
    "secretsmanager:PutSecretValue",
    "secretsmanager:DeleteSecret",
)
REASON = "One secret per integration, made by administrators at run time."


class ChannelSecrets:
    """Everything below the stage's prefix in Secrets Manager."""

    def __init__(self, scope: Construct, stage: Stage) -> None:
        self._prefix = stage.secrets_prefix
        self._arn = cdk.Stack.of(scope).format_arn(
            service="secretsmanager",
            resource="secret",
            resource_name=f"{self._prefix}*",
            arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
        )

    def reads(self) -> Grant:
        return self._grant(READ_ACTIONS)

    def manages(self) -> Grant:
        return self._grant(MANAGE_ACTIONS)

    def _grant(self, actions: tuple[str, ...]) -> Grant:
        return Grant((Permission(actions, (self._arn,), REASON),), {"SECRETS_PREFIX": self._prefix})
