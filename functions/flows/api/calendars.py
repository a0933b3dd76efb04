"""Opening hours: schedules, schedule groups, emergency groups (CE43, CE18), and what they say of a moment."""

from switchboard.flows import api as flows
from switchboard.kit import clock, paging
from switchboard.kit.entities import Body
from switchboard.kit.entity_routes import Serving, serve
from switchboard.kit.http import Api, Request

_groups = Serving(flows.SCHEDULE_GROUP, flows.schedule_groups)


def register(api: Api) -> None:
    serve(api, flows.SCHEDULE, flows.schedules)
    serve(api, flows.SCHEDULE_GROUP, flows.schedule_groups)
    serve(api, flows.EMERGENCY_GROUP, flows.emergency_groups)
    api.operation("ArchitectApi.get_architect_schedulegroups", "routing:scheduleGroup:view")(list_groups)
    api.route(
        "GET",
        "/api/v2/architect/schedulegroups/{scheduleGroupId}/evaluation",
        "routing:scheduleGroup:view",
        query={"at": "datetime", "emergencyGroupId": "str"},
    )(evaluate)


def list_groups(request: Request) -> Body:
    """`scheduleIds`: only the groups that have one of these schedules."""
    wanted = {each for each in str(request.query.get("scheduleIds", "")).split(",") if each}
    found = [
        group
        for group in _groups.visible(request)
        if not wanted or wanted & {each for _, each in flows.schedule_ids(group)}
    ]
    return paging.numbered([_groups.shown(group) for group in found], flows.SCHEDULE_GROUP.path, request.query)


def evaluate(request: Request) -> Body:
    """What the group says `at` a moment (default: now): open, closed, holiday or, by the emergency group, emergency; which schedule
    decided, none where no schedule is on; and when the outcome changes, where that is within about a year."""
    group = _groups.reachable(request, "view")
    moment = request.query.get("at") or clock.now()
    emergency = request.query.get("emergencyGroupId", "")
    if known := flows.emergency_groups().find(emergency):
        request.caller.require(f"{flows.EMERGENCY_GROUP.permission}:view", known["division"]["id"])
    opening = flows.opening(group["id"], moment, emergency)
    decider = "emergencyGroupId" if opening.outcome == "emergency" else "scheduleId"
    return {
        "outcome": opening.outcome,
        "at": clock.iso(moment),
        **({decider: opening.decided_by} if opening.decided_by else {}),
        **({"nextChange": clock.iso_ms(opening.next_change)} if opening.next_change else {}),
    }
