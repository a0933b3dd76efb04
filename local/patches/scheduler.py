"""EventBridge and its Scheduler in moto, corrected.

- Schedules are stored but never fire: the cloud is told of each change and fires them (local.schedules).
- Events are stamped by the movable clock.
"""

from __future__ import annotations

from typing import Any

import moto.events.models as events
from moto.scheduler.models import EventBridgeSchedulerBackend

from local import context
from local.patches.sqs import now_ms

_create = EventBridgeSchedulerBackend.create_schedule
_update = EventBridgeSchedulerBackend.update_schedule


def _created(backend: EventBridgeSchedulerBackend, *args: Any, **kwargs: Any) -> Any:
    schedule = _create(backend, *args, **kwargs)
    _tell(backend, schedule)
    return schedule


def _updated(backend: EventBridgeSchedulerBackend, *args: Any, **kwargs: Any) -> Any:
    schedule = _update(backend, *args, **kwargs)
    _tell(backend, schedule)
    return schedule


def _tell(backend: EventBridgeSchedulerBackend, schedule: Any) -> None:
    cloud = context.clouds.get(backend.account_id)
    if cloud is not None:
        cloud.schedules.set(schedule)


def install() -> None:
    for owner, name, replacement in (
        (EventBridgeSchedulerBackend, "create_schedule", _created),
        (EventBridgeSchedulerBackend, "update_schedule", _updated),
        (events, "unix_time", lambda *_: now_ms() / 1000),
    ):
        setattr(owner, name, replacement)
