"""Schedules fire when the clock is moved, in order."""

from datetime import UTC, datetime, timedelta

import pytest

from local.cloud import LocalCloud
from local.schedules import next_time
from tests.integration.local import handlers
from tests.integration.local.conftest import StartCloud
from tests.integration.local.templates import att, consumer, function, queue, stack

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MAY_FIRE = {
    "Effect": "Allow",
    "Action": ["sqs:SendMessage", "lambda:InvokeFunction"],
    "Resource": [{"Fn::Sub": "arn:aws:*:${AWS::Region}:${AWS::AccountId}:*test-Ti*"}],
}
GROUP = {
    "Group": {"Type": "AWS::Scheduler::ScheduleGroup", "Properties": {"Name": "timers"}},
    "FiringRole": {
        "Type": "AWS::IAM::Role",
        "Properties": {"Policies": [{"PolicyDocument": {"Statement": [MAY_FIRE]}}]},
    },
}
TIMERS = stack(
    GROUP,
    queue("Timers"),
    consumer("Timer", "remember", "Timers"),
    function(
        "Setter",
        "set_timer",
        allow={
            "scheduler:CreateSchedule": [
                {"Fn::Sub": "arn:aws:scheduler:${AWS::Region}:${AWS::AccountId}:schedule/timers/*"}
            ],
            "iam:PassRole": [att("FiringRole")],
        },
        SCHEDULER_GROUP={"Ref": "Group"},
        SCHEDULER_ROLE_ARN=att("FiringRole"),
        TIMERS_QUEUE_ARN=att("Timers"),
    ),
)


def fired() -> list[str]:
    return [record["body"] for event in handlers.received["test-Timer"] for record in event["Records"]]


def set_timer(cloud: LocalCloud, name: str, moment: datetime) -> None:
    cloud.functions.invoke(
        cloud.function("test-Setter"), {"name": name, "at": f"{moment:%Y-%m-%dT%H:%M:%S}", "input": name}
    )


def test_one_time_schedules_fire_in_order_and_are_gone(start_cloud: StartCloud) -> None:
    cloud = start_cloud(TIMERS, started_at=NOON)
    set_timer(cloud, "later", NOON + timedelta(hours=2))
    set_timer(cloud, "sooner", NOON + timedelta(hours=1))
    cloud.advance(timedelta(minutes=59))
    assert fired() == []
    cloud.advance(timedelta(hours=24))
    assert fired() == ["sooner", "later"]
    assert cloud.client("scheduler").list_schedules(GroupName="timers")["Schedules"] == []
    assert cloud.clock.now() == pytest.approx(NOON + timedelta(hours=24, minutes=59), abs=timedelta(seconds=1))


def test_a_deleted_schedule_does_not_fire_and_a_changed_one_only_as_changed(start_cloud: StartCloud) -> None:
    cloud = start_cloud(TIMERS, started_at=NOON)
    set_timer(cloud, "deleted", NOON + timedelta(hours=1))
    set_timer(cloud, "changed", NOON + timedelta(hours=1))
    scheduler = cloud.client("scheduler")
    scheduler.delete_schedule(GroupName="timers", Name="deleted")
    stored = scheduler.get_schedule(GroupName="timers", Name="changed")
    kept = {name: stored[name] for name in ("Target", "FlexibleTimeWindow", "Name", "GroupName")}
    scheduler.update_schedule(**kept, ScheduleExpression=f"at({NOON + timedelta(hours=3):%Y-%m-%dT%H:%M:%S})")
    cloud.advance(timedelta(hours=2))
    assert fired() == []
    cloud.advance(timedelta(hours=2))
    assert fired() == ["changed"]


def test_a_schedule_reaches_only_what_its_role_may_reach(start_cloud: StartCloud) -> None:
    cloud = start_cloud(stack(GROUP, queue("Other"), function("Reader", "remember")), started_at=NOON)
    role = next(arn for arn in cloud.roles if "FiringRole" in arn)
    cloud.client("scheduler").create_schedule(
        Name="stray",
        ScheduleExpression="at(2026-03-01T13:00:00)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": f"arn:aws:sqs:{cloud.region}:{cloud.account}:test-Other", "RoleArn": role},
    )
    cloud.advance(timedelta(hours=2))
    sqs = cloud.client("sqs")
    assert "Messages" not in sqs.receive_message(QueueUrl=sqs.get_queue_url(QueueName="test-Other")["QueueUrl"])


def test_a_rate_keeps_firing(start_cloud: StartCloud) -> None:
    rate = {
        "Type": "AWS::Scheduler::Schedule",
        "Properties": {
            "ScheduleExpression": "rate(10 minutes)",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "Target": {"Arn": att("Ticker"), "RoleArn": att("FiringRole"), "Input": '{"tick": true}'},
        },
    }
    cloud = start_cloud(stack(GROUP, function("Ticker", "remember"), {"Rate": rate}), started_at=NOON)
    cloud.advance(timedelta(hours=1))
    assert handlers.received["test-Ticker"] == [{"tick": True}] * 6


@pytest.mark.parametrize(
    ("expression", "timezone", "expected"),
    [
        ("at(2026-03-01T13:00:00)", "UTC", "2026-03-01T13:00:00+00:00"),
        ("at(2026-07-01T13:00:00)", "Europe/Berlin", "2026-07-01T11:00:00+00:00"),
        ("rate(1 hour)", "UTC", "2026-03-01T13:00:00+00:00"),
        ("cron(0/15 * * * ? *)", "UTC", "2026-03-01T12:15:00+00:00"),
        ("cron(0 3 ? * MON-FRI *)", "UTC", "2026-03-02T03:00:00+00:00"),
        ("cron(30 1 1 JAN,JUL ? *)", "UTC", "2026-07-01T01:30:00+00:00"),
        ("cron(0 9 29 2 ? 2028)", "Europe/Berlin", "2028-02-29T08:00:00+00:00"),
    ],
)
def test_next_time(expression: str, timezone: str, expected: str) -> None:
    moment = next_time(expression, timezone, NOON)
    assert moment is not None
    assert moment.isoformat() == expected


@pytest.mark.parametrize("expression", ["every(1 day)", "cron(60 * * * ? *)", "cron(a * * * ? *)"])
def test_next_time_refuses(expression: str) -> None:
    with pytest.raises(ValueError, match="invalid"):
        next_time(expression, "UTC", NOON)
