"""What a queue says about waiting that the platform's Queue has no field for: how fast priority rises with age, which language is
assumed, how fast the levels asked for fall (CE43 "reducing the skill level"), when an interaction goes on to another queue, and
when supervisors are told (CE43 "Interaction Priority", CE16).

    {"secondsPerPriority": 60, "secondsPerLevel": 30, "languageId": "...", "overflowQueueId": "...", "overflowSeconds": 300,
     "alertSeconds": 120}
"""

from collections.abc import Callable, Mapping
from typing import Any

from switchboard.kit.errors import InvalidValueError

FIELD = "waiting"
"""Under which the queue's stored body holds them; they are not shown with the queue."""

SECONDS_PER_PRIORITY = 60
LONGEST_SECONDS = 172_800

Settings = Mapping[str, Any]


def of(queue: Mapping[str, Any]) -> dict[str, Any]:
    """The settings, with what is assumed where the queue says nothing: a point of priority is worth a minute of waiting."""
    return {"secondsPerPriority": SECONDS_PER_PRIORITY, **(queue.get(FIELD) or {})}


def rules(queue: Mapping[str, Any]) -> dict[str, Any]:
    """The part of QueueRules that they decide."""
    said = of(queue)
    ages = queue.get("scoringMethod") != "PriorityOnly"
    return {
        "aging_ms": said["secondsPerPriority"] * 1000 if ages else 0,
        "default_language": said.get("languageId", ""),
        "overflow_queue_id": said.get("overflowQueueId", ""),
        "overflow_ms": said.get("overflowSeconds", 0) * 1000,
        "level_ms": said.get("secondsPerLevel", 0) * 1000,
        "alert_ms": said.get("alertSeconds", 0) * 1000,
    }


def check(said: Settings, queue_id: str, exists: Callable[[str, str], bool]) -> None:
    """`exists(kind, id)` for a `queue` or `language`. Raises InvalidValueError naming the field."""
    for name in _TIMES:
        value = said.get(name)
        if name in said and not (type(value) is int and 1 <= value <= LONGEST_SECONDS):
            raise InvalidValueError(f"{name} must be a whole number of 1 to {LONGEST_SECONDS}.", field=name)
    if ("overflowQueueId" in said) != ("overflowSeconds" in said):
        raise InvalidValueError("An overflow needs a queue and a time.", field="overflowQueueId")
    unknown = sorted(said.keys() - {*_TIMES, *_REFERENCES})
    if unknown:
        raise InvalidValueError(f"'{unknown[0]}' is no setting.", field=unknown[0])
    if said.get("overflowQueueId") == queue_id:
        raise InvalidValueError("A queue cannot overflow into itself.", field="overflowQueueId")
    for name, kind in _REFERENCES.items():
        if name in said and not (isinstance(said[name], str) and exists(kind, said[name])):
            raise InvalidValueError(f"The {kind} '{said[name]}' does not exist.", field=name)


_TIMES = ("secondsPerPriority", "secondsPerLevel", "overflowSeconds", "alertSeconds")
_REFERENCES = {"overflowQueueId": "queue", "languageId": "language"}
