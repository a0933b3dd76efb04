"""Details jobs: a query that runs on, for intervals of up to a year; whoever asked for it reads its results in pages."""

from typing import Any

from switchboard.analytics import api as analytics
from switchboard.analytics.jobs import LARGEST_PAGE
from switchboard.kit.callers import Caller
from switchboard.kit.errors import InvalidValueError
from switchboard.kit.http import Answer, Api, Request

from functions.analytics.api.conversations import DETAIL, visible


def register(api: Api) -> None:
    api.operation(
        "ConversationsApi.post_analytics_conversations_details_jobs", DETAIL, status=202, idempotent=analytics.table
    )(start)
    api.operation("ConversationsApi.get_analytics_conversations_details_jobs_availability", DETAIL)(availability)
    api.operation("ConversationsApi.get_analytics_conversations_details_job", DETAIL)(status)
    api.operation("ConversationsApi.delete_analytics_conversations_details_job", DETAIL)(remove)
    api.operation("ConversationsApi.get_analytics_conversations_details_job_results", DETAIL)(results)


def start(request: Request) -> dict[str, Any]:
    divisions = sorted(request.caller.divisions(DETAIL))
    return {"jobId": analytics.start_job(request.body, owner(request.caller), divisions)}


def availability(request: Request) -> dict[str, Any]:
    return {"dataAvailabilityDate": analytics.recorded_until()}


def status(request: Request) -> dict[str, Any]:
    return analytics.job_status(request.path["jobId"], owner(request.caller))


def remove(request: Request) -> Answer:
    analytics.remove_job(request.path["jobId"], owner(request.caller))
    return Answer()


def results(request: Request) -> dict[str, Any]:
    """At most `pageSize` (1 to 1000, 100 where it is not said), fewer where they are large; `cursor` says where to go on."""
    size = request.query.get("pageSize", 100)
    if not 1 <= size <= LARGEST_PAGE:
        raise InvalidValueError(f"pageSize must be between 1 and {LARGEST_PAGE}.", field="pageSize")
    found = analytics.job_results(
        request.path["jobId"],
        owner(request.caller),
        visible(request, DETAIL),
        cursor=request.query.get("cursor"),
        page_size=size,
    )
    return found | {"dataAvailabilityDate": analytics.recorded_until()}


def owner(caller: Caller) -> str:
    """Whose a job is: the person's, or the machine's."""
    return caller.user_id or caller.client_id
