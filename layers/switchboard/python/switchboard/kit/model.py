"""The base of our own records: immutable, camelCase on the wire and in storage, defaults and nulls left out."""

from collections.abc import Mapping
from typing import Any, TypeVar, dataclass_transform

import msgspec


# Says to type checkers what msgspec says only at run time: whatever derives from a frozen, keyword-only record is one too.
@dataclass_transform(frozen_default=True, kw_only_default=True)
class Record(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """A value object. `msgspec.structs.replace` makes a changed copy."""


T = TypeVar("T", bound=Record)


def dump(record: Record) -> str:
    """The record as compact JSON text."""
    return msgspec.json.encode(record).decode()


def load(kind: type[T], text: str | bytes) -> T:
    """Raises msgspec.ValidationError, which names the field, where the text is not of that kind."""
    return msgspec.json.decode(text, type=kind)


def wire(record: Record) -> dict[str, Any]:
    """The record as plain JSON values, for an API answer."""
    built: dict[str, Any] = msgspec.to_builtins(record)
    return built


def parse(kind: type[T], value: Any) -> T:
    """A record from plain JSON values. Raises msgspec.ValidationError."""
    return msgspec.convert(value, type=kind)


def without_nulls(value: Any) -> Any:
    """Plain JSON values without what is null, at any depth: it says no more than what is left out."""
    if isinstance(value, Mapping):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [without_nulls(item) for item in value if item is not None]
    return value
