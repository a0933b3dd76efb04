"""The kit in a function (`test-Step`) of a cloud that has a table, a timers queue and schedules, and whose clock stands still."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from local.cloud import LocalCloud
from tests.integration.local import handlers
from tests.integration.local.templates import att, consumer, function, queue, stack, table

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SCHEDULES = [{"Fn::Sub": "arn:aws:scheduler:${AWS::Region}:${AWS::AccountId}:schedule/timers/*"}]
HOUSE = stack(
    table(),
    queue("Timers"),
    consumer("Timer", "remember", "Timers"),
    {
        "Group": {"Type": "AWS::Scheduler::ScheduleGroup", "Properties": {"Name": "timers"}},
        "SchedulerRole": {"Type": "AWS::IAM::Role", "Properties": {}},
        "SchedulerPolicy": {
            "Type": "AWS::IAM::Policy",
            "Properties": {
                "Roles": [{"Ref": "SchedulerRole"}],
                "PolicyDocument": {
                    "Statement": [{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": att("Timers")}]
                },
            },
        },
    },
    function(
        "Step",
        "remember",
        allow={
            "dynamodb:*": [att("Items")],
            "sqs:SendMessage": [att("Timers")],
            "scheduler:CreateSchedule": SCHEDULES,
            "iam:PassRole": [att("SchedulerRole")],
        },
        ITEMS_TABLE={"Ref": "Items"},
        DEMO_TIMERS_QUEUE_URL={"Ref": "Timers"},
        DEMO_TIMERS_QUEUE_ARN=att("Timers"),
        SCHEDULER_GROUP={"Ref": "Group"},
        SCHEDULER_ROLE_ARN=att("SchedulerRole"),
    ),
)


@pytest.fixture
def cloud() -> Iterator[LocalCloud]:
    handlers.received.clear()
    with LocalCloud(HOUSE, started_at=NOON) as started:
        yield started
