"""Flows: what happens to a conversation before, between and after agents."""

from collections.abc import Mapping
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_events as events

from infra.config import Stage
from infra.constructs.consumers import consume_queue, consume_stream
from infra.constructs.domain_stack import DomainStack
from infra.constructs.events import events_queue
from infra.constructs.function import Function
from infra.constructs.routes import HttpFront
from infra.stacks.data import DataStack
from infra.stacks.foundation import FoundationStack

RECOMPILE_TIMEOUT = cdk.Duration.seconds(60)
FOLLOWED = ("flow", "schedule", "scheduleGroup", "emergencyGroup", "dataTable")
CHANGES: list[Mapping[str, Any]] = [
    {"eventName": ["MODIFY"], "dynamodb": {"Keys": {"PK": {"S": [f"ENTITY#{kind}" for kind in FOLLOWED]}}}},
    {"dynamodb": {"Keys": {"PK": {"S": [{"prefix": "DATATABLE#"}]}}}},
]
"""Of the table's changes those that a published flow may go by, and its publication. Of calendars and tables what is new, nothing
goes by yet, and what is gone, nothing went by; a row that comes or goes may be what a flow reads."""


class FlowsStack(DomainStack):
    """The console API of flows, and what speaks to those who wait."""

    def __init__(
        self, app: cdk.App, stage: Stage, foundation: FoundationStack, data: DataStack, front: HttpFront
    ) -> None:
        super().__init__(app, stage, foundation.house, "flows", description="Flows")
        self._foundation = foundation
        self._tables = data.tables
        self._front = front
        self._api()
        self._recompile()
        self._waiting()

    def _api(self) -> None:
        function = Function(
            self,
            "api",
            description="Flows and what they lead to, opening hours, data tables",
            grants=[
                self._tables["flows"].writes(),
                *(self._tables[name].reads() for name in ("routing", "directory", "channels", "identity")),
            ],
        )
        self._front.route(self, function, ["/api/v2/flows", "/api/v2/flows/{proxy+}", "/api/v2/architect/{proxy+}"])

    def _recompile(self) -> None:
        queues = events_queue(
            self,
            "flows-queues",
            self._foundation.bus,
            pattern=events.EventPattern(detail_type=["queue.changed"]),
            consumer_timeout=RECOMPILE_TIMEOUT,
        )
        function = Function(
            self,
            "recompile",
            description="Compiles published flows anew when their opening hours or queues have changed",
            grants=[
                self._tables["flows"].writes(),
                *(self._tables[name].reads() for name in ("routing", "directory")),
                self._tables["channels"].writes(),
            ],
            timeout=RECOMPILE_TIMEOUT,
        )
        consume_stream(self, function, self._tables["flows"], filters=CHANGES)
        consume_queue(function, queues, batch_size=10)

    def _waiting(self) -> None:
        timers = self._foundation.flow_timers
        begun = events_queue(
            self,
            "flows-events",
            self._foundation.bus,
            pattern=events.EventPattern(detail_type=["interaction.waiting"]),
            consumer_timeout=timers.consumer_timeout,
        )
        function = Function(
            self,
            "waiting",
            description="Tells customers who wait where they stand and how long it will take",
            grants=[
                self._tables["conversations"].writes(),
                *(self._tables[name].reads() for name in ("flows", "routing", "directory")),
                self._foundation.sets_flow_timers(),
            ],
            timeout=timers.consumer_timeout,
        )
        for queue in (timers, begun):
            consume_queue(function, queue, batch_size=10)
