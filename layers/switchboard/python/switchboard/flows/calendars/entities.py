"""Schedules, schedule groups and emergency groups, as declared entities; what needs other entities is checked in rules.py."""

from datetime import datetime, timedelta

from switchboard.kit.calendars import recurrence
from switchboard.kit.entities import Body, Entity
from switchboard.kit.errors import InvalidValueError

FIRST_YEAR, LAST_YEAR = 1970, 2200
LONGEST_RECURRING = timedelta(days=366)


def check_schedule(body: Body, old: Body | None) -> None:
    """What the schedule says on its own. Raises InvalidValueError naming the field."""
    start, end = _local(body, "start"), _local(body, "end")
    if end <= start:
        raise InvalidValueError("end must be after start.", field="end")
    if rule := body.get("rrule"):
        if end - start > LONGEST_RECURRING:
            raise InvalidValueError("A schedule that recurs lasts at most 366 days.", field="end")
        try:
            recurrence.check(rule, start, end)
        except ValueError as error:
            raise InvalidValueError(f"rrule cannot be used: {error}.", field="rrule") from error


def _local(body: Body, name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(body[name])
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is not None:
        raise InvalidValueError(f"{name} must be a date and time without a zone, as 2026-01-31T09:00:00.", field=name)
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise InvalidValueError(f"{name} must lie between {FIRST_YEAR} and {LAST_YEAR}.", field=name)
    return moment


def _active(body: Body) -> Body:
    return body | {"state": "active"}


SCHEDULE = Entity(
    kind="schedule",
    path="/api/v2/architect/schedules",
    permission="routing:schedule",
    operations={
        "list": "ArchitectApi.get_architect_schedules",
        "get": "ArchitectApi.get_architect_schedule",
        "create": "ArchitectApi.post_architect_schedules",
        "update": "ArchitectApi.put_architect_schedule",
        "delete": "ArchitectApi.delete_architect_schedule",
    },
    required=("name", "start", "end"),
    version_required=True,
    read_only=("state",),
    check=check_schedule,
    present=_active,
)

SCHEDULE_GROUP = Entity(
    kind="scheduleGroup",
    path="/api/v2/architect/schedulegroups",
    permission="routing:scheduleGroup",
    operations={
        "get": "ArchitectApi.get_architect_schedulegroup",
        "create": "ArchitectApi.post_architect_schedulegroups",
        "update": "ArchitectApi.put_architect_schedulegroup",
        "delete": "ArchitectApi.delete_architect_schedulegroup",
    },
    required=("name", "timeZone"),
    version_required=True,
    read_only=("state",),
    present=_active,
)

EMERGENCY_GROUP = Entity(
    kind="emergencyGroup",
    path="/api/v2/architect/emergencygroups",
    permission="routing:emergencyGroup",
    operations={
        "list": "ArchitectApi.get_architect_emergencygroups",
        "get": "ArchitectApi.get_architect_emergencygroup",
        "create": "ArchitectApi.post_architect_emergencygroups",
        "update": "ArchitectApi.put_architect_emergencygroup",
        "delete": "ArchitectApi.delete_architect_emergencygroup",
    },
    defaults={"enabled": False},
    version_required=True,
    read_only=("state",),
    present=_active,
)
