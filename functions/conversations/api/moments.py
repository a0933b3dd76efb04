"""A moment that a request puts something off to."""

from typing import Any

from switchboard.kit import clock
from switchboard.kit.errors import InvalidValueError

FARTHEST_DAYS = 30
"""What is put aside is noted with its queue for twice as long (conversations.repository)."""


def ahead(body: dict[str, Any], field: str) -> int:
    """The moment in milliseconds, 0 where none is given. Raises InvalidValueError unless it lies ahead, by 30 days at most."""
    if not body.get(field):
        return 0
    moment = clock.parse_ms(body[field])
    if moment <= clock.now_ms():
        raise InvalidValueError(f"{field} must lie ahead.", field=field)
    if moment > clock.now_ms() + FARTHEST_DAYS * 24 * 3_600_000:
        raise InvalidValueError(f"{field} lies more than {FARTHEST_DAYS} days ahead.", field=field)
    return moment
