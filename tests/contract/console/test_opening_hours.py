"""Opening hours beyond what all entities have: versions, what is in use, and what a group says of a moment."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.contract.console.agreement import NOBODY
from tests.e2e.contact_centre import Json, platform
from tests.e2e.refusals import refusal

Unique = Callable[[str], str]


@pytest.fixture
def architect(admin: Any) -> Any:
    return platform.ArchitectApi(admin)


@pytest.fixture
def schedule(architect: Any, unique: Unique) -> Any:
    hours = {"start": "2026-01-05T09:00:00", "end": "2026-01-05T18:00:00", "rrule": "FREQ=DAILY"}
    return architect.post_architect_schedules({"name": unique("Schedule"), **hours})


@pytest.fixture
def group(architect: Any, schedule: Any, unique: Unique) -> Any:
    body = {"name": unique("Group"), "timeZone": "America/New_York", "openSchedules": [{"id": schedule.id}]}
    return architect.post_architect_schedulegroups(body)


def evaluation(admin: Any, group_id: str, **query: str) -> Json:
    """Ours: the platform evaluates inside flows only."""
    path = "/api/v2/architect/schedulegroups/{scheduleGroupId}/evaluation"
    answer: Json = admin.call_api(
        path, "GET", {"scheduleGroupId": group_id}, query, response_type="object", auth_settings=["PureCloud OAuth"]
    )
    return answer


def test_a_group_says_what_a_moment_is(admin: Any, group: Any, schedule: Any) -> None:
    said = evaluation(admin, group.id, at="2026-03-08T13:00:00Z")  # nine o'clock on the first day of summer time
    assert (said["outcome"], said["scheduleId"]) == ("open", schedule.id)
    assert said["nextChange"] == "2026-03-08T22:00:00.000Z"
    assert evaluation(admin, group.id, at="2026-03-08T12:59:59Z")["outcome"] == "closed"


@pytest.mark.parametrize("name", ["localtime", "Factory", "europe/berlin", "../../etc/passwd"])
def test_what_names_a_file_is_no_zone_yet(architect: Any, unique: Unique, name: str) -> None:
    refused = refusal(lambda: architect.post_architect_schedulegroups({"name": unique("Group"), "timeZone": name}))
    assert (refused.status, refused.field) == (400, "timeZone")


def test_an_outdated_version_is_refused(architect: Any, group: Any) -> None:
    body = {"name": group.name, "timeZone": "UTC"}
    for version in ({}, {"version": group.version + 1}):
        refused = refusal(lambda: architect.put_architect_schedulegroup(group.id, body | version))  # noqa: B023
        assert (refused.status, refused.code, refused.field) == (409, "version.conflict", "version")


def test_a_schedule_in_use_stays_and_says_by_what(architect: Any, group: Any, schedule: Any) -> None:
    refused = refusal(lambda: architect.delete_architect_schedule(schedule.id))
    assert (refused.status, refused.code) == (409, "in.use")
    assert group.name in refused.message
    found = architect.get_architect_schedulegroups(schedule_ids=schedule.id).entities
    assert [each.id for each in found] == [group.id]


def test_a_schedule_that_does_not_exist_is_named(architect: Any, unique: Unique) -> None:
    body = {"name": unique("Group"), "timeZone": "UTC", "closedSchedules": [{"id": NOBODY}]}
    refused = refusal(lambda: architect.post_architect_schedulegroups(body))
    assert (refused.status, refused.field) == (400, "closedSchedules.0.id")
