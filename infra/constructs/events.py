"""The event bus, and queues of events: a rule never calls a function, so that a burst or a fault is buffered."""

from collections.abc import Mapping

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct

from infra.config import Stage
from infra.constructs.domain_stack import DomainStack
from infra.constructs.grants import Grant, Permission
from infra.constructs.queues import Queue

EVENT_SOURCE = "switchboard."  # every domain's events come from `switchboard.<domain>`


class Bus(events.EventBus):
    """The bus of the domains' facts, archived so that they can be replayed."""

    def __init__(self, scope: Construct, stage: Stage) -> None:
        super().__init__(scope, "Bus", event_bus_name=stage.resource_name("switchboard"))
        self.archive(
            "Archive",
            archive_name=stage.resource_name("switchboard"),
            event_pattern=events.EventPattern(source=events.Match.prefix(EVENT_SOURCE)),
            retention=Duration.days(stage.event_archive_days),
        )

    def publishes(self) -> Grant:
        """May put events on the bus."""
        return Grant(
            (Permission(("events:PutEvents",), (self.event_bus_arn,)),), {"EVENT_BUS_NAME": self.event_bus_name}
        )


def events_queue(
    stack: DomainStack,
    name: str,
    bus: events.IEventBus,
    *,
    pattern: events.EventPattern,
    consumer_timeout: Duration,
    more: Mapping[str, events.EventPattern] | None = None,
) -> Queue:
    """A queue that the bus fills with the events matching the pattern, or one of the `more` by the names of their rules: whole
    envelopes."""
    queue = Queue(stack, name, stack.stage, stack.house.alarm_topic, consumer_timeout=consumer_timeout)
    for identifier, rule_name, each in (
        (f"{queue.node.id}Rule", name, pattern),
        *((f"{queue.node.id}{key.title()}Rule", f"{name}-{key}", other) for key, other in (more or {}).items()),
    ):
        events.Rule(
            stack,
            identifier,
            rule_name=stack.stage.resource_name(rule_name),
            event_bus=bus,
            event_pattern=each,
            targets=[targets.SqsQueue(queue, dead_letter_queue=queue.dead_letters)],
        )
    return queue
