"""The channels: their administration, and the functions of every folder in `functions/channels/`."""

import aws_cdk as cdk
from aws_cdk import Duration
from aws_cdk import aws_events as events

from infra.channels import Channel, discover_channels
from infra.config import Stage
from infra.constructs.consumers import consume_queue
from infra.constructs.domain_stack import DomainStack
from infra.constructs.events import events_queue
from infra.constructs.function import Function
from infra.constructs.routes import GET, POST, HttpFront
from infra.stacks.data import DataStack
from infra.stacks.foundation import FoundationStack

MEDIA_TIMEOUT = Duration.seconds(60)
MEDIA_MEMORY = 1769  # MiB; one whole processor, and room for the largest attachment
GRAPH_API_URL = "https://graph.facebook.com/v25.0"
SIGNED_BY_PROVIDER = "Providers have no token of ours; the function verifies their signature over the raw body."


class ChannelsStack(DomainStack):
    """A channel's functions follow from the steps it has: no channel is named here."""

    def __init__(
        self, app: cdk.App, stage: Stage, foundation: FoundationStack, data: DataStack, front: HttpFront
    ) -> None:
        super().__init__(app, stage, foundation.house, "channels", description="Channels and their integrations")
        self._foundation = foundation
        self._tables = data.tables
        self._front = front
        self._environment = {"GRAPH_API_URL": GRAPH_API_URL}
        self._administration()
        build = {"webhook": self._webhook, "inbound": self._inbound, "send": self._send, "media": self._media}
        for channel in discover_channels():
            for step in channel.steps:
                build[step](channel)

    def _administration(self) -> None:
        api = Function(
            self,
            "api",
            description="Integrations, templates and message settings",
            grants=[
                self._tables["channels"].writes(),
                self._tables["flows"].reads(),
                self._tables["identity"].reads(),
                self._foundation.secrets.manages(),
            ],
            environment=self._environment,
        )
        self._front.route(self, api, ["/api/v2/conversations/messaging/{proxy+}", "/api/v2/routing/message/{proxy+}"])

    def _webhook(self, channel: Channel) -> None:
        function = Function(
            self,
            f"{channel.name}/webhook",
            description=f"Takes what {channel.name} calls back with",
            grants=[
                self._tables["channels"].reads(),
                self._foundation.inbound.sends(),
                self._foundation.secrets.reads(),
            ],
            environment=self._environment,
        )
        public = HttpFront(self._foundation.http_api, open_because=SIGNED_BY_PROVIDER)
        public.route(self, function, [f"/webhooks/{channel.name}/{{integrationId}}"], [*GET, *POST])

    def _inbound(self, channel: Channel) -> None:
        function = Function(
            self,
            f"{channel.name}/inbound",
            description=f"Takes messages, receipts and events of {channel.name} from clients with a token",
            grants=[
                self._tables["channels"].reads(),
                self._tables["identity"].reads(),
                self._foundation.inbound.sends(),
            ],
            environment=self._environment,
        )
        path = f"/api/v2/conversations/messages/{{integrationId}}/inbound/{channel.name}/{{proxy+}}"
        self._front.route(self, function, [path], POST)

    def _send(self, channel: Channel) -> None:
        queue = self._foundation.outbound[channel.name]
        function = Function(
            self,
            f"{channel.name}/send",
            description=f"Sends messages over {channel.name}",
            grants=[
                self._tables["conversations"].writes(),
                self._tables["channels"].writes(),
                self._foundation.secrets.reads(),
                # Links under which providers fetch an agent's files carry this role's rights.
                self._foundation.media.reads(),
            ],
            environment=self._environment,
            timeout=queue.consumer_timeout,
        )
        # One message at a time: a provider that hangs on one must not use up the time of its neighbours.
        consume_queue(function, queue, batch_size=1)

    def _media(self, channel: Channel) -> None:
        function = Function(
            self,
            f"{channel.name}/media",
            description=f"Fetches attachments from {channel.name} before its links expire",
            grants=[
                self._tables["conversations"].writes(),
                self._tables["channels"].reads(),
                self._foundation.media.puts(),
                self._foundation.secrets.reads(),
            ],
            environment=self._environment,
            timeout=MEDIA_TIMEOUT,
            memory=MEDIA_MEMORY,
        )
        queue = events_queue(
            self,
            f"{channel.name}-media",
            self._foundation.bus,
            pattern=events.EventPattern(detail_type=["message.media.pending"], detail={"channel": [channel.name]}),
            consumer_timeout=MEDIA_TIMEOUT,
        )
        consume_queue(function, queue, batch_size=1)
