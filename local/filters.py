"""Event filtering of event source mappings: what matches no pattern never reaches the function."""

from __future__ import annotations

from typing import Any, cast

from moto.events.models import EventPattern, EventPatternParser


class Filters:
    """The FilterCriteria of a mapping; without any, everything passes."""

    def __init__(self, criteria: dict[str, Any]) -> None:
        patterns = [entry["Pattern"] for entry in criteria.get("Filters", [])]
        self._patterns = [EventPattern(text, EventPatternParser(text).parse()) for text in patterns]

    def pass_on(self, record: dict[str, Any]) -> bool:
        return not self._patterns or any(pattern.matches_event(cast(Any, record)) for pattern in self._patterns)
