"""What the domains share: APIs, bus, signing key, user pool, the queues between domains, media, timers, alarms."""

import aws_cdk as cdk
from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns

from infra.channels import discover_channels
from infra.config import Stage
from infra.constructs.domain_stack import House, StageStack
from infra.constructs.events import Bus
from infra.constructs.grants import Grant
from infra.constructs.http_api import HttpApi
from infra.constructs.media_bucket import MediaBucket
from infra.constructs.queues import ATTEMPTS, Queue
from infra.constructs.secrets import ChannelSecrets
from infra.constructs.signing_key import SigningKey
from infra.constructs.timers import Timers
from infra.constructs.user_pool import UserPool
from infra.constructs.websocket_api import WebSocketApi

CONSUMER_TIMEOUT = Duration.seconds(10)
SEND_TIMEOUT = Duration.seconds(30)  # one provider call, which may hang for ten seconds, and what is written around it
SEND_ATTEMPTS = 100  # waiting for a rate budget is a delivery too; the send step itself counts what went wrong


class FoundationStack(StageStack):
    """Every queue that a domain sends to and another one empties is here, so that neither stack needs the other."""

    def __init__(self, app: cdk.App, stage: Stage) -> None:
        super().__init__(app, stage, "foundation", description="What the domains share")
        self.alarm_topic = self._alarm_topic()
        self.http_api = HttpApi(self, stage, self.alarm_topic)
        self.websocket_api = WebSocketApi(self, stage)
        self.bus = Bus(self, stage)
        self.signing_key = SigningKey(self, stage)
        self.user_pool = UserPool(self, stage, public_url=self.http_api.api_endpoint)
        self.media = MediaBucket(self, stage)
        self.secrets = ChannelSecrets(self, stage)
        self.inbound = self._queue("inbound", fifo=True)
        self.acd = self._queue("acd", fifo=True)
        self.outbound = {
            channel.name: self._queue(
                f"outbound-{channel.name}", fifo=True, consumer_timeout=SEND_TIMEOUT, attempts=SEND_ATTEMPTS
            )
            for channel in discover_channels()
        }
        self.relay = self._queue("relay", fifo=True)
        self.conversation_timers = self._queue("conversations-timers")
        self.routing_timers = self._queue("routing-timers")
        self.flow_timers = self._queue("flows-timers")
        self._timers = Timers(self, stage, [self.conversation_timers, self.routing_timers, self.flow_timers])
        self.house = House(
            alarm_topic=self.alarm_topic,
            environment={
                "STAGE": stage.name,
                "ORGANIZATION_ID": stage.organization.id,
                "ORGANIZATION_NAME": stage.organization.name,
                "LOG_LEVEL": stage.log_level,
                "PUBLIC_URL": self.http_api.api_endpoint,
            },
        )
        cdk.CfnOutput(self, "PublicUrl", value=self.http_api.api_endpoint, description="The base URL")
        cdk.CfnOutput(
            self, "AlarmTopic", value=self.alarm_topic.topic_arn, description="Alarms: subscribe somebody to it"
        )

    def sets_conversation_timers(self) -> Grant:
        return self._timers.sets(self.conversation_timers)

    def sets_routing_timers(self) -> Grant:
        return self._timers.sets(self.routing_timers)

    def sets_flow_timers(self) -> Grant:
        return self._timers.sets(self.flow_timers)

    def _queue(
        self,
        name: str,
        *,
        fifo: bool = False,
        consumer_timeout: Duration = CONSUMER_TIMEOUT,
        attempts: int = ATTEMPTS,
    ) -> Queue:
        return Queue(
            self,
            name,
            self.stage,
            self.alarm_topic,
            fifo=fifo,
            consumer_timeout=consumer_timeout,
            attempts=attempts,
        )

    def _alarm_topic(self) -> sns.Topic:
        topic = sns.Topic(self, "Alarms", topic_name=self.stage.resource_name("alarms"), enforce_ssl=True)
        topic.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": self.account}},
            )
        )
        return topic
