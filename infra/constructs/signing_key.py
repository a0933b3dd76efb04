"""The key that signs bearer tokens. It never leaves KMS; the public half is published for the authorizer."""

from aws_cdk import aws_kms as kms
from constructs import Construct

from infra.config import Stage
from infra.constructs.grants import Grant, Permission


class SigningKey(kms.Key):
    """RSA, because the HTTP API's JWT authorizer verifies no other kind."""

    def __init__(self, scope: Construct, stage: Stage) -> None:
        super().__init__(
            scope,
            "SigningKey",
            alias=stage.resource_name("token-signing"),
            description="Signs the bearer tokens of the console API",
            key_spec=kms.KeySpec.RSA_2048,
            key_usage=kms.KeyUsage.SIGN_VERIFY,
            removal_policy=stage.removal_policy,
        )

    def signs(self) -> Grant:
        """May sign with the key and publish its public half."""
        return Grant((Permission(("kms:Sign", "kms:GetPublicKey"), (self.key_arn,)),), {"SIGNING_KEY_ID": self.key_id})
