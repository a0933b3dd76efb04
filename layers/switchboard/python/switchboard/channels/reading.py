"""Reading what providers send. All but `decode` take any JSON value and never raise: one odd field costs nothing else."""

import json
import math
import re
from typing import Any

from switchboard.channels.message import Identity
from switchboard.kit import clock, text

_LONGEST_WHOLE = 18  # digits that fit 64 bits whatever they are
_PHONE = re.compile(r"^\+?\d{5,20}$")
_LATEST_MS = 4_102_444_800_000  # the year 2100


def decode(raw: bytes | str) -> Any:
    """The JSON value, made so that every part of it can be stored and sent on. Raises ValueError."""
    try:
        value = json.loads(raw, parse_int=_whole, parse_float=_fraction, parse_constant=_refuse_constant)
        return text.clean_json(value)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _whole(digits: str) -> int | str:
    """A number, or its digits where no table and no encoder takes one so large."""
    return int(digits) if len(digits) <= _LONGEST_WHOLE else digits


def _fraction(digits: str) -> float | str:
    number = float(digits)
    return number if math.isfinite(number) else digits


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def mapping(value: Any) -> dict[str, Any]:
    """The object, or an empty one."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    """The array, or an empty one."""
    return value if isinstance(value, list) else []


def string(value: Any) -> str:
    """The text; a number as text, because providers write ids both ways; empty for anything else."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def identifier(value: Any) -> str:
    """An id as text of at most 256 characters, which is longer than any provider's."""
    return string(value)[:256]


def integer(value: Any) -> int:
    """The whole number, also where it is written as text; 0 for anything else."""
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return 0


def seconds_to_ms(value: Any) -> int:
    """Seconds since the epoch, a number or text, as milliseconds; the present where they are absent or absurd."""
    try:
        milliseconds = float(value) * 1000
    except (TypeError, ValueError, OverflowError):
        return clock.now_ms()
    return int(milliseconds) if math.isfinite(milliseconds) and 0 < milliseconds < _LATEST_MS else clock.now_ms()


def iso_to_ms(value: Any) -> int:
    """ISO 8601 as milliseconds; the present where it is not that."""
    try:
        milliseconds = clock.parse_ms(string(value))
    except ValueError:
        return clock.now_ms()
    return milliseconds if 0 < milliseconds < _LATEST_MS else clock.now_ms()


def phone_or_opaque(value: str) -> Identity:
    """A phone number in E.164 form where it looks like one, else an opaque identifier."""
    if _PHONE.match(value):
        return Identity(kind="Phone", value="+" + value.removeprefix("+"))
    return Identity(kind="Opaque", value=value)
