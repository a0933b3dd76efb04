"""Schedules, schedule groups and emergency groups over the console API, and what they say of a moment (CE43, CE18)."""

import itertools
from datetime import timedelta
from typing import Any

import pytest
from switchboard.flows import api as flows
from switchboard.flows.bootstrap import service
from switchboard.kit import clock, ids

from local.cloud import LocalCloud
from tests.integration.console import Console, sign_in
from tests.integration.flows.test_flows_api import definition, queue

SCHEDULES, GROUPS, EMERGENCIES = "/architect/schedules", "/architect/schedulegroups", "/architect/emergencygroups"
_numbers = itertools.count(1)


def schedule(admin: Console, start: str, end: str, rrule: str = "") -> Any:
    body = {"name": f"Schedule {next(_numbers)}", "start": start, "end": end, **({"rrule": rrule} if rrule else {})}
    return admin.done("POST", SCHEDULES, body)


def group_body(**kinds: Any) -> dict[str, Any]:
    named = {f"{kind}Schedules": [{"id": each["id"]} for each in schedules] for kind, schedules in kinds.items()}
    return {"name": f"Group {next(_numbers)}", "timeZone": "Europe/Lisbon", **named}


@pytest.fixture
def weekdays(admin: Console) -> Any:
    return schedule(admin, "2026-01-05T09:00:00", "2026-01-05T18:00:00.000", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR")


@pytest.fixture
def christmas(admin: Console) -> Any:
    return schedule(admin, "2020-12-25T00:00:00", "2020-12-26T00:00:00", "FREQ=YEARLY")


@pytest.fixture
def group(admin: Console, weekdays: Any, christmas: Any) -> Any:
    return admin.done("POST", GROUPS, group_body(open=[weekdays], holiday=[christmas]))


@pytest.fixture
def emergency(admin: Console) -> Any:
    return admin.done("POST", EMERGENCIES, {"name": f"Emergency {next(_numbers)}"})


def evaluated(admin: Console, group: Any, at: str, **query: str) -> dict[str, Any]:
    answer = admin.done("GET", f"{GROUPS}/{group['id']}/evaluation", at=at, **query)
    assert answer.pop("at") == clock.iso(clock.parse(at))
    return dict(answer)


def test_a_group_says_what_a_moment_is(admin: Console, group: Any, weekdays: Any, christmas: Any) -> None:
    assert evaluated(admin, group, "2026-06-01T08:00:00Z") == {
        "outcome": "open",
        "scheduleId": weekdays["id"],
        "nextChange": "2026-06-01T17:00:00.000Z",
    }
    assert evaluated(admin, group, "2026-06-01T07:59:59Z") == {
        "outcome": "closed",
        "nextChange": "2026-06-01T08:00:00.000Z",
    }
    holiday = evaluated(admin, group, "2026-12-25T12:00:00Z")
    assert (holiday["outcome"], holiday["scheduleId"]) == ("holiday", christmas["id"])
    for moment in ("soon", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"):
        assert admin.refused("GET", f"{GROUPS}/{group['id']}/evaluation", at=moment) == (400, "invalid.value", "at")


def test_an_emergency_group_is_above_all_while_it_is_enabled(admin: Console, group: Any, emergency: Any) -> None:
    query = {"emergencyGroupId": emergency["id"]}
    assert evaluated(admin, group, "2026-06-01T08:00:00Z", **query)["outcome"] == "open"
    admin.done("PUT", f"{EMERGENCIES}/{emergency['id']}", emergency | {"enabled": True})
    admin.cloud.advance(timedelta(seconds=11))
    assert evaluated(admin, group, "2026-06-01T08:00:00Z", **query) == {
        "outcome": "emergency",
        "emergencyGroupId": emergency["id"],
    }
    unknown = admin.refused("GET", f"{GROUPS}/{group['id']}/evaluation", emergencyGroupId=ids.new())
    assert unknown == (400, "invalid.value", "emergencyGroup.id")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"start": None}, "start"),
        ({"start": "yesterday"}, "start"),
        ({"start": "2026-01-05T09:00:00Z"}, "start"),
        ({"start": "0001-01-01T00:00:00"}, "start"),
        ({"end": "2026-01-05T09:00:00"}, "end"),
        ({"end": "2026-01-05T08:59:00"}, "end"),
        ({"end": "2028-01-05T08:59:00"}, "end"),
        ({"rrule": "FREQ=SOMETIMES"}, "rrule"),
        ({"rrule": "FREQ=DAILY;INTERVAL=0"}, "rrule"),
        ({"rrule": "FREQ=DAILY", "end": "2026-01-06T10:00:00"}, "rrule"),
    ],
)
def test_a_wrong_schedule_is_refused_by_field(admin: Console, changes: dict[str, Any], field: str) -> None:
    body = {"name": "S", "start": "2026-01-05T09:00:00", "end": "2026-01-05T18:00:00", "rrule": "FREQ=WEEKLY"}
    status, _, named = admin.refused("POST", SCHEDULES, body | changes)
    assert (status, named) == (400, field)


def test_a_wrong_group_is_refused_by_field(admin: Console, weekdays: Any) -> None:
    mondays = schedule(admin, "2026-01-05T17:59:00", "2026-01-05T20:00:00", "FREQ=MONTHLY;BYDAY=1MO")

    def refused(**changes: Any) -> tuple[int, str]:
        status, _, field = admin.refused("POST", GROUPS, group_body(open=[weekdays]) | changes)
        return status, field

    for zone in ("Europe/Atlantis", "../etc/passwd", "America", "Lisbon"):
        assert refused(timeZone=zone) == (400, "timeZone")
    assert refused(timeZone=None) == (400, "timeZone")
    assert refused(closedSchedules=[{"id": ids.new()}]) == (400, "closedSchedules.0.id")
    both = [{"id": weekdays["id"]}, {"id": mondays["id"]}]
    assert refused(openSchedules=both) == (400, "openSchedules.1.id")
    assert refused(openSchedules=both[:1] * 2) == (400, "openSchedules.1.id")
    admin.done("POST", GROUPS, group_body(open=[weekdays], closed=[mondays]))  # of two kinds they may


def test_a_schedule_does_not_come_to_overlap_in_a_group_of_it(admin: Console, weekdays: Any) -> None:
    evenings = schedule(admin, "2026-01-05T18:00:00", "2026-01-05T20:00:00", "FREQ=DAILY")
    group = admin.done("POST", GROUPS, group_body(open=[weekdays, evenings]))
    answer = admin.call("PUT", f"{SCHEDULES}/{evenings['id']}", evenings | {"start": "2026-01-05T17:00:00"})
    assert (answer.status, answer.body["details"][0]["fieldName"]) == (400, "start")
    assert group["name"] in answer.body["message"]


def test_a_change_needs_the_version_it_was_made_on(admin: Console, weekdays: Any, group: Any, emergency: Any) -> None:
    for path, body in ((SCHEDULES, weekdays), (GROUPS, group), (EMERGENCIES, emergency)):
        without = {name: value for name, value in body.items() if name != "version"}
        for sent in (without, body | {"version": 7}):
            assert admin.refused("PUT", f"{path}/{body['id']}", sent) == (409, "version.conflict", "version")
        assert admin.done("PUT", f"{path}/{body['id']}", body)["version"] == body["version"] + 1


def test_what_is_in_use_stays_and_says_by_what(admin: Console, cloud: LocalCloud, group: Any, emergency: Any) -> None:
    schedule_id = group["openSchedules"][0]["id"]
    answer = admin.call("DELETE", f"{SCHEDULES}/{schedule_id}")
    assert (answer.status, answer.body["code"]) == (409, "in.use") and group["name"] in answer.body["message"]
    flow = published(admin, by_hours(cloud, group, emergency))
    for path, body in ((GROUPS, group), (EMERGENCIES, emergency)):
        answer = admin.call("DELETE", f"{path}/{body['id']}")
        assert (answer.status, answer.body["code"]) == (409, "in.use") and flow["name"] in answer.body["message"]


def test_what_nothing_uses_goes(admin: Console, emergency: Any, group: Any, weekdays: Any) -> None:
    for path, body in ((GROUPS, group), (SCHEDULES, weekdays), (EMERGENCIES, emergency)):
        admin.done("DELETE", f"{path}/{body['id']}")
        assert admin.refused("GET", f"{path}/{body['id']}")[:2] == (404, "not.found")
    assert admin.refused("GET", f"{GROUPS}/{group['id']}/evaluation")[:2] == (404, "not.found")


def test_groups_are_found_by_their_schedules(admin: Console, group: Any, weekdays: Any) -> None:
    def found(identifier: str) -> list[str]:
        return [each["id"] for each in admin.done("GET", GROUPS, scheduleIds=identifier)["entities"]]

    assert found(weekdays["id"]) == [group["id"]]
    assert found(ids.new()) == []


def test_an_emergency_group_leads_to_flows_that_exist(admin: Console, cloud: LocalCloud, emergency: Any) -> None:
    flow = published(admin, definition(queue(cloud, "Sales")))

    def put(**leads: Any) -> Any:
        return admin.call("PUT", f"{EMERGENCIES}/{emergency['id']}", emergency | {"emergencyCallFlows": [leads]})

    for leads, field in (
        ({"emergencyFlow": {"id": ids.new()}}, "emergencyCallFlows.0.emergencyFlow.id"),
        ({}, "emergencyCallFlows.0.emergencyFlow.id"),
        ({"emergencyFlow": {"id": flow["id"]}, "ivrs": [{"id": ids.new()}]}, "emergencyCallFlows.0.ivrs.0.id"),
    ):
        answer = put(**leads)
        assert (answer.status, answer.body["details"][0]["fieldName"]) == (400, field)
    assert put(emergencyFlow={"id": flow["id"]}).status == 200


# -- published flows go by them


def by_hours(cloud: LocalCloud, group: Any, emergency: Any = None, **outputs: Any) -> dict[str, Any]:
    transfer = definition(queue(cloud, "Support"))["inboundShortMessage"]["tasks"][0]["task"]["actions"]
    closed = [{"sendResponse": {"messageBody": "Closed."}}, {"disconnect": {}}]
    evaluation = {
        "scheduleGroup": {"id": group["id"]},
        "outputs": {"open": {"actions": transfer}, "closed": {"actions": closed}, **outputs},
        **({"emergencyGroup": {"id": emergency["id"]}} if emergency else {}),
    }
    made = definition(ids.new())
    made["inboundShortMessage"]["tasks"][0]["task"]["actions"] = [{"evaluateScheduleGroup": evaluation}]
    return made


def drafted(admin: Console, source: Any) -> Any:
    flow = admin.done("POST", "/flows", {"name": f"By hours {next(_numbers)}", "type": "INBOUNDSHORTMESSAGE"})
    admin.done("POST", f"/flows/{flow['id']}/versions", source)
    return flow


def published(admin: Console, source: Any) -> Any:
    flow = drafted(admin, source)
    admin.done("POST", "/flows/actions/publish", flow=flow["id"])
    return flow


def outcome(cloud: LocalCloud, flow: Any, at: str) -> tuple[str, str]:
    """As it is once what changed has been compiled."""
    cloud.settle()
    with cloud.as_function("channels-api"):
        entry, occasion = flows.entry_of(flow["id"]).at(clock.parse(at))
    return occasion.split(":")[0], entry.queue_name


def test_a_flow_goes_by_its_hours_and_by_every_change_of_them(
    admin: Console, cloud: LocalCloud, group: Any, weekdays: Any, emergency: Any
) -> None:
    sales = definition(queue(cloud, "Sales"))["inboundShortMessage"]["tasks"][0]["task"]["actions"]
    flow = published(admin, by_hours(cloud, group, emergency, holiday={"actions": sales}))
    evening = "2026-06-01T18:00:00Z"
    assert outcome(cloud, flow, "2026-06-01T12:00:00Z") == ("open", "Support")
    assert outcome(cloud, flow, "2026-12-25T12:00:00Z") == ("holiday", "Sales")
    assert outcome(cloud, flow, evening) == ("closed", "")
    longer = admin.done("PUT", f"{SCHEDULES}/{weekdays['id']}", weekdays | {"end": "2026-01-05T20:00:00"})
    assert longer["end"] == "2026-01-05T20:00:00"
    assert outcome(cloud, flow, evening) == ("open", "Support")
    elsewhere = admin.done("PUT", f"{GROUPS}/{group['id']}", group | {"timeZone": "America/New_York"})
    assert elsewhere["timeZone"] == "America/New_York"
    assert outcome(cloud, flow, "2026-06-01T12:00:00Z") == ("closed", "")
    admin.done("PUT", f"{EMERGENCIES}/{emergency['id']}", emergency | {"enabled": True})
    assert outcome(cloud, flow, evening) == ("emergency", "")


def test_a_flow_with_a_group_that_does_not_exist_is_refused(admin: Console, cloud: LocalCloud, group: Any) -> None:
    for source, field in (
        (by_hours(cloud, {"id": ids.new()}), "scheduleGroup.id"),
        (by_hours(cloud, group, {"id": ids.new()}), "emergencyGroup.id"),
    ):
        flow = drafted(admin, source)
        assert admin.refused("POST", "/flows/actions/publish", flow=flow["id"]) == (400, "invalid.value", field)


def test_a_change_during_a_publication_is_not_lost(
    admin: Console, cloud: LocalCloud, group: Any, weekdays: Any
) -> None:
    """The schedule changes between the compilation and the publication's write, when no published flow names it yet."""
    flow = drafted(admin, by_hours(cloud, group))
    with cloud.as_function("flows-api"):
        publishing = service()
        compile_first = publishing._compiled
        changed: list[str] = []

        def compiled(entry: Any) -> Any:
            made = compile_first(entry)
            if not changed:
                changed.append(weekdays["id"])
                flows.schedules().update(weekdays["id"], weekdays | {"end": "2026-01-05T21:00:00"})
            return made

        publishing._compiled = compiled  # type: ignore[method-assign]
        try:
            publishing.publish(flow["id"])
        finally:
            publishing._compiled = compile_first  # type: ignore[method-assign]
    assert changed
    cloud.settle()
    assert outcome(cloud, flow, "2026-06-01T19:00:00Z") == ("open", "Support")


def test_an_agent_may_look_and_not_change(cloud: LocalCloud, group: Any) -> None:
    agent = sign_in(cloud, "demo-ana")
    assert agent.done("GET", f"{GROUPS}/{group['id']}/evaluation")["outcome"] in ("open", "closed", "holiday")
    assert agent.refused("PUT", f"{GROUPS}/{group['id']}", group)[:2] == (403, "missing.permissions")
