"""Analytics: facts recorded from events, the queries that add them up, and the jobs that go through more of them."""

import aws_cdk as cdk
from aws_cdk import Duration
from aws_cdk import aws_events as events

from infra.config import Stage
from infra.constructs.consumers import consume_queue
from infra.constructs.domain_stack import DomainStack
from infra.constructs.events import events_queue
from infra.constructs.function import Function
from infra.constructs.queues import Queue
from infra.constructs.routes import HttpFront
from infra.stacks.data import DataStack
from infra.stacks.foundation import FoundationStack

RECORD_TIMEOUT = Duration.seconds(15)
WORK_TIMEOUT = Duration.seconds(120)
QUERY_TIMEOUT = Duration.seconds(29)  # the HTTP API waits no longer
QUERY_MEMORY = 1769  # a whole processor: a long interval is decoded and added up in one request
WORKERS = 10  # whoever starts many jobs or exports waits for them, and nobody's message does
FACTS = ["conversation.started", "conversation.changed", "user.routingStatus.changed", "user.presence.changed"]

AGENTS_MESSAGES = events.EventPattern(
    detail_type=["message.status"], detail={"status": ["queued"], "senderUserId": events.Match.anything_but("")}
)
"""Only what an agent writes makes a metric at once; a receipt makes none."""


class AnalyticsStack(DomainStack):
    """The recording of facts and the console API of analytics."""

    def __init__(
        self, app: cdk.App, stage: Stage, foundation: FoundationStack, data: DataStack, front: HttpFront
    ) -> None:
        super().__init__(app, stage, foundation.house, "analytics", description="What happened, and its figures")
        tables = data.tables
        record = Function(
            self,
            "record",
            description="Keeps what reports are made of",
            grants=[tables["analytics"].writes(), tables["conversations"].reads(), tables["routing"].reads()],
            timeout=RECORD_TIMEOUT,
        )
        queue = events_queue(
            self,
            "analytics-events",
            foundation.bus,
            pattern=events.EventPattern(detail_type=FACTS),
            more={"messages": AGENTS_MESSAGES},
            consumer_timeout=RECORD_TIMEOUT,
        )
        consume_queue(record, queue, batch_size=10)
        jobs = Queue(self, "analytics-jobs", stage, foundation.alarm_topic, consumer_timeout=WORK_TIMEOUT)
        work = Function(
            self,
            "work",
            description="Works through jobs, a day of facts at a time",
            grants=[
                tables["analytics"].writes(),
                tables["routing"].reads(),
                tables["directory"].reads(),
                jobs.sends(),
                foundation.media.puts_exports(),
            ],
            timeout=WORK_TIMEOUT,
            memory=QUERY_MEMORY,
        )
        consume_queue(work, jobs, batch_size=1, at_once=WORKERS)
        api = Function(
            self,
            "api",
            description="Queries of conversations, queues and users; jobs",
            grants=[
                tables["analytics"].writes(),
                *(tables[name].reads() for name in ("conversations", "routing", "directory", "identity")),
                jobs.sends(),
                foundation.media.reads_exports(),
            ],
            timeout=QUERY_TIMEOUT,
            memory=QUERY_MEMORY,
        )
        front.route(self, api, ["/api/v2/analytics/{proxy+}"])
