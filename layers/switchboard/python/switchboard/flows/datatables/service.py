"""Data tables and their rows in the flows' table.

A table is a config entity; a row is `DATATABLE#<table>` / `ROW#<key>`, its values as JSON. A row is written only while the table
stands as it was read, so that no row breaks its schema and none comes after its table went.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import replace

from switchboard.flows.datatables import columns
from switchboard.flows.datatables.entities import DATA_TABLE
from switchboard.kit import dynamo
from switchboard.kit.dynamo import Item, Key, Table, TransactionCanceledError, Write
from switchboard.kit.entities import Body, Store
from switchboard.kit.errors import ConflictError, InvalidValueError, NotFoundError, PayloadTooLargeError

LARGEST_ROW_BYTES = 100_000
ATTEMPTS = 5
ROWS_AT_ONCE = 100  # DynamoDB's limit for a transaction


class DataTables:
    """`flows_reading` names the published flows that read a table."""

    def __init__(self, table: Table, flows_reading: Callable[[str], Iterable[str]]) -> None:
        def in_flows(table_id: str) -> Iterable[str]:
            return (f"the flow {name}" for name in flows_reading(table_id))

        self.store = Store(table, replace(DATA_TABLE, references=in_flows))
        self._table = table

    def rows(self, table: Body) -> list[Body]:
        """Every row by key. Reads the whole table, which is made of parameters and not of records."""
        stored = self._table.query(_partition(table["id"]), prefix="ROW#", consistent=True)
        return [_values(table, item) for item in stored]

    def row(self, table: Body, key: str) -> Body:
        """Raises NotFoundError."""
        item = self._table.get(_row_key(table["id"], key))
        if item is None:
            raise NotFoundError("row", key)
        return _values(table, item)

    def lookup(self, table_id: str, key: str) -> Body | None:
        """The row with every column, as table and row stand now."""
        table = self.store.find(table_id)
        item = self._table.get(_row_key(table_id, key)) if table and key else None
        return _values(table, item) if table and item else None

    def add(self, table_id: str, given: object) -> Body:
        """Raises NotFoundError (table), BadRequestError, InvalidValueError naming the column, ConflictError (key taken)."""
        made, stood = self._write(table_id, given, dynamo.create)
        if not stood:
            raise ConflictError(f"The table has a row with the key '{made[columns.KEY]}' already.", field=columns.KEY)
        return made

    def replace(self, table_id: str, key: str, given: object) -> Body:
        """Give a row other values. Raises NotFoundError (table, row), BadRequestError, InvalidValueError naming the column."""
        if isinstance(given, dict) and given.setdefault(columns.KEY, key) != key:
            raise InvalidValueError("A row keeps its key.", field=columns.KEY)
        made, stood = self._write(table_id, given, lambda item: dynamo.put(item, condition="attribute_exists(PK)"))
        if not stood:
            raise NotFoundError("row", key)
        return made

    def remove(self, table: Body, key: str) -> None:
        """Raises NotFoundError."""
        if self._table.delete(_row_key(table["id"], key)) is None:
            raise NotFoundError("row", key)

    def delete(self, table_id: str, actor: str = "") -> None:
        """The table, then its rows: once it is gone none is added, and what a crash leaves behind nobody sees."""
        self.store.delete(table_id, actor)
        keys = [(item["PK"], item["SK"]) for item in self._table.query(_partition(table_id), prefix="ROW#")]
        for start in range(0, len(keys), ROWS_AT_ONCE):
            self._table.transact([dynamo.delete(key) for key in keys[start : start + ROWS_AT_ONCE]])

    def _write(self, table_id: str, given: object, write: Callable[[Item], Write]) -> tuple[Body, bool]:
        """The checked row, and whether the write's own condition held."""
        for _ in range(ATTEMPTS):
            table = self.store.get(table_id)
            made = columns.row(table, given)
            document = json.dumps(made)
            if len(document) > LARGEST_ROW_BYTES:
                raise PayloadTooLargeError(f"A row has at most {LARGEST_ROW_BYTES} bytes.")
            partition, sort = _row_key(table_id, made[columns.KEY])
            item = {"PK": partition, "SK": sort, "doc": document}
            try:
                self._table.transact([self.store.unchanged(table), write(item)])
            except TransactionCanceledError as canceled:
                if 1 in canceled.failed and 0 not in canceled.failed:
                    return made, False
                continue
            return made, True
        raise ConflictError("The table is being changed by others; try again.")


def _values(table: Body, item: Item) -> Body:
    return columns.filled(table, json.loads(item["doc"]))


def _partition(table_id: str) -> str:
    return f"DATATABLE#{table_id}"


def _row_key(table_id: str, key: str) -> Key:
    return _partition(table_id), f"ROW#{key}"
