"""Operations: one alarm per domain that sums up its alarms, and one dashboard over everything."""

from collections.abc import Iterable, Sequence

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs

from infra.config import Stage
from infra.constructs.domain_stack import StageStack

HALF = 12  # columns of a dashboard's 24
ALARMS_OF_A_RULE = 100  # what CloudWatch takes


class OperationsStack(StageStack):
    """Watches the given stacks by the names of what is in them.

    By name and not by reference: a function that goes must not be held fast by the picture of it.
    """

    def __init__(self, app: cdk.App, stage: Stage, *, watched: Sequence[StageStack]) -> None:
        super().__init__(app, stage, "operations", description="Dashboard and alarms over everything")
        summaries: list[cloudwatch.IAlarm] = []
        dashboard = cloudwatch.Dashboard(self, "Dashboard", dashboard_name=stage.resource_name("switchboard"))
        for stack in watched:
            self.add_stack_dependency(stack)
            alarms = _names(stack, cloudwatch.CfnAlarm, "alarm_name")
            functions = _names(stack, lambda_.CfnFunction, "function_name")
            queues = _names(stack, sqs.CfnQueue, "queue_name")
            summaries += self._summaries(stack, alarms)
            if functions:
                dashboard.add_widgets(_function_graph(stack, functions), _latency_graph(stack, functions))
            if queues:
                dashboard.add_widgets(_depth_graph(stack, queues), _age_graph(stack, queues))
        dashboard.add_widgets(cloudwatch.AlarmStatusWidget(title="Alarms", alarms=summaries, width=2 * HALF))

    def _summaries(self, stack: StageStack, alarms: Sequence[str]) -> list[cloudwatch.CompositeAlarm]:
        parts = [alarms[start : start + ALARMS_OF_A_RULE] for start in range(0, len(alarms), ALARMS_OF_A_RULE)]
        return [
            cloudwatch.CompositeAlarm(
                self,
                f"{stack.node.id}Alarm{number}",
                composite_alarm_name=f"{stack.stack_name}-{number}",
                alarm_description=f"Something in {stack.stack_name} needs attention.",
                alarm_rule=cloudwatch.AlarmRule.from_string(" OR ".join(f'ALARM("{name}")' for name in part)),
            )
            for number, part in enumerate(parts, start=1)
        ]


def _names(stack: StageStack, kind: type, attribute: str) -> list[str]:
    return sorted(getattr(part, attribute) for part in stack.node.find_all() if isinstance(part, kind))


def _function_graph(stack: StageStack, functions: Iterable[str]) -> cloudwatch.IWidget:
    return cloudwatch.GraphWidget(
        title=f"{stack.stack_name}: invocations, errors and throttles",
        width=HALF,
        left=[_function_metric(name, "Invocations", "Sum") for name in functions],
        right=[_function_metric(name, fault, "Sum") for name in functions for fault in ("Errors", "Throttles")],
    )


def _latency_graph(stack: StageStack, functions: Iterable[str]) -> cloudwatch.IWidget:
    return cloudwatch.GraphWidget(
        title=f"{stack.stack_name}: duration, 95th percentile",
        width=HALF,
        left=[_function_metric(name, "Duration", "p95") for name in functions],
    )


def _depth_graph(stack: StageStack, queues: Iterable[str]) -> cloudwatch.IWidget:
    return cloudwatch.GraphWidget(
        title=f"{stack.stack_name}: messages waiting",
        width=HALF,
        left=[_queue_metric(name, "ApproximateNumberOfMessagesVisible") for name in queues],
    )


def _age_graph(stack: StageStack, queues: Iterable[str]) -> cloudwatch.IWidget:
    return cloudwatch.GraphWidget(
        title=f"{stack.stack_name}: age of the oldest message",
        width=HALF,
        left=[_queue_metric(name, "ApproximateAgeOfOldestMessage") for name in queues],
    )


def _function_metric(name: str, metric: str, statistic: str) -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace="AWS/Lambda",
        metric_name=metric,
        statistic=statistic,
        label=f"{name} {metric}",
        dimensions_map={"FunctionName": name},
    )


def _queue_metric(name: str, metric: str) -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace="AWS/SQS",
        metric_name=metric,
        statistic="Maximum",
        label=name,
        dimensions_map={"QueueName": name},
    )
