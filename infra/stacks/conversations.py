"""Conversations: messages come in, facts and commands go out through the table's stream, agents work on them."""

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

CHANGES = [{"eventName": ["INSERT", "MODIFY"], "dynamodb": {"NewImage": {"kind": {"S": ["conversation", "message"]}}}}]
"""What the outbox sees of the table: not the threads and pointers beside them, and nothing of an item that goes away,
which says nothing that its last change did not say."""


class ConversationsStack(DomainStack):
    """Ingest, outbox, relay, timers and the console API of conversations."""

    def __init__(
        self, app: cdk.App, stage: Stage, foundation: FoundationStack, data: DataStack, front: HttpFront
    ) -> None:
        super().__init__(app, stage, foundation.house, "conversations", description="Conversations and their messages")
        self._foundation = foundation
        self._tables = data.tables
        self._front = front
        self._ingest()
        self._outbox()
        self._relay()
        self._timers()
        self._api()

    def _ingest(self) -> None:
        queue = self._foundation.inbound
        function = Function(
            self,
            "ingest",
            description="Stores what customers send and threads it into conversations",
            grants=[
                self._tables["conversations"].writes(),
                self._tables["contacts"].writes(),
                self._tables["channels"].reads(),
            ],
            timeout=queue.consumer_timeout,
        )
        consume_queue(function, queue, batch_size=10)

    def _outbox(self) -> None:
        foundation = self._foundation
        function = Function(
            self,
            "outbox",
            description="Turns changes of conversations into events and commands",
            grants=[
                foundation.bus.publishes(),
                foundation.acd.sends(),
                foundation.relay.sends(),
                *(queue.sends() for queue in foundation.outbound.values()),
                foundation.sets_conversation_timers(),
            ],
        )
        consume_stream(self, function, self._tables["conversations"], filters=CHANGES)

    def _relay(self) -> None:
        queue = self._foundation.relay
        function = Function(
            self,
            "relay",
            description="Carries words between a customer and an external contact",
            grants=[self._tables["conversations"].writes()],
            timeout=queue.consumer_timeout,
        )
        consume_queue(function, queue, batch_size=10)

    def _timers(self) -> None:
        timers = self._foundation.conversation_timers
        started = events_queue(
            self,
            "conversations-events",
            self._foundation.bus,
            pattern=events.EventPattern(detail_type=["conversation.started"]),
            consumer_timeout=timers.consumer_timeout,
        )
        function = Function(
            self,
            "timers",
            description="Closes reply windows, threads and after-call work, brings back what was put aside, when it is time",
            grants=[
                self._tables["conversations"].writes(),
                self._tables["channels"].reads(),
                self._foundation.sets_conversation_timers(),
                self._foundation.bus.publishes(),
            ],
            timeout=timers.consumer_timeout,
        )
        for queue in (timers, started):
            consume_queue(function, queue, batch_size=10)

    def _api(self) -> None:
        function = Function(
            self,
            "api",
            description="Conversations as agents and supervisors see and change them",
            grants=[
                self._tables["conversations"].writes(),
                self._tables["contacts"].writes(),
                *(self._tables[name].reads() for name in ("channels", "directory", "identity", "responses")),
                self._tables["routing"].writes(),
                self._foundation.sets_routing_timers(),
                self._foundation.media.reads(),
                self._foundation.media.puts(),
            ],
        )
        self._front.route(
            self,
            function,
            ["/api/v2/conversations", "/api/v2/conversations/{proxy+}"],
        )
