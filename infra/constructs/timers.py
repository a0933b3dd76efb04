"""Exact timers: one-time schedules that send to a domain's timer queue. Short delays go to that queue directly."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from constructs import Construct

from infra.config import Stage
from infra.constructs.grants import Grant, Permission
from infra.constructs.queues import Queue


class Timers(Construct):
    """The schedule group of a stage, and the role with which its schedules send to the timer queues."""

    def __init__(self, scope: Construct, stage: Stage, queues: Sequence[Queue]) -> None:
        super().__init__(scope, "Timers")
        group_name = stage.resource_name("timers")
        stack = cdk.Stack.of(self)
        self._group = scheduler.CfnScheduleGroup(self, "Group", name=group_name)
        self._schedules_arn = stack.format_arn(
            service="scheduler", resource="schedule", resource_name=f"{group_name}/*"
        )
        self._role = iam.Role(
            self,
            "Role",
            description="One-time schedules send to the timer queues",
            assumed_by=iam.ServicePrincipal(
                "scheduler.amazonaws.com", conditions={"StringEquals": {"aws:SourceAccount": stack.account}}
            ),
        )
        self._role.add_to_policy(
            iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[queue.queue_arn for queue in queues])
        )

    def sets(self, queue: Queue) -> Grant:
        """May set timers that end in the queue. None is moved or cancelled: a stale timer is ignored when it comes."""
        return Grant(
            (
                *queue.sends().permissions,
                Permission(
                    ("scheduler:CreateSchedule",), (self._schedules_arn,), "Every timer is a schedule of its own."
                ),
                Permission(("iam:PassRole",), (self._role.role_arn,)),
            ),
            {
                **queue.sends().environment,
                "SCHEDULER_GROUP": str(self._group.name),
                "SCHEDULER_ROLE_ARN": self._role.role_arn,
            },
        )
