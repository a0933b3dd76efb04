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
    ) -> None:
        """Send the methods of the paths to the function. More literal segments win over a `{proxy+}`."""
        for path in paths:
            for method in methods:
                self._add(stack, function.http_integration, gateway.HttpRouteKey.with_(path, method))

    def otherwise(self, stack: DomainStack, function: Function) -> None:
        """Send to the function what no route takes."""
        # The permission that the function's other routes share ends in a path, which this route lacks.
        integration = integrations.HttpLambdaIntegration("HttpDefault", function, scope_permission_to_route=True)
        self._add(stack, integration, gateway.HttpRouteKey.DEFAULT)

    def _add(self, stack: DomainStack, integration: gateway.HttpRouteIntegration, key: gateway.HttpRouteKey) -> None:
        route = gateway.HttpRoute(
            stack, key.key, http_api=self.api, route_key=key, integration=integration, authorizer=self.authorizer
        )
        if self.authorizer is None:
            acknowledge(route, "APIG4", self.open_because)
