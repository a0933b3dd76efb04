"""A domain's table: string keys PK and SK, on demand, recoverable, items expiring by `expiresAt`."""

from typing import ClassVar

from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from infra.config import Stage
from infra.constructs.grants import Grant, Permission, variable

READ_ACTIONS = ("dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query")
WRITE_ACTIONS = (
    "dynamodb:PutItem",
    "dynamodb:UpdateItem",
    "dynamodb:DeleteItem",
    "dynamodb:BatchWriteItem",
    "dynamodb:ConditionCheckItem",
)


class Table(dynamodb.Table):
    """The named domain's table; `indexed` adds GSI1, `streamed` a stream of old and new images.

    The name is fixed, because a change that would replace the table must fail and not lose what it holds.
    """

    INDEX: ClassVar[str] = "GSI1"

    def __init__(self, scope: Construct, stage: Stage, domain: str, *, indexed: bool, streamed: bool) -> None:
        super().__init__(
            scope,
            f"{domain.capitalize()}Table",
            table_name=stage.resource_name(domain),
            partition_key=_string("PK"),
            sort_key=_string("SK"),
            time_to_live_attribute="expiresAt",
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            stream=dynamodb.StreamViewType.NEW_AND_OLD_IMAGES if streamed else None,
            deletion_protection=stage.deletion_protection,
            removal_policy=stage.removal_policy,
        )
        self.domain = domain
        self._indexed = indexed
        if indexed:
            self.add_global_secondary_index(
                index_name=self.INDEX, partition_key=_string("GSI1PK"), sort_key=_string("GSI1SK")
            )

    def reads(self) -> Grant:
        """May get items and query the table and its index."""
        return self._grant(Permission(READ_ACTIONS, self._arns()))

    def writes(self) -> Grant:
        """May read, and put, update, delete and check items, alone and in transactions."""
        return self._grant(Permission(READ_ACTIONS, self._arns()), Permission(WRITE_ACTIONS, (self.table_arn,)))

    def _grant(self, *permissions: Permission) -> Grant:
        return Grant(permissions, {f"{variable(self.domain)}_TABLE": self.table_name})

    def _arns(self) -> tuple[str, ...]:
        return (self.table_arn, f"{self.table_arn}/index/{self.INDEX}") if self._indexed else (self.table_arn,)


def _string(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)
