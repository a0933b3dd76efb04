"""Routes of the HTTP API: which paths a function answers, and whether a caller needs a token."""

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import aws_apigatewayv2 as gateway
from aws_cdk import aws_apigatewayv2_integrations as integrations

from infra.constructs.acknowledge import acknowledge
from infra.constructs.domain_stack import DomainStack
from infra.constructs.function import Function

GET = (gateway.HttpMethod.GET,)
POST = (gateway.HttpMethod.POST,)
ALL = (
    gateway.HttpMethod.GET,
    gateway.HttpMethod.POST,
    gateway.HttpMethod.PUT,
    gateway.HttpMethod.PATCH,
    gateway.HttpMethod.DELETE,
)
"""The methods of the console API. Never ANY: it would take the browser's preflight requests away from the gateway's
CORS answer and ask them for a token."""


@dataclass(frozen=True)
class HttpFront:
    """The HTTP API and the authorizer of its routes; without one, anybody may call."""

    api: gateway.HttpApi
    authorizer: gateway.IHttpRouteAuthorizer | None = None
    open_because: str = ""

    def route(
        self,
        stack: DomainStack,
        function: Function,
        paths: Sequence[str],
        methods: Sequence[gateway.HttpMethod] = ALL,
    ) -> list[gateway.HttpRoute]:
        """Send the methods of the paths to the function. More literal segments win over a `{proxy+}`."""
        integration = integrations.HttpLambdaIntegration(
            f"{function.node.id}Integration", function, scope_permission_to_route=False
        )
        return [self._route(stack, integration, path, method) for path in paths for method in methods]

    def _route(
        self,
        stack: DomainStack,
        integration: gateway.HttpRouteIntegration,
        path: str,
        method: gateway.HttpMethod,
    ) -> gateway.HttpRoute:
        route = gateway.HttpRoute(
            stack,
            f"{method.value} {path}",
            http_api=self.api,
            route_key=gateway.HttpRouteKey.with_(path, method),
            integration=integration,
            authorizer=self.authorizer,
        )
        if self.authorizer is None:
            acknowledge(route, "APIG4", self.open_because)
        return route
