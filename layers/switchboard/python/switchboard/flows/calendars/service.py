"""The three kinds of calendars in the flows' table: kept, compiled, evaluated."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from switchboard.flows.calendars import rules
from switchboard.flows.calendars.entities import (
    EMERGENCY_GROUP,
    FIRST_YEAR,
    LAST_YEAR,
    SCHEDULE,
    SCHEDULE_GROUP,
    check_schedule,
)
from switchboard.kit.cache import TimedCache
from switchboard.kit.calendars import Calendar, Opening, evaluation
from switchboard.kit.dynamo import Table
from switchboard.kit.entities import Body, Store
from switchboard.kit.errors import InvalidValueError, NotFoundError

KEPT_SECONDS = 10

FlowsNaming = Callable[[str], Iterable[str]]


class Calendars:
    """`flows_naming` names the published flows that go by a group; `known_flows` are those of the ids that exist."""

    def __init__(
        self,
        table: Table,
        flows_naming: FlowsNaming,
        known_flows: Callable[[set[str]], Iterable[str]],
    ) -> None:
        self._known_flows = known_flows
        self._kept: TimedCache[tuple[str, str], Calendar] = TimedCache(KEPT_SECONDS)

        def in_flows(group_id: str) -> Iterable[str]:
            return (f"the flow {name}" for name in flows_naming(group_id))

        self.schedules = Store(table, replace(SCHEDULE, check=self._check_schedule, references=self._groups_naming))
        self.groups = Store(table, replace(SCHEDULE_GROUP, check=self._check_group, references=in_flows))
        self.emergencies = Store(table, replace(EMERGENCY_GROUP, check=self._check_emergency, references=in_flows))

    def compiled(self, group_id: str, emergency_id: str = "") -> Calendar:
        """The calendar of a group and, where one is named, an emergency group. Raises InvalidValueError for the one not there."""
        group = self.groups.find(group_id)
        if group is None:
            raise InvalidValueError(f"There is no schedule group {group_id}.", field="scheduleGroup.id")
        emergency = self.emergencies.find(emergency_id) if emergency_id else None
        if emergency_id and emergency is None:
            raise InvalidValueError(f"There is no emergency group {emergency_id}.", field="emergencyGroup.id")
        # Consistent: who compiles because a schedule has changed must see the change.
        named = [identifier for _, identifier in rules.schedule_ids(group)]
        schedules = self.schedules.find_all(named, consistent=True)
        return rules.calendar(group, schedules, emergency)

    def opening(self, group_id: str, moment: datetime, emergency_id: str = "") -> Opening:
        """By a calendar up to 10 s old. Raises NotFoundError, InvalidValueError (moment, emergency group)."""
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise InvalidValueError(f"at must lie between {FIRST_YEAR} and {LAST_YEAR}.", field="at")
        calendar = self._kept.get((group_id, emergency_id), lambda: self._found(group_id, emergency_id))
        if calendar is None:
            raise NotFoundError("scheduleGroup", group_id)
        return evaluation.evaluate(calendar, moment)

    def _found(self, group_id: str, emergency_id: str) -> Calendar | None:
        return self.compiled(group_id, emergency_id) if self.groups.find(group_id) else None

    def _check_schedule(self, body: Body, old: Body | None) -> None:
        check_schedule(body, old)
        for group in self._groups_with(body["id"]) if old else ():
            try:
                rules.check_schedules(group, self._schedules_of(group) | {body["id"]: body})
            except InvalidValueError as error:
                raise InvalidValueError(
                    f"In the schedule group {group['name']}: {error.message}", field="start"
                ) from error

    def _check_group(self, body: Body, old: Body | None) -> None:
        rules.check_zone(body)
        rules.check_schedules(body, self._schedules_of(body))

    def _check_emergency(self, body: Body, old: Body | None) -> None:
        rules.check_emergency_flows(body, set(self._known_flows(rules.emergency_flow_ids(body))))

    def _schedules_of(self, group: Body) -> dict[str, Body]:
        return self.schedules.find_all(identifier for _, identifier in rules.schedule_ids(group))

    def _groups_with(self, schedule_id: str) -> list[Body]:
        return [group for group in self.groups.all() if schedule_id in (each for _, each in rules.schedule_ids(group))]

    def _groups_naming(self, schedule_id: str) -> Iterable[str]:
        return (f"the schedule group {group['name']}" for group in self._groups_with(schedule_id))
