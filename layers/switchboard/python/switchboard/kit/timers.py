"""Timers: exact, one per object, never a sweep.

Up to 15 minutes ahead a timer is a delayed SQS message, beyond that an EventBridge one-time schedule; both deliver the same
body to the same queue. A timer is not cancelled: it carries what it was set for (a version, a state) and its handler ignores it
when that no longer holds.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from switchboard.kit import aws, clock, ids, settings
from switchboard.kit.sqs import MAX_DELAY_SECONDS, Outgoing, send_all


def start(domain: str, name: str, due: datetime, payload: Mapping[str, Any]) -> None:
    """Deliver `{"timer": name, "due": iso, **payload}` to the domain's timers queue at `due` (second precision, never early).

    Starting the same timer (name, due, payload) twice sets it once where it is a schedule, and harmlessly twice where it
    is a message.
    """
    start_all(domain, name, due, [payload])


def start_all(domain: str, name: str, due: datetime, payloads: Sequence[Mapping[str, Any]]) -> None:
    """Timers that differ in their payload only: as `start`, in one call for ten where they are messages."""
    bodies = [{"timer": name, "due": clock.iso(due), **payload} for payload in payloads]
    wait = (due - clock.now()).total_seconds()
    prefix = f"{domain.upper()}_TIMERS_QUEUE"
    if wait <= MAX_DELAY_SECONDS:
        seconds = min(max(0, -int(-wait // 1)), MAX_DELAY_SECONDS)
        send_all(settings.required(f"{prefix}_URL"), [Outgoing(body, delay_seconds=seconds) for body in bodies])
        return
    for body in bodies:
        _schedule(settings.required(f"{prefix}_ARN"), f"{domain}-{name}", due, body)


def _schedule(queue_arn: str, label: str, due: datetime, body: Mapping[str, Any]) -> None:
    scheduler = aws.client("scheduler")
    text = json.dumps(body, separators=(",", ":"), sort_keys=True)
    # `at()` has whole seconds: round up, a timer never fires early.
    whole = datetime.fromtimestamp(-int(-due.timestamp() // 1), due.tzinfo)
    try:
        scheduler.create_schedule(
            Name=f"{label}-{ids.derived(text)}"[:64],
            GroupName=settings.required("SCHEDULER_GROUP"),
            ScheduleExpression=f"at({whole:%Y-%m-%dT%H:%M:%S})",
            ScheduleExpressionTimezone="UTC",
            FlexibleTimeWindow={"Mode": "OFF"},
            ActionAfterCompletion="DELETE",
            Target={
                "Arn": queue_arn,
                "RoleArn": settings.required("SCHEDULER_ROLE_ARN"),
                "Input": text,
            },
        )
    except scheduler.exceptions.ConflictException:
        return
