"""Reporting exports: views as files. Whoever asked for one sees it, no one else."""

from typing import Any

from switchboard.analytics import api as analytics
from switchboard.kit import paging
from switchboard.kit.checks import require
from switchboard.kit.errors import InvalidValueError
from switchboard.kit.http import Answer, Api, Request

from functions.analytics.api.conversations import AGGREGATE, DETAIL
from functions.analytics.api.detail_jobs import owner

PATH = "/api/v2/analytics/reporting/exports"
ONE = f"{PATH}/{{exportId}}"
MODEL = "ReportingExportJobResponse"
VIEW, ADD, EDIT, DELETE = (f"analytics:dataExport:{action}" for action in ("view", "add", "edit", "delete"))


def register(api: Api) -> None:
    api.operation("AnalyticsApi.get_analytics_reporting_exports", VIEW)(list_all)
    api.operation("AnalyticsApi.post_analytics_reporting_exports", ADD, idempotent=analytics.table)(start)
    api.route("GET", ONE, VIEW, response=MODEL)(get)
    api.route("PATCH", ONE, EDIT, request="ReportingExportJobRequest", response=MODEL, body_required=True)(mark)
    api.route("DELETE", ONE, DELETE)(delete)


def start(request: Request) -> dict[str, Any]:
    """Of what the caller may see in the API: aggregates, for the list of interactions their details."""
    needed = DETAIL if request.body.get("viewType") == "INTERACTION_SEARCH_VIEW" else AGGREGATE
    request.caller.require(needed)
    return analytics.start_export(request.body, owner(request.caller), sorted(request.caller.divisions(needed)))


def list_all(request: Request) -> dict[str, Any]:
    return paging.numbered(analytics.exports(owner(request.caller)), PATH, request.query)


def get(request: Request) -> dict[str, Any]:
    return analytics.export(request.path["exportId"], owner(request.caller))


def mark(request: Request) -> dict[str, Any]:
    """As read, or not; what is exported does not change any more."""
    require(request.body, "read")
    others = [name for name, value in request.body.items() if name != "read" and value is not None]
    if others:
        raise InvalidValueError(f"Of an export only read can be changed, not {others[0]}.", field=others[0])
    return analytics.mark_export(request.path["exportId"], owner(request.caller), request.body["read"])


def delete(request: Request) -> Answer:
    analytics.delete_export(request.path["exportId"], owner(request.caller))
    return Answer()
