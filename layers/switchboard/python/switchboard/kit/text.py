"""Text from outside, made safe to store and to encode, and nothing more: what the customer wrote stays as written."""

import re
import unicodedata
from typing import Any

_SURROGATES = re.compile("[\ud800-\udfff]")
_UNSAFE_IN_FILENAMES = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')
# Bidirectional overrides let a file name show another extension than it has.
_DIRECTION_CONTROLS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def clean(text: str, limit: int | None = None) -> str:
    """NUL removed, lone surrogates replaced by U+FFFD, NFC, at most `limit` characters."""
    text = text.replace("\x00", "")
    if not text.isascii():
        text = unicodedata.normalize("NFC", _SURROGATES.sub("\ufffd", text))
    return text if limit is None else text[:limit]


def clean_json(value: Any) -> Any:
    """`clean` for every string inside a decoded JSON value, keys included."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [clean_json(item) for item in value]
    if isinstance(value, dict):
        return {clean(key): clean_json(item) for key, item in value.items()}
    return value


def file_name(name: str, fallback: str = "file") -> str:
    """A file name that is only a name: no path, no control or direction characters, at most 120 characters."""
    name = _DIRECTION_CONTROLS.sub("", clean(name)).replace("\\", "/").rsplit("/", 1)[-1]
    name = _UNSAFE_IN_FILENAMES.sub("_", name).strip(" .")
    return name[-120:].strip(" .") or fallback
