"""Tokens: for people who signed in with Cognito, for machines with client credentials; one issuer, and its authorizer."""

import aws_cdk as cdk
from aws_cdk import aws_apigatewayv2 as gateway

from infra.config import Stage
from infra.constructs.domain_stack import DomainStack
from infra.constructs.function import Function
from infra.constructs.routes import GET, POST, HttpFront
from infra.stacks.data import DataStack
from infra.stacks.foundation import FoundationStack

AUDIENCE = "switchboard"


class IdentityStack(DomainStack):
    """The issuer: the function that gives tokens, and the routes that anybody may call to get one and to verify it."""

    def __init__(self, app: cdk.App, stage: Stage, foundation: FoundationStack, data: DataStack) -> None:
        super().__init__(app, stage, foundation.house, "identity", description="Sign-in, tokens, roles and permissions")
        issuer = foundation.http_api.api_endpoint
        self.api = Function(
            self,
            "api",
            description="Tokens, OAuth clients, roles and divisions",
            grants=[
                data.tables["identity"].writes(),
                *(data.tables[name].reads() for name in ("directory", "routing", "flows", "contacts")),
                foundation.signing_key.signs(),
                foundation.user_pool.signs_in(),
            ],
            environment={"TOKEN_ISSUER": issuer},
        )
        Function(
            self,
            "setup",
            description="Makes an administrator's client for whoever may invoke it; no route leads to it",
            grants=[data.tables["identity"].writes()],
        )
        public = HttpFront(
            foundation.http_api, open_because="Callers come here to get a token, or the keys to verify one."
        )
        public.route(self, self.api, ["/oauth/{proxy+}"], [*GET, *POST])
        public.route(self, self.api, ["/.well-known/{proxy+}"], GET)
        unknown = HttpFront(
            foundation.http_api, open_because="No operation is behind it: it only says `route.not.found`."
        )
        unknown.otherwise(self, self.api)


class AccessStack(DomainStack):
    """The authorizer of all other routes.

    A stack of its own, because API Gateway fetches the issuer's discovery document when the authorizer is made, and
    the issuer is IdentityStack's function behind the same API: it must be deployed and answering first.
    """

    def __init__(self, app: cdk.App, stage: Stage, foundation: FoundationStack, identity: IdentityStack) -> None:
        super().__init__(app, stage, foundation.house, "access", description="The authorizer of the console API")
        self.add_stack_dependency(identity)
        authorizer = gateway.HttpAuthorizer(
            self,
            "Tokens",
            http_api=foundation.http_api,
            authorizer_name=stage.resource_name("tokens"),
            type=gateway.HttpAuthorizerType.JWT,
            identity_source=["$request.header.Authorization"],
            jwt_issuer=foundation.http_api.api_endpoint,
            jwt_audience=[AUDIENCE],
        )
        self.front = HttpFront(
            foundation.http_api,
            gateway.HttpAuthorizer.from_http_authorizer_attributes(
                self, "TokensReference", authorizer_id=authorizer.authorizer_id, authorizer_type="JWT"
            ),
        )
        self.front.route(self, identity.api, ["/api/v2/oauth/{proxy+}", "/api/v2/authorization/{proxy+}"])
