"""A refused call of the SDK, read from the platform's error body."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.e2e.contact_centre import platform


@dataclass(frozen=True)
class Refused:
    """`field` is the name of the field that is wrong, "" where none is named."""

    status: int
    code: str
    field: str
    message: str


def refusal(call: Callable[[], Any]) -> Refused:
    """The refusal of a call that must be refused. Its contextId is the correlation id of the answer."""
    with pytest.raises(platform.rest.ApiException) as raised:
        call()
    error = raised.value
    body = json.loads(error.body)
    headers = {name.lower(): value for name, value in error.headers.items()}
    assert body["contextId"] == headers["inin-correlation-id"]
    assert body["status"] == error.status
    fields = [detail["fieldName"] for detail in body["details"]]
    return Refused(error.status, body["code"], fields[0] if fields else "", body["message"])
