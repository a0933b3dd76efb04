"""The HTTP API's front: one stage, throttled, with an access log that names neither people nor tokens."""

import json

from aws_cdk import Duration
from aws_cdk import aws_apigatewayv2 as gateway
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra.config import Stage
from infra.constructs.alarms import add_alarm
from infra.constructs.routes import ALL

ACCESS_LOG_FIELDS = {
    "requestId": "$context.requestId",
    "time": "$context.requestTimeEpoch",
    "route": "$context.routeKey",
    "status": "$context.status",
    "latency": "$context.responseLatency",
    "integrationLatency": "$context.integrationLatency",
    "integrationError": "$context.integrationErrorMessage",
    "authorizerError": "$context.authorizer.error",
    "bytes": "$context.responseLength",
}
"""The route, not the path: a path or query string may carry what must not be logged."""

REQUEST_HEADERS = ("authorization", "content-type", "idempotency-key", "inin-correlation-id", "purecloud-sdk")
"""What browsers may send: the last two are the platform's, which its JavaScript SDK adds by itself."""


class HttpApi(gateway.HttpApi):
    """`api_endpoint` is the base URL of everything: the console API, the token endpoint and the webhooks."""

    def __init__(self, scope: Construct, stage: Stage, alarm_topic: sns.ITopic) -> None:
        super().__init__(
            scope,
            "HttpApi",
            api_name=stage.resource_name("switchboard"),
            description="Console API, token endpoint and webhooks",
            create_default_stage=False,
            cors_preflight=gateway.CorsPreflightOptions(
                allow_origins=list(stage.console_origins),
                allow_methods=[gateway.CorsHttpMethod(method.value) for method in ALL],
                allow_headers=list(REQUEST_HEADERS),
                expose_headers=["inin-correlation-id", "retry-after"],
                max_age=Duration.hours(1),
            ),
        )
        log_group = logs.LogGroup(
            self,
            "AccessLog",
            log_group_name=f"/aws/vendedlogs/{stage.resource_name('http-api')}",
            retention=stage.log_retention,
            removal_policy=stage.removal_policy,
        )
        gateway.CfnStage(
            self,
            "DefaultStage",
            api_id=self.api_id,
            stage_name="$default",
            auto_deploy=True,
            default_route_settings=gateway.CfnStage.RouteSettingsProperty(
                detailed_metrics_enabled=True,
                throttling_rate_limit=stage.requests_per_second,
                throttling_burst_limit=stage.request_burst,
            ),
            access_log_settings=gateway.CfnStage.AccessLogSettingsProperty(
                destination_arn=log_group.log_group_arn, format=json.dumps(ACCESS_LOG_FIELDS)
            ),
        )
        add_alarm(
            self,
            "ErrorsAlarm",
            self.metric_server_error(statistic="Sum"),
            name=stage.resource_name("http-api-errors"),
            description="Requests fail on our side: a function's error or time-out, or an integration that is not allowed.",
            at_least=stage.alarms.errors,
            topic=alarm_topic,
        )
