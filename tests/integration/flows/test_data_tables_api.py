"""Data tables and their rows over the console API, and as flows look them up (CE43, CE07)."""

import itertools
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from switchboard.flows import api as flows
from switchboard.kit import ids

from local.cloud import LocalCloud
from tests.integration.console import Console, sign_in

TABLES = "/flows/datatables"
_numbers = itertools.count(1)

COLUMNS: dict[str, Any] = {
    "key": {"type": "string", "title": "key", "$id": "/properties/key", "displayOrder": 0, "maxLength": 256},
    "Queue": {"type": "string"},
    "Limit": {"type": "integer", "default": 5, "minimum": 1, "maximum": 10},
    "Share": {"type": "number"},
    "VIP": {"type": "boolean", "default": False},
}


def schema(**columns: Any) -> dict[str, Any]:
    return {"type": "object", "required": ["key"], "additionalProperties": False, "properties": COLUMNS | columns}


@pytest.fixture
def table(admin: Console) -> Any:
    return admin.done("POST", TABLES, {"name": f"Parameters {next(_numbers)}", "schema": schema()})


@pytest.fixture
def rows(table: Any) -> str:
    return f"{TABLES}/{table['id']}/rows"


def looked_up(cloud: LocalCloud, table: Any, key: str) -> Any:
    with cloud.as_function("flows-api"):
        return flows.data_tables().lookup(table["id"], key)


def test_a_row_is_kept_with_the_defaults_of_what_it_leaves_out(
    admin: Console, cloud: LocalCloud, table: Any, rows: str
) -> None:
    made = admin.done("POST", rows, {"key": "gold", "Queue": "Support", "Share": 0.25, "VIP": True})
    assert made == {"key": "gold", "Queue": "Support", "Limit": 5, "Share": 0.25, "VIP": True}
    assert admin.done("GET", f"{rows}/gold") == {"key": "gold"}
    assert admin.done("GET", f"{rows}/gold", showbrief="false") == made == looked_up(cloud, table, "gold")
    changed = admin.done("PUT", f"{rows}/gold", {"Limit": 9})
    assert changed == {"key": "gold", "Limit": 9, "VIP": False} == looked_up(cloud, table, "gold")
    admin.done("DELETE", f"{rows}/gold")
    assert admin.refused("GET", f"{rows}/gold")[:2] == (404, "not.found")
    assert looked_up(cloud, table, "gold") is None
    assert looked_up(cloud, {"id": ids.new()}, "gold") is None
    assert looked_up(cloud, table, "") is None


@pytest.mark.parametrize("key", ["two words", "größe", "50%", "a&b=c", "+15550100", "x" * 256])
def test_keys_are_any_text(admin: Console, rows: str, key: str) -> None:
    admin.done("POST", rows, {"key": key})
    assert admin.done("GET", f"{rows}/{quote(key, safe='')}") == {"key": key}
    admin.done("DELETE", f"{rows}/{quote(key, safe='')}")


@pytest.mark.parametrize(
    ("row", "code", "field"),
    [
        ({}, "bad.request", "key"),
        ({"key": ""}, "bad.request", "key"),
        ({"key": None}, "bad.request", "key"),
        ({"key": 7}, "invalid.value", "key"),
        ({"key": "x" * 257}, "invalid.value", "key"),
        *[({"key": key}, "invalid.value", "key") for key in ("a/b", "a?b", "a#b", 'a"b', "\N{ROCKET}", "..")],
        ({"key": "a", "Colour": "red"}, "invalid.value", "Colour"),
        ({"key": "a", "Limit": "5"}, "invalid.value", "Limit"),
        ({"key": "a", "Limit": True}, "invalid.value", "Limit"),
        ({"key": "a", "Limit": 2.5}, "invalid.value", "Limit"),
        ({"key": "a", "Limit": 11}, "invalid.value", "Limit"),
        ({"key": "a", "Share": float("nan")}, "invalid.value", "Share"),
        ({"key": "a", "VIP": 1}, "invalid.value", "VIP"),
        ({"key": "a", "Queue": {"id": "x"}}, "invalid.value", "Queue"),
        ([], "invalid.value", "body"),
    ],
)
def test_a_wrong_row_is_refused_by_column(admin: Console, rows: str, row: Any, code: str, field: str) -> None:
    assert admin.refused("POST", rows, row) == (400, code, field)
    assert admin.done("GET", rows)["total"] == 0


@pytest.mark.parametrize("key", ["two words", "ключ", "jo+1@customer.example", "+49 30 (1)", "50%", "a.b", "{x}|y"])
def test_a_row_is_reached_by_its_key(admin: Console, rows: str, key: str) -> None:
    admin.done("POST", rows, {"key": key})
    path = f"{rows}/{quote(key, safe='')}"
    assert admin.done("GET", path)["key"] == key
    admin.done("DELETE", path)
    assert admin.refused("GET", path)[0] == 404


def test_a_key_is_taken_once(admin: Console, rows: str) -> None:
    """Of ten at once one wins; the others are told which key is taken."""
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda n: admin.call("POST", rows, {"key": "one", "Limit": n}), range(1, 11)))
    assert sorted(each.status for each in answers) == [200] + [409] * 9
    admin.cloud.advance(timedelta(seconds=11))
    answer = admin.call("POST", rows, {"key": "one"})
    assert (answer.status, answer.body["code"], answer.body["details"][0]["fieldName"]) == (409, "conflict", "key")
    assert "'one'" in answer.body["message"]


def test_a_row_that_is_not_there_is_not_changed(admin: Console, rows: str) -> None:
    for method, body in (("PUT", {"Limit": 5}), ("DELETE", None)):
        assert admin.refused(method, f"{rows}/nobody", body)[:2] == (404, "not.found")
    admin.done("POST", rows, {"key": "a"})
    assert admin.refused("PUT", f"{rows}/a", {"key": "b"}) == (400, "invalid.value", "key")


def test_rows_have_pages(admin: Console, rows: str) -> None:
    for key in "dbcae":
        admin.done("POST", rows, {"key": key})
    page = admin.done("GET", rows, pageSize=2, pageNumber=2)
    assert page["entities"] == [{"key": "c"}, {"key": "d"}]
    assert (page["total"], page["pageCount"]) == (5, 3)
    full = admin.done("GET", rows, showbrief="false", sortOrder="descending", pageSize=1)["entities"]
    assert full == [{"key": "e", "Limit": 5, "VIP": False}]


def test_columns_are_added_and_neither_taken_away_nor_retyped(
    admin: Console, cloud: LocalCloud, table: Any, rows: str
) -> None:
    admin.done("POST", rows, {"key": "old"})
    path = f"{TABLES}/{table['id']}"
    wider = schema(Region={"type": "string", "default": "north"})
    admin.done("PUT", path, {"name": table["name"], "schema": wider})
    cloud.advance(timedelta(seconds=11))
    assert looked_up(cloud, table, "old")["Region"] == "north"
    fewer = schema()
    assert admin.refused("PUT", path, {"name": table["name"], "schema": fewer}) == (
        400,
        "invalid.value",
        "schema.properties.Region",
    )
    retyped = schema(Region={"type": "integer"})
    assert admin.refused("PUT", path, {"name": table["name"], "schema": retyped})[2] == "schema.properties.Region"


@pytest.mark.parametrize(
    ("columns", "field"),
    [
        ({"key": {"type": "integer"}}, "schema.properties.key"),
        ({"Day": {"type": "date"}}, "schema.properties.Day"),
        ({"Day": "string"}, "schema.properties.Day"),
        ({" ": {"type": "string"}}, "schema.properties. "),
        ({"Day": {"type": "string", "pattern": ".*"}}, "schema.properties.Day.pattern"),
        ({"Day": {"type": "string", "minimum": 1}}, "schema.properties.Day.minimum"),
        ({"Day": {"type": "integer", "default": "x"}}, "schema.properties.Day.default"),
    ],
)
def test_a_wrong_table_is_refused_by_column(admin: Console, columns: dict[str, Any], field: str) -> None:
    body = {"name": f"Wrong {next(_numbers)}", "schema": schema(**columns)}
    assert admin.refused("POST", TABLES, body) == (400, "invalid.value", field)


def test_a_table_goes_with_its_rows(admin: Console, cloud: LocalCloud, table: Any, rows: str) -> None:
    for key in "abc":
        admin.done("POST", rows, {"key": key})
    admin.done("DELETE", f"{TABLES}/{table['id']}")
    assert admin.refused("GET", rows)[:2] == (404, "not.found")
    assert admin.refused("POST", rows, {"key": "d"})[:2] == (404, "not.found")
    with cloud.as_function("flows-api"):
        assert list(flows.table().query(f"DATATABLE#{table['id']}")) == []


def test_a_listing_tells_columns_where_asked(admin: Console, table: Any) -> None:
    (brief,) = admin.done("GET", TABLES, name=table["name"])["entities"]
    assert brief["id"] == table["id"] and "schema" not in brief
    (full,) = admin.done("GET", TABLES, name=table["name"], expand="schema")["entities"]
    assert full["schema"]["properties"] == COLUMNS


def test_an_agent_may_neither_see_nor_change_rows(cloud: LocalCloud, rows: str) -> None:
    agent = sign_in(cloud, "demo-ana")
    assert agent.refused("GET", rows)[:2] == (403, "missing.permissions")
    assert agent.refused("POST", rows, {"key": "x"})[:2] == (403, "missing.permissions")
