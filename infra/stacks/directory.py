"""Users, groups and presence."""

import aws_cdk as cdk

from infra.config import Stage
from infra.constructs.domain_stack import DomainStack
from infra.constructs.function import Function
from infra.constructs.routes import HttpFront
from infra.stacks.data import DataStack
from infra.stacks.foundation import FoundationStack

PATHS = [
    "/api/v2/users",
    "/api/v2/users/me",
    "/api/v2/users/search",
    "/api/v2/users/{userId}",
    "/api/v2/users/{userId}/presences/{sourceId}",
    "/api/v2/groups",
    "/api/v2/groups/{proxy+}",
    "/api/v2/presence/{proxy+}",
    "/api/v2/organizations/{proxy+}",
]


class DirectoryStack(DomainStack):
    """One function. A user who goes on queue, or comes into a group, is offered work, so it may send to the ACD queue; routing's
    timers repeat what a request that died leaves undone."""

    def __init__(
        self, app: cdk.App, stage: Stage, foundation: FoundationStack, data: DataStack, front: HttpFront
    ) -> None:
        super().__init__(app, stage, foundation.house, "directory", description="Users, groups and presence")
        api = Function(
            self,
            "api",
            description="Users, groups, presence and the organization",
            grants=[
                data.tables["directory"].writes(),
                data.tables["routing"].writes(),
                data.tables["conversations"].writes(),  # a user who works no more hands back what they have
                data.tables["identity"].writes(),  # a user who may no longer sign in is blocked there
                data.tables["notifications"].writes(),  # and hears no more
                foundation.acd.sends(),
                foundation.sets_routing_timers(),
                foundation.bus.publishes(),
                foundation.user_pool.administers(),
            ],
        )
        front.route(self, api, PATHS)
