"""Alarms: all of one shape, all told to the stage's alarm topic."""

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from constructs import Construct


def add_alarm(
    scope: Construct,
    identifier: str,
    metric: cloudwatch.IMetric,
    *,
    name: str,
    description: str,
    at_least: float,
    topic: sns.ITopic,
) -> None:
    """An alarm that goes off when one period of the metric reaches `at_least`; no data is good news."""
    alarm = cloudwatch.Alarm(
        scope,
        identifier,
        alarm_name=name,
        alarm_description=description,
        metric=metric,
        threshold=at_least,
        evaluation_periods=1,
        comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
    )
    alarm.add_alarm_action(actions.SnsAction(topic))
