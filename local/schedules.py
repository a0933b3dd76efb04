"""Fires EventBridge Scheduler's schedules, and rules with a schedule, by the movable clock.

moto stores schedules and never fires them. `at`, `rate` and `cron` expressions; targets: SQS queues and functions. AWS
fires within the minute after the time named; here it is at once.
"""

from __future__ import annotations

import heapq
import itertools
import json
import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from moto.sqs.models import sqs_backends

from local.functions import FunctionError
from local.patches.botocore import lock
from local.permissions import missing

if TYPE_CHECKING:
    from local.cloud import LocalCloud

_UNITS = {"minute": 60, "hour": 3600, "day": 86400}
_MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
_DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]


class Schedules:
    def __init__(self, cloud: LocalCloud) -> None:
        self._cloud = cloud
        self._order = itertools.count()
        self._due: list[tuple[float, int, Any]] = []
        self._latest: dict[int, int] = {}

    def set(self, schedule: Any) -> None:
        """Called when a schedule is made or changed: anything with moto's Schedule attributes."""
        with lock:
            self._plan(schedule, after=self._cloud.clock.now())
        self._cloud.pump.wake()

    def _plan(self, schedule: Any, after: datetime) -> None:
        due = next_time(schedule.schedule_expression, schedule.schedule_expression_timezone, after)
        order = next(self._order)
        self._latest[id(schedule)] = order
        if due is not None:
            heapq.heappush(self._due, (due.timestamp(), order, schedule))

    def _drop_stale(self) -> None:
        """Passes over what was deleted or changed since it was planned."""
        while self._due and not self._valid(*self._due[0][1:]):
            heapq.heappop(self._due)

    def _valid(self, order: int, schedule: Any) -> bool:
        return self._latest.get(id(schedule)) == order and schedule.state != "DISABLED" and self._stored(schedule)

    def _stored(self, schedule: Any) -> bool:
        from moto.scheduler.models import scheduler_backends

        groups = scheduler_backends[self._cloud.account][self._cloud.region].schedule_groups
        group = groups.get(schedule.group_name)
        return group is not None and group.schedules.get(schedule.name) is schedule

    def next_due(self) -> float | None:
        with lock:
            self._drop_stale()
            return self._due[0][0] if self._due else None

    def take(self) -> Callable[[], None] | None:
        """The earliest schedule that is due, to be fired by calling it."""
        self._drop_stale()
        if not self._due or self._due[0][0] > self._cloud.clock.timestamp():
            return None
        due, _, schedule = heapq.heappop(self._due)
        if schedule.schedule_expression.startswith("at("):
            self._latest.pop(id(schedule), None)
            if schedule.action_after_completion == "DELETE":
                self._delete(schedule)
        else:
            self._plan(schedule, after=datetime.fromtimestamp(due, UTC))
        return lambda: self._fire(schedule, due)

    def _delete(self, schedule: Any) -> None:
        from moto.scheduler.models import scheduler_backends

        scheduler_backends[self._cloud.account][self._cloud.region].delete_schedule(schedule.group_name, schedule.name)

    def _fire(self, schedule: Any, due: float) -> None:
        target = schedule.target
        arn = target["Arn"]
        text = target.get("Input") or "{}"
        scheduled = datetime.fromtimestamp(due, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        text = text.replace("<aws.scheduler.scheduled-time>", scheduled).replace(
            "<aws.scheduler.schedule-arn>", schedule.arn
        )
        if not self._allowed(target["RoleArn"], arn):
            print(f"{schedule.name} cannot fire: {target['RoleArn']} may not reach {arn}", file=sys.stderr)
        elif ":sqs:" in arn:
            group = (target.get("SqsParameters") or {}).get("MessageGroupId")
            with lock:
                backend = sqs_backends[self._cloud.account][self._cloud.region]
                backend.send_message(arn.rsplit(":", 1)[1], text, group_id=group)
        elif ":function:" in arn:
            try:
                self._cloud.functions.invoke(self._cloud.functions.named(arn), json.loads(text))
            except FunctionError:
                return  # reported; AWS would retry, a scheduled function must bear a missed run anyway
        else:
            raise NotImplementedError(f"a schedule cannot reach {arn} in the local cloud")

    def _allowed(self, role: str, target: str) -> bool:
        """Whether the schedule's role may do what the schedule is for; roles outside the template are not judged."""
        statements = self._cloud.roles.get(role)
        action = "sqs:SendMessage" if ":sqs:" in target else "lambda:InvokeFunction"
        return statements is None or missing(statements, [(action, target)]) is None


def next_time(expression: str, timezone: str, after: datetime) -> datetime | None:
    """The first time the expression names at or (rate and cron) after `after`; None when there is none.

    Raises ValueError for an expression AWS would refuse.
    """
    kind, _, rest = expression.partition("(")
    argument = rest.rstrip(")")
    if kind == "at":
        return datetime.fromisoformat(argument).replace(tzinfo=ZoneInfo(timezone)).astimezone(UTC)
    if kind == "rate":
        count, unit = argument.split()
        return after + timedelta(seconds=int(count) * _UNITS[unit.removesuffix("s")])
    if kind == "cron":
        return _next_cron(argument.split(), ZoneInfo(timezone), after)
    raise ValueError(f"invalid schedule expression {expression}")


def _next_cron(fields: list[str], zone: ZoneInfo, after: datetime) -> datetime | None:
    minutes = _values(fields[0], range(60), [])
    hours = _values(fields[1], range(24), [])
    days = None if fields[2] == "?" else _values(fields[2], range(1, 32), [])
    months = _values(fields[3], range(1, 13), _MONTHS)
    weekdays = None if fields[4] == "?" else _values(fields[4], range(1, 8), _DAYS)
    years = _values(fields[5], range(1970, 2200), [])
    local = after.astimezone(zone)
    day = local.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    for _ in range(366 * 8):
        wanted = day.year in years and day.month in months and (days is None or day.day in days)
        if wanted and (weekdays is None or day.isoweekday() % 7 + 1 in weekdays):
            for hour in sorted(hours):
                for minute in sorted(minutes):
                    moment = day.replace(hour=hour, minute=minute, tzinfo=zone).astimezone(UTC)
                    if moment > after:
                        return moment
        day += timedelta(days=1)
    return None


def _values(text: str, allowed: range, names: list[str]) -> set[int]:
    """The values of one cron field: `*`, lists, ranges, steps, names."""
    values: set[int] = set()
    for part in text.upper().split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        if span == "*":
            start, end = allowed[0], allowed[-1]
        else:
            start = _number(first, names)
            end = _number(last, names) if last else allowed[-1] if step else start
        if start not in allowed or end not in allowed:
            raise ValueError(f"invalid cron field {text}")
        values.update(range(start, end + 1, int(step or 1)))
    return values


def _number(text: str, names: list[str]) -> int:
    if text in names:
        return names.index(text) + 1
    if not re.fullmatch(r"\d+", text):
        raise ValueError(f"invalid cron value {text}")
    return int(text)
