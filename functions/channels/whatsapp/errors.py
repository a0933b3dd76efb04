"""WhatsApp's error codes as classes that say what to do (Meta, "Cloud API error codes")."""

from collections.abc import Mapping
from typing import Any

from switchboard.channels.message import ErrorClass, Problem
from switchboard.channels.reading import integer, mapping, string

_CLASSES: dict[ErrorClass, tuple[int, ...]] = {
    "retry": (1, 2, 131000, 131016, 131057, 133016),
    "rate": (4, 80007, 130429, 131048, 131056, 131064, 132069),
    "window": (131047,),
    "recipient": (131026, 131050),
    "content": (
        100,
        130472,
        131008,
        131009,
        131049,
        131051,
        131052,
        131053,
        131062,
        132000,
        132005,
        132007,
        132008,
        132012,
    ),
    "auth": (0, 3, 10, 190, 131005, *range(200, 300)),
    "config": (368, 130497, 131021, 131030, 131031, 131037, 131042, 131045, 132001, 132015, 132016, 132068),
}
_CLASS_OF = {code: error_class for error_class, codes in _CLASSES.items() for code in codes}

PAIR_RATE = "131056"
"""Too many messages to one recipient; the account itself may go on."""


def problem_of(error: Mapping[str, Any], status: int = 400) -> Problem:
    """An error object of a response, a status or a message. `status` decides where its code is unknown."""
    code = integer(error.get("code")) if "code" in error else -1
    known = _CLASS_OF.get(code)
    if error.get("is_transient") is True:
        known = "retry"
    if status == 429:
        known = "rate"
    details = string(mapping(error.get("error_data")).get("details")) or string(error.get("details"))
    title = string(error.get("title")) or string(error.get("message"))
    return Problem(
        error_class=known or class_of_status(status),
        code=str(code) if code >= 0 else f"http.{status}",
        message=": ".join(dict.fromkeys(part for part in (title, details) if part))[:1000],
    )


def class_of_status(status: int) -> ErrorClass:
    """What an HTTP status alone says."""
    if status in (401, 403):
        return "auth"
    if status == 429:
        return "rate"
    if status >= 500 or status == 408:
        return "retry"
    return "config" if status in (301, 302, 307, 308, 404, 410) else "content"
