"""Responses: canned responses and the templates that providers approved."""

import aws_cdk as cdk

from infra.config import Stage
from infra.constructs.domain_stack import DomainStack
from infra.constructs.function import Function
from infra.constructs.routes import HttpFront
from infra.stacks.data import DataStack
from infra.stacks.foundation import FoundationStack


class ResponsesStack(DomainStack):
    """One function."""

    def __init__(
        self, app: cdk.App, stage: Stage, foundation: FoundationStack, data: DataStack, front: HttpFront
    ) -> None:
        super().__init__(app, stage, foundation.house, "responses", description="Responses and message templates")
        api = Function(
            self,
            "api",
            description="Response libraries, responses and message templates",
            grants=[data.tables["responses"].writes(), data.tables["identity"].reads()],
        )
        front.route(self, api, ["/api/v2/responsemanagement/{proxy+}"])
