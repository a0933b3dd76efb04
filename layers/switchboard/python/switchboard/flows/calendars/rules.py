"""What a schedule group and an emergency group may not say, and the calendar that a group's schedules make."""

from collections.abc import Collection, Iterator, Mapping
from datetime import timedelta
from zoneinfo import ZoneInfo, available_timezones

from switchboard.kit import clock
from switchboard.kit.calendars import Calendar, Slot
from switchboard.kit.calendars.overlap import first_overlap
from switchboard.kit.entities import Body
from switchboard.kit.errors import InvalidValueError

KINDS = ("openSchedules", "closedSchedules", "holidaySchedules")
MOST_SCHEDULES = 100
OVERLAPS_SOUGHT = timedelta(days=5 * 366)
NO_ZONES = {"Factory", "localtime", "posixrules"}
"""What stands among the zones' files and is none: another machine takes it for another zone, or has no such file."""


def schedule_ids(group: Body) -> Iterator[tuple[str, str]]:
    """(field, schedule id) of each schedule that the group names."""
    for kind in KINDS:
        for index, reference in enumerate(group.get(kind) or []):
            yield f"{kind}.{index}.id", str(reference.get("id") or "")


def check_zone(group: Body) -> None:
    """Raises InvalidValueError for a time zone that does not exist."""
    if group["timeZone"] not in available_timezones() - NO_ZONES:
        raise InvalidValueError(f"There is no time zone '{group['timeZone'][:60]}'.", field="timeZone")


def check_schedules(group: Body, schedules: Mapping[str, Body]) -> None:
    """Raises InvalidValueError for a schedule that does not exist, and for two of a kind that overlap in the next years."""
    named = list(schedule_ids(group))
    if len(named) > MOST_SCHEDULES:
        raise InvalidValueError(f"A group has at most {MOST_SCHEDULES} schedules.", field=named[MOST_SCHEDULES][0])
    for field, identifier in named:
        if identifier not in schedules:
            raise InvalidValueError(f"The schedule '{identifier}' does not exist.", field=field)
    zone = ZoneInfo(group["timeZone"])
    now = clock.now().astimezone(zone).replace(tzinfo=None)
    for kind in KINDS:
        slots = _slots(group, kind, schedules)
        overlap = first_overlap(slots, zone, now, now + OVERLAPS_SOUGHT)
        if overlap is not None:
            first, second, start = overlap
            names = (schedules[slots[each].id]["name"] for each in (first, second))
            raise InvalidValueError(
                f"{' and '.join(names)} overlap from {start:%Y-%m-%d %H:%M}.", field=f"{kind}.{second}.id"
            )


def check_emergency_flows(group: Body, flows: Collection[str]) -> None:
    """Raises InvalidValueError for a flow that is not among the `flows`, and for call routes, of which there are none."""
    for index, each in enumerate(group.get("emergencyCallFlows") or []):
        field = f"emergencyCallFlows.{index}"
        flow_id = str((each.get("emergencyFlow") or {}).get("id") or "")
        if flow_id not in flows:
            raise InvalidValueError(f"The flow '{flow_id}' does not exist.", field=f"{field}.emergencyFlow.id")
        for number, route in enumerate(each.get("ivrs") or []):
            raise InvalidValueError(
                f"The call route '{route.get('id') or ''}' does not exist.", field=f"{field}.ivrs.{number}.id"
            )


def emergency_flow_ids(group: Body) -> set[str]:
    return {str((each.get("emergencyFlow") or {}).get("id")) for each in group.get("emergencyCallFlows") or []}


def calendar(group: Body, schedules: Mapping[str, Body], emergency: Body | None) -> Calendar:
    """The group's schedules as data. One that is gone (it was deleted while the group took it in) is left out."""
    return Calendar(
        zone=group["timeZone"],
        open=_slots(group, "openSchedules", schedules),
        closed=_slots(group, "closedSchedules", schedules),
        holiday=_slots(group, "holidaySchedules", schedules),
        emergency=emergency["id"] if emergency and emergency.get("enabled") else "",
    )


def _slots(group: Body, kind: str, schedules: Mapping[str, Body]) -> list[Slot]:
    named = [schedules[each["id"]] for each in group.get(kind) or [] if each.get("id") in schedules]
    return [Slot(id=each["id"], start=each["start"], end=each["end"], rrule=each.get("rrule") or "") for each in named]
