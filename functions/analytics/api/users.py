"""Users: the time they spent in each status and presence, and what they do now."""

from typing import Any

from switchboard.analytics import api as analytics
from switchboard.directory import api as directory
from switchboard.kit.http import Api, Request

AGGREGATE = "analytics:userAggregate:view"
OBSERVATION = "analytics:userObservation:view"


def register(api: Api) -> None:
    api.operation("UsersApi.post_analytics_users_aggregates_query", AGGREGATE)(aggregate)
    api.operation("UsersApi.post_analytics_users_observations_query", OBSERVATION)(observe)


def aggregate(request: Request) -> dict[str, Any]:
    return analytics.aggregate_users(request.body, _may_see(request, AGGREGATE))


def observe(request: Request) -> dict[str, Any]:
    return analytics.observe_users(request.body, _may_see(request, OBSERVATION))


def _may_see(request: Request, permission: str) -> analytics.MaySee:
    def may_see(user_ids: list[str]) -> list[str]:
        found = directory.find_users(user_ids)
        return [
            each for each in user_ids if each in found and request.caller.may(permission, found[each]["division"]["id"])
        ]

    return may_see
