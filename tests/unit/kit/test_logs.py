"""Log lines: JSON, with ids and codes, and nothing that somebody wrote."""

import json
import logging
import sys

from botocore.exceptions import ClientError
from switchboard.kit.logs import JsonFormatter

REFUSED = ClientError({"Error": {"Code": "ValidationException", "Message": "no +15551234567 here"}}, "PutItem")


def _line(error: Exception) -> str:
    try:
        try:
            raise REFUSED
        except ClientError as refused:
            raise error from refused
    except Exception:
        record = logging.makeLogRecord({"msg": "unexpected", "levelname": "ERROR", "exc_info": sys.exc_info()})
    return JsonFormatter().format(record)


def test_an_exception_is_told_by_types_codes_and_places() -> None:
    told = json.loads(_line(ValueError("+15551234567 wrote: help")))["exception"]
    assert [each for each in told if " " not in each or each.startswith("ClientError")] == [
        "ValueError",
        "ClientError ValidationException",
    ]
    assert any(each.endswith(" _line") and "test_logs.py:" in each for each in told)


def test_its_text_is_not() -> None:
    assert "5551234567" not in _line(ValueError("+15551234567 wrote: help"))
