"""Operations: one alarm per domain that sums up its alarms, and one dashboard over everything."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_apigatewayv2 as gateway
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs

from infra.config import Stage
from infra.constructs.domain_stack import StageStack

HALF = 12  # columns of a dashboard's 24
ALARMS_OF_A_RULE = 100  # what CloudWatch takes


class OperationsStack(StageStack):
    """Watches the HTTP API, and the given stacks by the names of what is in them.

    By name and not by reference: a function that goes must not be held fast by the picture of it.
    """

    def __init__(self, app: cdk.App, stage: Stage, *, http_api: gateway.HttpApi, watched: Sequence[StageStack]) -> None:
        super().__init__(app, stage, "operations", description="Dashboard and alarms over everything")
        dashboard = cloudwatch.Dashboard(self, "Dashboard", dashboard_name=stage.resource_name("switchboard"))
        summaries: list[cloudwatch.IAlarm] = []
        dashboard.add_widgets(*_http_graphs(http_api))
        for stack in watched:
            self.add_stack_dependency(stack)
            summaries += self._summaries(stack, _names(stack, cloudwatch.CfnAlarm, "alarm_name"))
            dashboard.add_widgets(*_function_graphs(stack), *_queue_graphs(stack), *_table_graphs(stack))
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


def _http_graphs(http_api: gateway.HttpApi) -> list[cloudwatch.IWidget]:
    return [
        _graph(
            "Requests, and those refused or failed",
            [http_api.metric_count()],
            [http_api.metric_client_error(), http_api.metric_server_error()],
        ),
        _graph("Latency of requests, 95th percentile", [http_api.metric_latency(statistic="p95")]),
    ]


def _function_graphs(stack: StageStack) -> list[cloudwatch.IWidget]:
    def metrics(name: str, statistic: str = "Sum") -> list[cloudwatch.IMetric]:
        return [_metric("AWS/Lambda", name, statistic, "FunctionName", function) for function in functions]

    functions = _names(stack, lambda_.CfnFunction, "function_name")
    if not functions:
        return []
    return [
        _graph(
            f"{stack.stack_name}: invocations, errors and throttles",
            metrics("Invocations"),
            metrics("Errors") + metrics("Throttles"),
        ),
        _graph(f"{stack.stack_name}: duration, 95th percentile", metrics("Duration", "p95")),
    ]


def _queue_graphs(stack: StageStack) -> list[cloudwatch.IWidget]:
    def metrics(name: str) -> list[cloudwatch.IMetric]:
        return [_metric("AWS/SQS", name, "Maximum", "QueueName", queue) for queue in queues]

    queues = _names(stack, sqs.CfnQueue, "queue_name")
    if not queues:
        return []
    return [
        _graph(f"{stack.stack_name}: messages waiting", metrics("ApproximateNumberOfMessagesVisible")),
        _graph(f"{stack.stack_name}: age of the oldest message", metrics("ApproximateAgeOfOldestMessage")),
    ]


def _table_graphs(stack: StageStack) -> list[cloudwatch.IWidget]:
    def metrics(name: str) -> list[cloudwatch.IMetric]:
        return [_metric("AWS/DynamoDB", name, "Sum", "TableName", table) for table in tables]

    tables = _names(stack, dynamodb.CfnTable, "table_name")
    if not tables:
        return []
    return [
        _graph(
            "Write units, and writes throttled", metrics("ConsumedWriteCapacityUnits"), metrics("WriteThrottleEvents")
        ),
        _graph("Read units, and reads throttled", metrics("ConsumedReadCapacityUnits"), metrics("ReadThrottleEvents")),
    ]


def _names(stack: StageStack, kind: type, attribute: str) -> list[str]:
    return sorted(getattr(part, attribute) for part in stack.node.find_all() if isinstance(part, kind))


def _graph(
    title: str, left: Sequence[cloudwatch.IMetric], right: Sequence[cloudwatch.IMetric] = ()
) -> cloudwatch.IWidget:
    return cloudwatch.GraphWidget(title=title, width=HALF, left=list(left), right=list(right))


def _metric(namespace: str, name: str, statistic: str, dimension: str, value: str) -> cloudwatch.IMetric:
    return cloudwatch.Metric(
        namespace=namespace,
        metric_name=name,
        statistic=statistic,
        label=f"{value} {name}",
        dimensions_map={dimension: value},
    )
