"""Builds the stacks of one stage: `cdk deploy --all -c stage=prod`, or `python app.py` to write the templates only."""

from infra.application import new_app
from infra.config import stage_of
from infra.stacks.analytics import AnalyticsStack
from infra.stacks.channels import ChannelsStack
from infra.stacks.contacts import ContactsStack
from infra.stacks.conversations import ConversationsStack
from infra.stacks.data import DataStack
from infra.stacks.directory import DirectoryStack
from infra.stacks.flows import FlowsStack
from infra.stacks.foundation import FoundationStack
from infra.stacks.identity import AccessStack, IdentityStack
from infra.stacks.notifications import NotificationsStack
from infra.stacks.operations import OperationsStack
from infra.stacks.responses import ResponsesStack
from infra.stacks.routing import RoutingStack

app = new_app()
stage = stage_of(app)

data = DataStack(app, stage)
foundation = FoundationStack(app, stage)
identity = IdentityStack(app, stage, foundation, data)
access = AccessStack(app, stage, foundation, identity)
domains = [
    domain(app, stage, foundation, data, access.front)
    for domain in (
        DirectoryStack,
        ContactsStack,
        ChannelsStack,
        ConversationsStack,
        FlowsStack,
        RoutingStack,
        NotificationsStack,
        ResponsesStack,
        AnalyticsStack,
    )
]
OperationsStack(app, stage, http_api=foundation.http_api, watched=[data, foundation, identity, *domains])

app.synth()
