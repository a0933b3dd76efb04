"""Rows of data tables."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.contact_centre import platform
from tests.e2e.refusals import refusal


@pytest.fixture
def architect(admin: Any) -> Any:
    return platform.ArchitectApi(admin)


@pytest.fixture
def table(architect: Any, unique: Callable[[str], str]) -> str:
    columns = {"key": {"type": "string"}, "Open": {"type": "boolean", "default": True}, "Limit": {"type": "integer"}}
    body = {"name": unique("Table"), "schema": {"type": "object", "required": ["key"], "properties": columns}}
    return str(architect.post_flows_datatables(body).id)


def test_a_row_is_added_read_changed_and_deleted(architect: Any, table: str) -> None:
    assert architect.post_flows_datatable_rows(table, {"key": "gold", "Limit": 3}) == {
        "key": "gold",
        "Open": True,
        "Limit": 3,
    }
    changed = architect.put_flows_datatable_row(table, "gold", body={"key": "gold", "Open": False})
    assert changed == {"key": "gold", "Open": False}
    assert architect.get_flows_datatable_row(table, "gold", showbrief=False) == changed
    assert architect.get_flows_datatable_row(table, "gold") == {"key": "gold"}
    architect.delete_flows_datatable_row(table, "gold")
    assert refusal(lambda: architect.get_flows_datatable_row(table, "gold")).status == 404


def test_a_wrong_row_is_refused_by_column(architect: Any, table: str) -> None:
    for row, field in (({"key": "a", "Limit": "3"}, "Limit"), ({"key": "a", "Hue": 1}, "Hue"), ({}, "key")):
        refused = refusal(lambda: architect.post_flows_datatable_rows(table, row))  # noqa: B023
        assert (refused.status, refused.field) == (400, field)


def test_rows_have_pages_and_keys_are_taken_once(architect: Any, table: str) -> None:
    for number in range(3):
        architect.post_flows_datatable_rows(table, {"key": f"row {number}", "Limit": number})
    page = architect.get_flows_datatable_rows(table, page_size=2, page_number=2, showbrief=False)
    assert page.entities == [{"key": "row 2", "Open": True, "Limit": 2}]
    assert (page.total, page.page_count) == (3, 2)
    taken = refusal(lambda: architect.post_flows_datatable_rows(table, {"key": "row 1", "Limit": 9}))
    assert (taken.status, taken.field) == (409, "key")
    assert "row 1" in taken.message
