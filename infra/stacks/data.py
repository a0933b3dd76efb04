"""The tables of all domains, one each.

They share a stack because domains read one another's tables in both directions (conversations asks routing,
routing asks conversations): were each in its domain's stack, the stacks would need one another to be deployed first.
Who may touch which table is said where the function is: in the domains' stacks.
"""

from dataclasses import dataclass

import aws_cdk as cdk

from infra.config import Stage
from infra.constructs.domain_stack import StageStack
from infra.constructs.table import Table


@dataclass(frozen=True)
class TableSpec:
    """A domain's table. `indexed`: it has GSI1; `streamed`: its changes are the domain's outbox."""

    domain: str
    indexed: bool = False
    streamed: bool = False


TABLES = (
    TableSpec("identity"),
    TableSpec("directory", indexed=True),
    TableSpec("contacts", indexed=True),
    TableSpec("channels", indexed=True),
    TableSpec("conversations", streamed=True),
    TableSpec("flows", streamed=True),
    TableSpec("routing", indexed=True, streamed=True),
    TableSpec("notifications"),
    TableSpec("responses"),
    TableSpec("analytics"),
)


class DataStack(StageStack):
    """`tables` has a table for each domain."""

    def __init__(self, app: cdk.App, stage: Stage) -> None:
        super().__init__(app, stage, "data", description="The tables of all domains")
        self.tables = {
            spec.domain: Table(self, stage, spec.domain, indexed=spec.indexed, streamed=spec.streamed)
            for spec in TABLES
        }
