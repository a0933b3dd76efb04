"""A value that a flow reads from a data table (CE43 step 2, "parameters that change intraday").

    {"priority": {"dataTableLookup": {"dataTable": {"id": "..."}, "lookupValue": "gold", "column": "Priority"}}}

It may stand wherever the definition has a value. What the row says is compiled into the published flow, and anew when it changes.
"""

from collections.abc import Callable, Mapping
from typing import Any

from switchboard.flows.reading import known, literal, reference_at, refused
from switchboard.kit.entities import Body

LOOKUP = "dataTableLookup"
Lookup = Callable[[str, str], Body | None]


def filled(value: Any, where: str, lookup: Lookup) -> Any:
    """The definition with what the tables say now. Raises InvalidValueError naming what is not there: table, row or column."""
    if isinstance(value, list):
        return [filled(each, f"{where}.{index}", lookup) for index, each in enumerate(value)]
    if not isinstance(value, Mapping):
        return value
    if set(value) == {LOOKUP}:
        return _said(*_read(value[LOOKUP], f"{where}.{LOOKUP}"), f"{where}.{LOOKUP}", lookup)
    return {name: filled(each, f"{where}.{name}", lookup) for name, each in value.items()}


def tables(value: Any, where: str = "definition") -> set[str]:
    """The ids of the tables that the definition reads. Raises InvalidValueError."""
    if isinstance(value, list):
        return {found for index, each in enumerate(value) for found in tables(each, f"{where}.{index}")}
    if not isinstance(value, Mapping):
        return set()
    if set(value) == {LOOKUP}:
        return {_read(value[LOOKUP], f"{where}.{LOOKUP}")[0]}
    return {found for name, each in value.items() for found in tables(each, f"{where}.{name}")}


def _read(value: Any, where: str) -> tuple[str, str, str]:
    """The table's id, the row's key, the column."""
    said = known(value, where, "name", "dataTable", "lookupValue", "column")
    key, column = literal(said.get("lookupValue")), literal(said.get("column"))
    for name, text in (("lookupValue", key), ("column", column)):
        if not isinstance(text, str) or not text:
            raise refused(f"{where}.{name}", "must be text")
    return reference_at(said.get("dataTable"), f"{where}.dataTable"), key, column


def _said(table_id: str, key: str, column: str, where: str, lookup: Lookup) -> Any:
    row = lookup(table_id, key)
    if row is None:
        raise refused(f"{where}.lookupValue", "names no row of the table")
    if row.get(column) is None:
        raise refused(f"{where}.column", "has no value in the row")
    return row[column]
