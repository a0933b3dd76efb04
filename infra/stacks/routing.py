"""Routing: queues, members and skills, and who gets which interaction."""

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

USER_PATHS = [
    "/api/v2/users/{userId}/routingstatus",
    *(
        f"/api/v2/users/{{userId}}/{collection}{rest}"
        for collection in ("routingskills", "routinglanguages", "queues")
        for rest in ("", "/{proxy+}")
    ),
]
CHANGES = [{"eventName": ["INSERT", "MODIFY"]}]


class RoutingStack(DomainStack):
    """Assignment, release of agents, alerting timers, the outbox and the console API of routing."""

    def __init__(
        self, app: cdk.App, stage: Stage, foundation: FoundationStack, data: DataStack, front: HttpFront
    ) -> None:
        super().__init__(app, stage, foundation.house, "routing", description="Queues, skills and assignment")
        self._foundation = foundation
        self._tables = data.tables
        self._front = front
        self._assign()
        self._release()
        self._timers()
        self._outbox()
        self._api()

    def _assign(self) -> None:
        queue = self._foundation.acd
        function = Function(
            self,
            "assign",
            description="Gives a waiting interaction to an available agent",
            grants=[
                self._tables["routing"].writes(),
                self._tables["conversations"].writes(),
                self._foundation.sets_routing_timers(),
            ],
            timeout=queue.consumer_timeout,
        )
        consume_queue(function, queue, batch_size=10)

    def _release(self) -> None:
        timers = self._foundation.routing_timers
        queue = events_queue(
            self,
            "routing-events",
            self._foundation.bus,
            pattern=events.EventPattern(detail_type=["conversation.changed"]),
            consumer_timeout=timers.consumer_timeout,
        )
        function = Function(
            self,
            "release",
            description="Frees an agent's slot when their part in a conversation ends",
            grants=[self._tables["routing"].writes(), self._foundation.acd.sends()],
            timeout=queue.consumer_timeout,
        )
        consume_queue(function, queue, batch_size=10)

    def _timers(self) -> None:
        queue = self._foundation.routing_timers
        function = Function(
            self,
            "timers",
            description="Takes back what an agent did not answer, looks again where a queue, a group or a utilization changed",
            grants=[
                self._tables["routing"].writes(),
                self._tables["conversations"].writes(),
                self._tables["directory"].reads(),
                self._foundation.acd.sends(),
            ],
            timeout=queue.consumer_timeout,
        )
        consume_queue(function, queue, batch_size=10)

    def _outbox(self) -> None:
        function = Function(
            self,
            "outbox",
            description="Turns changes of agents' routing status, of waits and of queues into events",
            grants=[self._tables["routing"].reads(), self._foundation.bus.publishes()],
        )
        consume_stream(self, function, self._tables["routing"], filters=CHANGES)

    def _api(self) -> None:
        function = Function(
            self,
            "api",
            description="Queues, members, skills, wrap-up codes and agents' routing status",
            grants=[
                self._tables["routing"].writes(),
                self._tables["conversations"].writes(),
                *(self._tables[name].reads() for name in ("directory", "flows", "identity")),
                self._foundation.acd.sends(),
                self._foundation.sets_routing_timers(),
            ],
        )
        self._front.route(self, function, ["/api/v2/routing/{proxy+}", *USER_PATHS])
