"""Structured logs: one JSON object a line, with the correlation id of the request or event that caused it.

What may be logged are ids, states, counts and codes. Text, names, addresses and secrets have no field here, and an exception is
told without its own text, which might quote them.
"""

import json
import logging
import sys
import traceback
from contextvars import ContextVar
from typing import Any

from switchboard.kit import clock, settings

correlation_id: ContextVar[str] = ContextVar("correlation_id", default="")

_RECORD_ATTRIBUTES = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": clock.iso(clock.now()),
            "level": record.levelname,
            "function": settings.function_name(),
            "message": record.getMessage(),
        }
        if correlation_id.get():
            line["correlationId"] = correlation_id.get()
        line.update({key: value for key, value in vars(record).items() if key not in _RECORD_ATTRIBUTES})
        if record.exc_info and record.exc_info[1]:
            line["exception"] = _told(record.exc_info[1])
        return json.dumps(line, default=str)


def _told(error: BaseException) -> list[str]:
    """What was raised, by type and AWS's code for it, and where; then what it came from."""
    code = getattr(error, "response", {}).get("Error", {}).get("Code", "")
    frames = [f"{each.filename}:{each.lineno} {each.name}" for each in traceback.extract_tb(error.__traceback__)]
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return [f"{type(error).__name__} {code}".strip(), *frames, *(_told(cause) if cause else ())]


def logger(name: str) -> logging.Logger:
    """A logger whose `extra` fields become fields of the JSON line."""
    root = logging.getLogger("switchboard")
    if not root.handlers:
        handler = logging.StreamHandler(sys.stdout)
        handler.setFormatter(JsonFormatter())
        handler.addFilter(_wanted)
        root.addHandler(handler)
        root.setLevel(logging.DEBUG)
        root.propagate = False
    return root.getChild(name.removeprefix("switchboard."))


def _wanted(record: logging.LogRecord) -> bool:
    """By the function's own level: the local cloud runs many functions in one process."""
    return record.levelno >= logging.getLevelNamesMapping()[settings.optional("LOG_LEVEL", "INFO")]


def metric(name: str, value: float = 1, unit: str = "Count", **dimensions: str) -> None:
    """A CloudWatch metric in embedded metric format (the log line is the metric; no API call)."""
    body: dict[str, Any] = {
        "_aws": {
            "Timestamp": clock.now_ms(),
            "CloudWatchMetrics": [
                {
                    "Namespace": "Switchboard",
                    "Dimensions": [sorted(dimensions)],
                    "Metrics": [{"Name": name, "Unit": unit}],
                }
            ],
        },
        name: value,
        **dimensions,
    }
    sys.stdout.write(json.dumps(body) + "\n")
