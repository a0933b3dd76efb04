"""Event filtering of event source mappings: what matches no pattern never reaches the function."""

from __future__ import annotations

import base64
import json
from typing import Any

from moto.events.models import EventPattern, EventPatternParser


class Filters:
    """The FilterCriteria of a mapping; without any, everything passes."""

    def __init__(self, criteria: dict[str, Any]) -> None:
        patterns = [entry["Pattern"] for entry in criteria.get("Filters", [])]
        self._patterns = [EventPattern(text, EventPatternParser(text).parse()) for text in patterns]

    def pass_on(self, record: dict[str, Any]) -> bool:
        if not self._patterns:
            return True
        plain = json.loads(json.dumps(record, default=_base64))
        return any(pattern.matches_event(plain) for pattern in self._patterns)


def _base64(value: bytes) -> str:
    """Binary attributes in stream records."""
    return base64.b64encode(value).decode()
