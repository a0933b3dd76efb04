"""Queues: what waits in them now, and who works on it."""

from typing import Any

from switchboard.analytics import api as analytics
from switchboard.kit.http import Api, Request
from switchboard.routing import api as routing

OBSERVATION = "analytics:queueObservation:view"


def register(api: Api) -> None:
    api.operation("RoutingApi.post_analytics_queues_observations_query", OBSERVATION)(observe)


def observe(request: Request) -> dict[str, Any]:
    def may_see(queue_ids: list[str]) -> list[str]:
        found = routing.queues().find_all(queue_ids)
        return [
            each
            for each in queue_ids
            if each in found and request.caller.may(OBSERVATION, found[each]["division"]["id"])
        ]

    return analytics.observe_queues(request.body, may_see)
