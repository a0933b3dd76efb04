"""Rules that a model cannot say: what must be there, what must lie in a range. A failed one names the field."""

import json
from collections.abc import Mapping
from typing import Any

from switchboard.kit.errors import BadRequestError, InvalidValueError


def dotted(body: Mapping[str, Any], name: str) -> Any:
    """The value under `a.b.c`; None where a part is absent."""
    value: Any = body
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def require(body: Mapping[str, Any], *names: str) -> None:
    """Raises BadRequestError naming the first of the dotted field names that is absent, null or blank."""
    for name in names:
        value = dotted(body, name)
        if value is None or (isinstance(value, str) and not value.strip()):
            raise BadRequestError(f"{name} is required.", field=name)


def check_size(body: Mapping[str, Any], name: str, most: int) -> None:
    """Raises InvalidValueError where what is under the dotted field has more than so many bytes as JSON."""
    if len(json.dumps(dotted(body, name), ensure_ascii=False).encode()) > most:
        raise InvalidValueError(f"{name} has more than {most} bytes.", field=name)


def check_range(body: Mapping[str, Any], name: str, low: float, high: float) -> None:
    """Raises InvalidValueError where the dotted field is present and outside low..high."""
    value = dotted(body, name)
    if value is not None and not low <= value <= high:
        raise InvalidValueError(f"{name} must be between {low} and {high}.", field=name)
