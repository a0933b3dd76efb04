"""DynamoDB in moto, corrected.

- Query and TransactWriteItems are linear in the size of the table (it is scanned, and copied); here they visit only the
  partition, and only the items named.
- An update that creates an item put two INSERT records on the stream; a cancelled transaction left records behind; a
  write that changes nothing made a record. Here records are made from the state before and after.
- A failed update could leave an empty item behind. Here it leaves what was there.
- Three quarters of a query's time went into fitting the answer to botocore's model, which it fits by itself.
- Request units are worked out from the items really read and written (local.calls).
"""

from __future__ import annotations

import base64
import copy
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import moto.dynamodb.models as models
from moto.core.common_models import BaseModel
from moto.core.responses import ActionResult
from moto.dynamodb.comparisons import get_filter_expression
from moto.dynamodb.exceptions import (
    ConditionalCheckFailed,
    MockValidationException,
    MultipleTransactionsException,
    TooManyTransactionsException,
    TransactionCanceledException,
    TransactWriteSingleOpException,
)
from moto.dynamodb.models import DynamoDBBackend as Backend
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import Table
from moto.dynamodb.models.utilities import dynamo_to_dict
from moto.dynamodb.responses import DynamoHandler

from local import calls, context

Attributes = dict[str, dict[str, Any]]
Change = tuple[Attributes | None, Attributes | None]
"""An item before and after."""

_Reason = tuple[str | None, str | None, Attributes | None]
"""Code, message and, where asked for, the item of one operation in a cancelled transaction."""

_FINE: _Reason = (None, None, None)


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
        self._deferred: list[Change] | None = None
        self._index_partitions: dict[tuple[str, DynamoType], dict[tuple[DynamoType, DynamoType | None], Item]] = {}
        self.visited = 0
        super().__init__(*args, **kwargs)

    @property
    def _items(self) -> dict[DynamoType, Any]:
        """Items by hash key or, in a table with a range key, by hash key and range key."""
        return self.items

    def set_stream_specification(self, streams: dict[str, Any] | None) -> None:
        super().set_stream_specification(streams)
        if self.account_id in context.clouds:
            self.stream_shard = None  # the cloud's own stream gets the changes, see `_announce`

    def put_item(self, item_attrs: dict[str, Any], *args: Any, **kwargs: Any) -> Item:
        if self._deferred is not None:
            return super().put_item(item_attrs, *args, **kwargs)
        keys = [DynamoType(item_attrs[name]) for name in self.table_key_attrs if name in item_attrs]
        before = self._stored(keys) if len(keys) == len(self.table_key_attrs) else None
        try:
            item = super().put_item(item_attrs, *args, **kwargs)
        except ConditionalCheckFailed:
            self.charge(attributes(before), None)
            raise
        self.unindex(before)
        self.changed(attributes(before), item)
        return item

    def delete_item(self, hash_key: DynamoType, range_key: DynamoType | None) -> Item | None:
        item = super().delete_item(hash_key, range_key)
        self.unindex(item)
        self.changed(attributes(item), None)
        return item

    def restore(self, hash_key: DynamoType, range_key: DynamoType | None, before: Item | None) -> None:
        """Puts back what a failed write found, silently."""
        keys = [hash_key] if range_key is None else [hash_key, range_key]
        self.unindex(self._stored(keys))
        items = self._items if range_key is None else self.items[hash_key]
        if before is None:
            items.pop(keys[-1], None)
        else:
            items[keys[-1]] = before
            self._index(before)

    @contextmanager
    def deferring(self) -> Iterator[list[Change]]:
        """Holds back what is announced about the writes inside."""
        changes: list[Change] = []
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
        self.charge(before, after)
        if before != after and self.account_id in context.clouds:
            context.clouds[self.account_id].streams.changed(self, before, after)

    def charge(self, before: Attributes | None, after: Attributes | None) -> None:
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
        partition = self._items.get(keys[0])
        item = partition.get(keys[1]) if partition is not None and self.has_range_key else partition
        return cast(Item | None, item)

    def _index_keys(self, item: Item) -> Iterator[tuple[str, DynamoType]]:
        for index in self.all_indexes():
            hash_names = [key["AttributeName"] for key in index.schema if key["KeyType"] == "HASH"]
            if len(hash_names) == 1 and hash_names[0] in item.attrs:
                yield index.name, item.attrs[hash_names[0]]

    def _index(self, item: Item) -> None:
        for key in self._index_keys(item):
            self._index_partitions.setdefault(key, {})[item.hash_key, item.range_key] = item

    def unindex(self, item: Item | None) -> None:
        for key in self._index_keys(item) if item is not None else ():
            self._index_partitions.get(key, {}).pop((item.hash_key, item.range_key), None)  # type: ignore[union-attr]

    def query(self, hash_key: DynamoType | None, *args: Any, **kwargs: Any) -> Any:
        names = ["range_comparison", "range_objs", "limit", "exclusive_start_key", "scan_index_forward"]
        names += ["projection_expressions", "index_name", "consistent_read", "filter_expression"]
        kwargs = dict(zip(names, args, strict=False)) | kwargs
        index_name, conditions = kwargs.get("index_name"), kwargs.get("hash_key_conditions") or []
        if index_name is None:
            partition = self._items.get(hash_key) if hash_key is not None else None
            self._candidates = (list(partition.values()) if self.has_range_key else [partition]) if partition else []
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


def _get(backend: Backend, table_name: str, keys: dict[str, Any], projection_expressions: Any = None) -> Item | None:
    """Replaces the backend's get_item: the whole item is charged, whatever part of it is asked for."""
    item = _moto_get(backend, table_name, keys)
    _read(calls.item_size(attributes(item) or {}))
    return item.project(projection_expressions) if item is not None and projection_expressions else item


def _update(backend: Backend, table_name: str, key: dict[str, Any], *args: Any, **kwargs: Any) -> Item:
    """Replaces the backend's update_item."""
    table = cast(LocalTable, backend.get_table(table_name))
    hash_key, range_key = backend.get_keys_value(table, key)
    before = copy.deepcopy(table.get_item(hash_key, range_key))
    shard, table.stream_shard = table.stream_shard, None
    try:
        with table.deferring():
            item = _moto_update(backend, table_name, key, *args, **kwargs)
    except ConditionalCheckFailed:
        table.charge(attributes(before), None)
        raise
    except Exception:
        table.restore(hash_key, range_key, before)
        raise
    finally:
        table.stream_shard = shard
    if shard is not None and attributes(before) != attributes(item):
        shard.add(before, item)
    table.unindex(before)
    table.changed(attributes(before), item)
    return item


@dataclass(frozen=True)
class _Write:
    """One operation of a transaction."""

    kind: str
    request: dict[str, Any]
    table: LocalTable
    key: tuple[DynamoType, DynamoType | None]

    def stored(self) -> Item | None:
        return self.table.get_item(*self.key)

    def check(self) -> _Reason:
        """Why the transaction must be cancelled, if so."""
        condition = get_filter_expression(
            self.request.get("ConditionExpression"),
            self.request.get("ExpressionAttributeNames"),
            self.request.get("ExpressionAttributeValues"),
        )
        stored = self.stored()
        if condition.expr(stored):
            return _FINE
        wanted = self.request.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD" and stored is not None
        return "ConditionalCheckFailed", "The conditional request failed", attributes(stored) if wanted else None

    def apply(self, backend: Backend) -> None:
        """Makes the change, silently."""
        with self.table.deferring():
            if self.kind == "Put":
                self.table.unindex(self.stored())
                self.table.changed(None, self.table.put_item(self.request["Item"], overwrite=True))
            elif self.kind == "Delete":
                self.table.delete_item(*self.key)
            elif self.kind == "Update":
                _update(
                    backend,
                    self.table.name,
                    self.request["Key"],
                    self.request["UpdateExpression"],
                    self.request.get("ExpressionAttributeNames"),
                    self.request.get("ExpressionAttributeValues"),
                )


def _transact(backend: Backend, transact_items: list[dict[str, Any]]) -> None:
    """Replaces the backend's transact_write_items: all of the writes or none, announced once all are done."""
    if len(transact_items) > 100:
        raise TooManyTransactionsException()
    writes = [_write(backend, entry) for entry in transact_items]
    if len({(write.table.name, *write.key) for write in writes}) < len(writes):
        raise MultipleTransactionsException()
    reasons = [write.check() for write in writes]
    if any(code for code, _, _ in reasons):
        for write in writes:
            write.table.charge(attributes(write.stored()), None)
        raise TransactionCanceledException(reasons)
    before = [copy.deepcopy(write.stored()) for write in writes]
    for position, write in enumerate(writes):
        try:
            write.apply(backend)
        except Exception as error:
            for undone, item in zip(writes, before, strict=True):
                undone.table.restore(*undone.key, item)
            if isinstance(error, MockValidationException):
                raise
            reasons[position] = ("ValidationError", str(error), None)
            raise TransactionCanceledException(reasons) from error
    for write, item in zip(writes, before, strict=True):
        write.table.announce(attributes(item), attributes(write.stored()))


def _write(backend: Backend, entry: dict[str, Any]) -> _Write:
    if len(entry) > 1:
        raise TransactWriteSingleOpException
    ((kind, request),) = entry.items()
    table = cast(LocalTable, backend.get_table(request["TableName"]))
    return _Write(kind, request, table, backend.get_keys_value(table, request["Item" if kind == "Put" else "Key"]))


_ITEM_OPERATIONS = {"GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan"}
_ITEM_OPERATIONS |= {"BatchGetItem", "BatchWriteItem", "TransactGetItems", "TransactWriteItems"}


def _serialized(handler: DynamoHandler, action_result: ActionResult) -> Any:
    """Replaces the handler's: the answers about items are in the wire's form already."""
    operation = handler._get_action()
    if operation not in _ITEM_OPERATIONS or isinstance(action_result.result, Exception):
        return _moto_serialized(handler, action_result)
    headers = {"Content-Type": "application/x-amz-json-1.0", **handler.response_headers}
    return 200, headers, json.dumps(action_result.result, default=lambda binary: base64.b64encode(binary).decode())


_moto_serialized = DynamoHandler.serialized
_moto_get = Backend.get_item
_moto_update = Backend.update_item


def install() -> None:
    for owner, name, replacement in (
        (models, "Table", LocalTable),
        (DynamoHandler, "serialized", _serialized),
        (Backend, "get_item", _get),
        (Backend, "update_item", _update),
        (Backend, "transact_write_items", _transact),
    ):
        setattr(owner, name, replacement)
    # moto keeps every model it ever made for its dashboard, every copy of every item included
    BaseModel.__new__ = lambda cls, *_args, **_kwargs: object.__new__(cls)  # type: ignore[method-assign]
