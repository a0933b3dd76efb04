"""Flows: what happens to a conversation before, between and after agents."""

import aws_cdk as cdk

from infra.config import Stage
from infra.constructs.domain_stack import DomainStack
from infra.constructs.function import Function
from infra.constructs.routes import HttpFront
from infra.stacks.data import DataStack
from infra.stacks.foundation import FoundationStack


class FlowsStack(DomainStack):
    """One function."""

    def __init__(
        self, app: cdk.App, stage: Stage, foundation: FoundationStack, data: DataStack, front: HttpFront
    ) -> None:
        super().__init__(app, stage, foundation.house, "flows", description="Flows")
        api = Function(
            self,
            "api",
            description="Flows and what they lead to, opening hours, data tables",
            grants=[
                data.tables["flows"].writes(),
                data.tables["routing"].reads(),
                data.tables["channels"].writes(),
                data.tables["identity"].reads(),
            ],
        )
        front.route(self, api, ["/api/v2/flows", "/api/v2/flows/{proxy+}", "/api/v2/architect/{proxy+}"])
