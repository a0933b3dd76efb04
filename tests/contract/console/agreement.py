"""What a contract test compares: what a client sent with the decoded model that it reads."""

import re
from datetime import datetime
from typing import Any

from tests.e2e.contact_centre import platform

Json = dict[str, Any]

UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
NOBODY = "00000000-0000-4000-8000-000000000000"


def wire(model: Any) -> Any:
    """A decoded SDK model as the JSON it stands for, without what is absent."""
    return _present(platform.api_client.ApiClient().sanitize_for_serialization(model))


def _present(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _present(each) for key, each in value.items() if each is not None}
    return [_present(each) for each in value] if isinstance(value, list) else value


def assert_agrees(sent: Any, model: Any) -> None:
    """Every field that was sent came back with its value, whatever else the answer has."""
    differing = list(_differing(sent, wire(model), ""))
    assert not differing, differing


def _differing(sent: Any, got: Any, path: str) -> Any:
    if isinstance(sent, dict) and isinstance(got, dict):
        for key, value in sent.items():
            yield from _differing(value, got.get(key), f"{path}.{key}")
    elif isinstance(sent, list) and isinstance(got, list) and len(sent) == len(got):
        for index, (one, other) in enumerate(zip(sent, got, strict=True)):
            yield from _differing(one, other, f"{path}.{index}")
    elif sent != got and not _same_moment(sent, got):
        yield f"{path}: sent {sent!r}, got {got!r}"


def _same_moment(sent: Any, got: Any) -> bool:
    try:
        return datetime.fromisoformat(sent) == datetime.fromisoformat(got)
    except (TypeError, ValueError):
        return False


def assert_entity(model: Any, path: str) -> None:
    """An object of its own: UUIDv4 as id, its address."""
    assert UUID4.fullmatch(model.id), model.id
    assert model.self_uri == f"{path}/{model.id}"
