"""Notifications: agents subscribe to topics and are told over the WebSocket what happens."""

import aws_cdk as cdk
from aws_cdk import Duration
from aws_cdk import aws_events as events

from infra.config import Stage
from infra.constructs.consumers import consume_queue
from infra.constructs.domain_stack import DomainStack
from infra.constructs.events import EVENT_SOURCE, events_queue
from infra.constructs.function import Function
from infra.constructs.routes import HttpFront
from infra.stacks.data import DataStack
from infra.stacks.foundation import FoundationStack

PUSH_TIMEOUT = Duration.seconds(15)


class NotificationsStack(DomainStack):
    """Channels and subscriptions, the connections, and the push to them."""

    def __init__(
        self, app: cdk.App, stage: Stage, foundation: FoundationStack, data: DataStack, front: HttpFront
    ) -> None:
        super().__init__(app, stage, foundation.house, "notifications", description="Notification channels")
        table = data.tables["notifications"]
        api = Function(
            self,
            "api",
            description="Notification channels and their subscriptions",
            grants=[
                table.writes(),
                *(data.tables[name].reads() for name in ("identity", "conversations", "directory", "routing")),
            ],
            environment={"WEBSOCKET_URL": foundation.websocket_api.url},
        )
        front.route(self, api, ["/api/v2/notifications/{proxy+}"])
        socket = Function(self, "socket", description="Connections of notification channels", grants=[table.writes()])
        foundation.websocket_api.route(self, socket)
        push = Function(
            self,
            "push",
            description="Tells subscribers what happened",
            grants=[table.writes(), data.tables["conversations"].reads(), foundation.websocket_api.posts()],
            timeout=PUSH_TIMEOUT,
        )
        queue = events_queue(
            self,
            "notifications-events",
            foundation.bus,
            pattern=events.EventPattern(source=events.Match.prefix(EVENT_SOURCE)),
            consumer_timeout=PUSH_TIMEOUT,
        )
        consume_queue(push, queue, batch_size=10)
