"""A Lambda function with the house defaults; a stack says only what is particular to it."""

from collections.abc import Mapping, Sequence
from functools import cached_property

from aws_cdk import Duration
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs

from infra.constructs.acknowledge import acknowledge_wildcards
from infra.constructs.alarms import add_alarm
from infra.constructs.assets import function_code
from infra.constructs.domain_stack import DomainStack
from infra.constructs.grants import Grant, Permission, merged_environment

RUNTIME = lambda_.Runtime.PYTHON_3_14
MEMORY = 1024  # MiB; the share of a processor grows with it, so that half of it costs as much and starts half as fast
TIMEOUT = Duration.seconds(15)  # under the HTTP API's own limit of 30 seconds


class Function(lambda_.Function):
    """The function whose code is `functions/<domain>/<step>/handler.py`, called `<stage>-<domain>-<step>`.

    It may do what the grants say, write its own log and traces, and nothing else.
    """

    def __init__(
        self,
        stack: DomainStack,
        step: str,
        *,
        description: str,
        grants: Sequence[Grant] = (),
        environment: Mapping[str, str] | None = None,
        timeout: Duration = TIMEOUT,
        memory: int = MEMORY,
    ) -> None:
        house, stage = stack.house, stack.stage
        package = f"{stack.domain}/{step}"
        name = stage.resource_name(package.replace("/", "-"))
        identifier = "".join(part.capitalize() for part in step.split("/"))
        log_group = logs.LogGroup(
            stack,
            f"{identifier}Logs",
            log_group_name=f"/aws/lambda/{name}",
            retention=stage.log_retention,
            removal_policy=stage.removal_policy,
        )
        role = iam.Role(
            stack,
            f"{identifier}Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            description=f"Runs {name}",
        )
        super().__init__(
            stack,
            f"{identifier}Function",
            function_name=name,
            description=description,
            runtime=RUNTIME,
            architecture=lambda_.Architecture.ARM_64,
            code=function_code(package),
            handler=f"functions.{package.replace('/', '.')}.handler.lambda_handler",
            layers=stack.layers,
            role=role,
            timeout=timeout,
            memory_size=memory,
            log_group=log_group,
            logging_format=lambda_.LoggingFormat.JSON,
            tracing=lambda_.Tracing.ACTIVE,
            environment={
                **house.environment,
                "POWERTOOLS_SERVICE_NAME": stack.domain,
                **merged_environment(grants),
                **(environment or {}),
            },
        )
        own_log = Permission(("logs:CreateLogStream", "logs:PutLogEvents"), (log_group.log_group_arn,))
        self._allow(role, [own_log, *(permission for grant in grants for permission in grant.permissions)])
        self._watch(stack, name)

    @cached_property
    def http_integration(self) -> integrations.HttpLambdaIntegration:
        """How the HTTP API calls the function, the same for all its routes."""
        return integrations.HttpLambdaIntegration("Http", self, scope_permission_to_route=False)

    def _allow(self, role: iam.Role, permissions: Sequence[Permission]) -> None:
        for permission in permissions:
            role.add_to_policy(permission.statement())
        acknowledge_wildcards(role, [*permissions, TRACES])

    def _watch(self, stack: DomainStack, name: str) -> None:
        thresholds, topic = stack.stage.alarms, stack.house.alarm_topic
        add_alarm(
            self,
            "ErrorsAlarm",
            self.metric_errors(),
            name=f"{name}-errors",
            description=f"{name} failed, timed out or ran out of memory.",
            at_least=thresholds.errors,
            topic=topic,
        )
        add_alarm(
            self,
            "ThrottlesAlarm",
            self.metric_throttles(),
            name=f"{name}-throttles",
            description=f"{name} was refused an environment: the account's concurrency is used up.",
            at_least=thresholds.throttles,
            topic=topic,
        )


TRACES = Permission(  # the statement that active tracing adds by itself
    ("xray:PutTraceSegments", "xray:PutTelemetryRecords"), ("*",), "X-Ray has no resources to name for writing traces."
)
