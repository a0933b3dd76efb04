"""The one source of time. Timestamps are UTC; on the wire they are ISO 8601 with milliseconds and `Z`."""

from collections.abc import Callable
from datetime import UTC, datetime

Source = Callable[[], datetime]


def _system() -> datetime:
    return datetime.now(UTC)


_source: Source = _system


def use(source: Source) -> Source:
    """Replace the source of time, which the local cloud and tests move; the one that was, to be put back."""
    global _source
    previous, _source = _source, source
    return previous


def now() -> datetime:
    """The present moment, timezone-aware UTC."""
    return _source()


def now_ms() -> int:
    """Milliseconds since the epoch."""
    return to_ms(now())


def to_ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def from_ms(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def iso(moment: datetime) -> str:
    """`2026-01-02T03:04:05.678Z`, the only form the official SDK decodes without loss."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def iso_ms(milliseconds: int) -> str:
    return iso(from_ms(milliseconds))


def iso_or_none(milliseconds: int) -> str | None:
    """None for 0, which says that it has not come to that."""
    return iso_ms(milliseconds) if milliseconds else None


def parse(text: str) -> datetime:
    """ISO 8601 with `Z`, an offset or none (then UTC). Raises ValueError."""
    moment = datetime.fromisoformat(text)
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{text} lies before the first year or after the last.") from error


def parse_ms(text: str) -> int:
    """As `parse`, in milliseconds since the epoch."""
    return to_ms(parse(text))
