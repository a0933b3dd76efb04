"""External contacts."""

import aws_cdk as cdk

from infra.config import Stage
from infra.constructs.domain_stack import DomainStack
from infra.constructs.function import Function
from infra.constructs.routes import HttpFront
from infra.stacks.data import DataStack
from infra.stacks.foundation import FoundationStack


class ContactsStack(DomainStack):
    """One function."""

    def __init__(
        self, app: cdk.App, stage: Stage, foundation: FoundationStack, data: DataStack, front: HttpFront
    ) -> None:
        super().__init__(app, stage, foundation.house, "contacts", description="External contacts")
        api = Function(
            self,
            "api",
            description="External contacts and their identifiers",
            grants=[
                data.tables["contacts"].writes(),
                data.tables["conversations"].writes(),
                data.tables["identity"].reads(),
            ],
        )
        front.route(self, api, ["/api/v2/externalcontacts/{proxy+}"])
