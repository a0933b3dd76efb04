"""The WebSocket API on which agents are told what happens."""

import aws_cdk as cdk
from aws_cdk import aws_apigatewayv2 as gateway
from aws_cdk import aws_apigatewayv2_integrations as integrations
from constructs import Construct

from infra.config import Stage
from infra.constructs.acknowledge import acknowledge
from infra.constructs.domain_stack import DomainStack
from infra.constructs.function import Function
from infra.constructs.grants import Grant, Permission, exported

NO_ACCESS_LOG = (
    "Access logs of WebSocket APIs need a role set for the whole account, which a stack must not own; "
    "the function behind the routes logs every connection."
)
AUTHORIZED_BY_CHANNEL = (
    "The address of a connection holds the unguessable id of a notification channel that an authorized request made; "
    "the connect route refuses any other, and further messages come on the connection itself."
)


class WebSocketApi(gateway.WebSocketApi):
    """`url` is where agents connect, `endpoint` where functions post to connections."""

    def __init__(self, scope: Construct, stage: Stage) -> None:
        super().__init__(
            scope,
            "WebSocketApi",
            api_name=stage.resource_name("notifications"),
            description="Notification channels",
            route_selection_expression="$request.body.message",
        )
        live = gateway.CfnStage(
            self,
            "Stage",
            api_id=self.api_id,
            stage_name=stage.name,
            auto_deploy=True,
            default_route_settings=gateway.CfnStage.RouteSettingsProperty(
                detailed_metrics_enabled=True,
                throttling_rate_limit=stage.requests_per_second,
                throttling_burst_limit=stage.request_burst,
            ),
        )
        acknowledge(live, "APIG1", NO_ACCESS_LOG)
        stack = cdk.Stack.of(self)
        self.url = f"{self.api_endpoint}/{stage.name}"
        self.endpoint = f"https://{self.api_id}.execute-api.{stack.region}.{stack.url_suffix}/{stage.name}"
        self._connections_arn = stack.format_arn(
            service="execute-api",
            resource=exported(self, self.api_id),
            resource_name=f"{stage.name}/POST/@connections/*",
        )

    def posts(self) -> Grant:
        """May post to open connections."""
        return Grant(
            (
                Permission(
                    ("execute-api:ManageConnections",),
                    (self._connections_arn,),
                    "Connections come and go with the agents' browsers.",
                ),
            ),
            {"WEBSOCKET_API_ENDPOINT": self.endpoint},
        )

    def route(self, stack: DomainStack, function: Function) -> None:
        """Send connects, disconnects and all messages to the function; what it answers to a message is sent back."""
        integration = integrations.WebSocketLambdaIntegration(f"{function.node.id}Integration", function)
        for key in ("$connect", "$disconnect", "$default"):
            route = gateway.WebSocketRoute(
                stack,
                f"{key[1:].capitalize()}Route",
                web_socket_api=self,
                route_key=key,
                integration=integration,
                return_response=key == "$default" or None,
            )
            acknowledge(route, "APIG4", AUTHORIZED_BY_CHANNEL)
