"""DynamoDB in moto, corrected.

- Query and TransactWriteItems are linear in the size of the table (it is scanned, and copied); here they visit only the
  partition, and only the items named.
- An update that creates an item put two INSERT records on the stream; a cancelled transaction left records behind; a
  write that changes nothing made a record. Here records are made from the state before and after.
- A failed update could leave an empty item behind. Here it leaves what was there.
- Request units are worked out from the items really read and written (local.calls).
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import moto.dynamodb.models as models
from moto.core.common_models import BaseModel
from moto.dynamodb.comparisons import get_filter_expression
from moto.dynamodb.exceptions import (
    ConditionalCheckFailed,
    MockValidationException,
    MultipleTransactionsException,
    TooManyTransactionsException,
    TransactionCanceledException,
    TransactWriteSingleOpException,
)
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import Table
from moto.dynamodb.models.utilities import dynamo_to_dict

from local import calls, context

Attributes = dict[str, dict[str, Any]]


def attributes(item: Item | None) -> Attributes | None:
    """A copy in DynamoDB's JSON form."""
    return None if item is None else {name: dynamo_to_dict(value) for name, value in item.attrs.items()}


class _Evaluated:
    """Stands before a filter expression and adds up the size of the items that reach it."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self.size = 0

    def expr(self, item: Item) -> bool:
        self.size += calls.item_size(attributes(item) or {})
        return self._inner is None or bool(self._inner.expr(item))


class LocalTable(Table):
    """A table that knows the partitions of its indexes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._candidates: list[Item] | None = None
        self._deferred: list[tuple[Attributes | None, Attributes | None]] | None = None
        self._index_partitions: dict[tuple[str, DynamoType], dict[tuple[DynamoType, DynamoType | None], Item]] = {}
        self.visited = 0
        super().__init__(*args, **kwargs)

    def set_stream_specification(self, streams: dict[str, Any] | None) -> None:
        super().set_stream_specification(streams)
        if self.account_id in context.clouds:
            self.stream_shard = None  # the cloud's own stream gets the changes, see `_announce`

    def put_item(self, item_attrs: dict[str, Any], *args: Any, **kwargs: Any) -> Item:
        if self._deferred is not None:
            return super().put_item(item_attrs, *args, **kwargs)
        keys = [item_attrs.get(name) for name in self.table_key_attrs]
        before = self._stored([DynamoType(key) for key in keys]) if all(keys) else None
        try:
            item = super().put_item(item_attrs, *args, **kwargs)
        except ConditionalCheckFailed:
            self._charge(attributes(before), None)
            raise
        self._unindex(before)
        self.changed(attributes(before), item)
        return item

    def delete_item(self, hash_key: DynamoType, range_key: DynamoType | None) -> Item | None:
        item = super().delete_item(hash_key, range_key)
        self._unindex(item)
        self.changed(attributes(item), None)
        return item

    def restore(self, hash_key: DynamoType, range_key: DynamoType | None, before: Item | None) -> None:
        """Puts back what a failed write found, silently."""
        keys = [hash_key] if range_key is None else [hash_key, range_key]
        self._unindex(self._stored(keys))
        if before is None:
            if range_key is None:
                self.items.pop(hash_key, None)
            else:
                self.items[hash_key].pop(range_key, None)
            return
        if range_key is None:
            self.items[hash_key] = before
        else:
            self.items[hash_key][range_key] = before
        self._index(before)

    @contextmanager
    def deferring(self) -> Iterator[list[tuple[Attributes | None, Attributes | None]]]:
        """Holds back what is announced about the writes inside."""
        changes: list[tuple[Attributes | None, Attributes | None]] = []
        self._deferred, outer = changes, self._deferred
        try:
            yield changes
        finally:
            self._deferred = outer

    def changed(self, before: Attributes | None, item: Item | None) -> None:
        """Tells the meter and the stream of one write; `item` is what is stored now."""
        if item is not None:
            self._index(item)
        after = attributes(item)
        if self._deferred is not None:
            self._deferred.append((before, after))
            return
        self.announce(before, after)

    def announce(self, before: Attributes | None, after: Attributes | None) -> None:
        self._charge(before, after)
        if before != after and self.account_id in context.clouds:
            context.clouds[self.account_id].streams.changed(self, before, after)

    def _charge(self, before: Attributes | None, after: Attributes | None) -> None:
        usage = calls.current.get()
        if usage is None:
            return
        usage.wrote(before, after)
        for index in self.global_indexes:
            key = tuple(index.schema_key_attrs)

            def entry(item: Attributes | None, index: Any = index, key: tuple[str, ...] = key) -> Attributes | None:
                if item is None or any(name not in item for name in key):
                    return None
                if index.projection.get("ProjectionType") == "ALL":
                    return item
                kept = {*self.table_key_attrs, *key, *index.projection.get("NonKeyAttributes", [])}
                return {name: value for name, value in item.items() if name in kept}

            usage.wrote_index(entry(before), entry(after), key)

    def _stored(self, keys: list[DynamoType]) -> Item | None:
        partition = self.items.get(keys[0])
        return partition.get(keys[1]) if partition is not None and self.has_range_key else partition

    def _index_keys(self, item: Item) -> Iterator[tuple[str, DynamoType]]:
        for index in self.all_indexes():
            hash_names = [key["AttributeName"] for key in index.schema if key["KeyType"] == "HASH"]
            if len(hash_names) == 1 and hash_names[0] in item.attrs:
                yield index.name, item.attrs[hash_names[0]]

    def _index(self, item: Item) -> None:
        for key in self._index_keys(item):
            self._index_partitions.setdefault(key, {})[item.hash_key, item.range_key] = item

    def _unindex(self, item: Item | None) -> None:
        for key in self._index_keys(item) if item is not None else ():
            self._index_partitions.get(key, {}).pop((item.hash_key, item.range_key), None)  # type: ignore[union-attr]

    def query(self, hash_key: DynamoType | None, *args: Any, **kwargs: Any) -> Any:
        names = ["range_comparison", "range_objs", "limit", "exclusive_start_key", "scan_index_forward"]
        names += ["projection_expressions", "index_name", "consistent_read", "filter_expression"]
        kwargs = dict(zip(names, args, strict=False)) | kwargs
        index_name, conditions = kwargs.get("index_name"), kwargs.get("hash_key_conditions") or []
        if index_name is None:
            partition = self.items.get(hash_key, {})
            self._candidates = list(partition.values()) if self.has_range_key else [partition] if partition else []
        elif len(conditions) == 1:
            self._candidates = list(self._index_partitions.get((index_name, conditions[0][1]), {}).values())
        evaluated = _Evaluated(kwargs.get("filter_expression"))
        kwargs["filter_expression"] = evaluated
        try:
            return super().query(hash_key, **kwargs)
        finally:
            self._candidates = None
            _read(evaluated.size)

    def all_items(self) -> list[Item]:
        items = super().all_items() if self._candidates is None else self._candidates
        self.visited += len(items)
        return items


def _read(size: int) -> None:
    usage = calls.current.get()
    if usage is not None:
        usage.read_sizes.append(size)


class _Backend(models.DynamoDBBackend):
    """Holds the replacements of the backend's methods; never instantiated."""

    def get_item(self, table_name: str, keys: dict[str, Any], projection_expressions: Any = None) -> Item | None:
        item: Item | None = _get_item(self, table_name, keys)
        _read(calls.item_size(attributes(item) or {}))
        return item.project(projection_expressions) if item is not None and projection_expressions else item

    def update_item(self, table_name: str, key: dict[str, dict[str, Any]], *args: Any, **kwargs: Any) -> Item:
        table = self.get_table(table_name)
        if not isinstance(table, LocalTable):
            return _update_item(self, table_name, key, *args, **kwargs)
        hash_key, range_key = self.get_keys_value(table, key)
        stored = table.get_item(hash_key, range_key)
        before = copy.deepcopy(stored)
        shard, table.stream_shard = table.stream_shard, None
        try:
            with table.deferring():
                item = _update_item(self, table_name, key, *args, **kwargs)
        except ConditionalCheckFailed:
            table._charge(attributes(before), None)
            raise
        except Exception:
            table.restore(hash_key, range_key, before)
            raise
        finally:
            table.stream_shard = shard
        if shard is not None and attributes(before) != attributes(item):
            shard.add(before, item)
        if before is not None:
            for index_key in table._index_keys(before):
                table._index_partitions.get(index_key, {}).pop((hash_key, range_key), None)
        table.changed(attributes(before), item)
        return item

    def transact_write_items(self, transact_items: list[dict[str, Any]]) -> None:
        if len(transact_items) > 100:
            raise TooManyTransactionsException()
        operations: list[tuple[str, dict[str, Any], LocalTable, tuple[DynamoType, DynamoType | None]]] = []
        errors: list[tuple[str | None, str | None, Any]] = []
        seen: set[tuple[str, DynamoType, DynamoType | None]] = set()
        for entry in transact_items:
            if len(entry) > 1:
                raise TransactWriteSingleOpException
            ((kind, operation),) = entry.items()
            table = self.get_table(operation["TableName"])
            key = self.get_keys_value(table, operation["Item" if kind == "Put" else "Key"])
            if (table.name, *key) in seen:
                raise MultipleTransactionsException()
            seen.add((table.name, *key))
            operations.append((kind, operation, table, key))  # type: ignore[arg-type]
            errors.append(_check(operation, table.get_item(*key)))
        if any(code for code, _, _ in errors):
            for _kind, _operation, table, key in operations:
                table._charge(attributes(table.get_item(*key)), None)
            raise TransactionCanceledException(errors)
        self._apply(operations)  # type: ignore[attr-defined]

    def _apply(
        self, operations: list[tuple[str, dict[str, Any], LocalTable, tuple[DynamoType, DynamoType | None]]]
    ) -> None:
        """All of the writes or none; what they changed is announced once all are done."""
        undo: list[tuple[LocalTable, DynamoType, DynamoType | None, Item | None]] = []
        done: list[tuple[LocalTable, Attributes | None, Attributes | None]] = []
        try:
            for kind, operation, table, key in operations:
                before = copy.deepcopy(table.get_item(*key))
                undo.append((table, *key, before))
                with table.deferring() as changes:
                    self._write(kind, operation, table, key)  # type: ignore[attr-defined]
                    stored = table.get_item(*key)
                if kind == "Put":
                    table._unindex(before)
                    table._index(stored) if stored else None
                del changes[:]
                done.append((table, attributes(before), attributes(stored)))
        except Exception as error:
            for table, hash_key, range_key, before in reversed(undo):
                table.restore(hash_key, range_key, before)
            if isinstance(error, MockValidationException):
                raise
            reasons: list[Any] = [(None, None, None)] * len(operations)
            reasons[len(undo) - 1] = ("ValidationError", str(error), None)
            raise TransactionCanceledException(reasons) from error
        for table, old, new in done:
            table.announce(old, new)

    def _write(self, kind: str, operation: dict[str, Any], table: LocalTable, key: Any) -> None:
        names = operation.get("ExpressionAttributeNames")
        values = operation.get("ExpressionAttributeValues")
        if kind == "Put":
            table.put_item(operation["Item"], overwrite=True)
        elif kind == "Delete":
            table.delete_item(*key)
        elif kind == "Update":
            self.update_item(table.name, operation["Key"], operation["UpdateExpression"], names, values)  # type: ignore[arg-type]


def _check(operation: dict[str, Any], stored: Item | None) -> tuple[str | None, str | None, Any]:
    condition = get_filter_expression(
        operation.get("ConditionExpression"),
        operation.get("ExpressionAttributeNames"),
        operation.get("ExpressionAttributeValues"),
    )
    if condition.expr(stored):
        return None, None, None
    wanted = operation.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD" and stored is not None
    return "ConditionalCheckFailed", "The conditional request failed", attributes(stored) if wanted else None


_get_item = models.DynamoDBBackend.get_item
_update_item = models.DynamoDBBackend.update_item


def install() -> None:
    models.Table = LocalTable  # type: ignore[misc]
    for name in ("get_item", "update_item", "transact_write_items", "_apply", "_write"):
        setattr(models.DynamoDBBackend, name, vars(_Backend)[name])
    # moto keeps every model it ever made for its dashboard, every copy of every item included
    BaseModel.__new__ = lambda cls, *_args, **_kwargs: object.__new__(cls)  # type: ignore[method-assign, assignment]
