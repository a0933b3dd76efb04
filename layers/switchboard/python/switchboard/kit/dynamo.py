"""A DynamoDB table in plain Python values, with conditional writes and the calls this product needs.

Items are dicts of str, int, float, bool, bytes, list, dict and set[str]. A failed condition raises ConditionFailedError with
the item that stood in the way, so that the caller needs no read to learn why.
"""

import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from switchboard.kit import aws
from switchboard.kit.aws import broken_conditions, passing, pause, persistently

Item = dict[str, Any]
Key = tuple[str, str]


class ConditionFailedError(Exception):
    """The condition of a write did not hold. `old` is the stored item, empty where there is none."""

    def __init__(self, old: Item) -> None:
        super().__init__("the condition of a write did not hold")
        self.old = old


class TransactionCanceledError(Exception):
    """A transaction was refused. `failed` holds the index of each write whose condition did not hold, with the old item.

    Empty `failed`: other writes of the same items were under way, each time it was tried; the same call may succeed later.
    """

    def __init__(self, failed: Mapping[int, Item]) -> None:
        super().__init__(f"conditions failed at {sorted(failed)}" if failed else "transaction conflict")
        self.failed = dict(failed)


@dataclass(frozen=True)
class Write:
    """One write of a transaction, made by `put`, `update`, `delete` or `check`."""

    operation: str
    arguments: dict[str, Any] = field(default_factory=dict)


class Table:
    """One domain's table, keys `PK` and `SK`."""

    def __init__(self, name: str) -> None:
        self.name = name

    @property
    def _client(self) -> Any:
        return aws.client("dynamodb")

    # -- reads

    def get(self, key: Key, *, consistent: bool = True) -> Item | None:
        answer = self._client.get_item(TableName=self.name, Key=_key(key), ConsistentRead=consistent)
        return unmarshal(answer["Item"]) if "Item" in answer else None

    def batch_get(self, keys: Iterable[Key], *, consistent: bool = False) -> dict[Key, Item]:
        """The items that exist, by key; any number of keys, 100 a call."""
        found: dict[Key, Item] = {}
        refusals = 0
        pending = [_key(key) for key in dict.fromkeys(keys)]
        while pending:
            chunk, pending = pending[:100], pending[100:]
            answer = self._client.batch_get_item(
                RequestItems={self.name: {"Keys": chunk, "ConsistentRead": consistent}}
            )
            for raw in answer["Responses"].get(self.name, []):
                item = unmarshal(raw)
                found[item["PK"], item["SK"]] = item
            if refused := answer.get("UnprocessedKeys", {}).get(self.name, {}).get("Keys", []):
                pending += refused
                refusals = pause(refusals)
        return found

    def query(
        self,
        partition: str,
        *,
        prefix: str = "",
        between: tuple[str, str] | None = None,
        after: str = "",
        index: str = "",
        limit: int | None = None,
        page: int | None = None,
        forward: bool = True,
        consistent: bool = False,
    ) -> Iterator[Item]:
        """Items of one partition in sort-key order, read page by page as they are consumed.

        `prefix`, `between` (both ends included) or `after` (excluded) bound the sort key; `limit` bounds what is read in all,
        `page` what is read at a time (for a search that usually ends early).
        """
        hash_name, range_name = ("PK", "SK") if not index else (f"{index}PK", f"{index}SK")
        condition, values = "#pk = :pk", {":pk": {"S": partition}}
        names = {"#pk": hash_name}
        if prefix:
            condition, values[":sk"] = condition + " AND begins_with(#sk, :sk)", {"S": prefix}
        elif between:
            condition += " AND #sk BETWEEN :low AND :high"
            values |= {":low": {"S": between[0]}, ":high": {"S": between[1]}}
        elif after:
            condition, values[":sk"] = condition + " AND #sk > :sk", {"S": after}
        if "#sk" in condition:
            names["#sk"] = range_name
        arguments: dict[str, Any] = {
            "TableName": self.name,
            "KeyConditionExpression": condition,
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": values,
            "ScanIndexForward": forward,
            "ConsistentRead": consistent and not index,
        }
        if index:
            arguments["IndexName"] = index
        remaining = limit
        while True:
            if (bound := remaining if remaining is not None else page) is not None:
                arguments["Limit"] = bound
            answer = self._client.query(**arguments)
            yield from map(unmarshal, answer["Items"])
            if remaining is not None:
                remaining -= answer["Count"]
            if "LastEvaluatedKey" not in answer or (remaining is not None and remaining <= 0):
                return
            arguments["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    # -- writes

    def put(self, item: Item, *, condition: str = "", values: Mapping[str, Any] | None = None) -> None:
        self._write("put_item", put(item, condition=condition, values=values))

    def create(self, item: Item) -> None:
        """Put where nothing stands yet; raises ConditionFailedError with what does."""
        self.put(item, condition="attribute_not_exists(PK)")

    def update(
        self,
        key: Key,
        expression: str,
        *,
        values: Mapping[str, Any] | None = None,
        names: Mapping[str, str] | None = None,
        condition: str = "",
    ) -> Item:
        """Apply an update expression; the item as it then is (no read needed)."""
        write = update(key, expression, values=values, names=names, condition=condition)
        answer = self._write("update_item", write, ReturnValues="ALL_NEW")
        return unmarshal(answer["Attributes"])

    def delete(self, key: Key, *, condition: str = "", values: Mapping[str, Any] | None = None) -> Item | None:
        """Delete; the item that stood there, None where there was none."""
        answer = self._write("delete_item", delete(key, condition=condition, values=values), ReturnValues="ALL_OLD")
        return unmarshal(answer["Attributes"]) if "Attributes" in answer else None

    def put_all(self, items: Sequence[Item]) -> None:
        """Unconditional puts, 25 a call."""
        self._write_all([{"PutRequest": {"Item": marshal(item)}} for item in items])

    def delete_all(self, keys: Iterable[Key]) -> None:
        """Unconditional deletions, 25 a call."""
        self._write_all([{"DeleteRequest": {"Key": _key(key)}} for key in dict.fromkeys(keys)])

    def _write_all(self, pending: list[dict[str, Any]]) -> None:
        refusals = 0
        while pending:
            chunk, pending = pending[:25], pending[25:]
            answer = self._client.batch_write_item(RequestItems={self.name: chunk})
            if refused := answer.get("UnprocessedItems", {}).get(self.name, []):
                pending += refused
                refusals = pause(refusals)

    def transact(self, writes: Sequence[Write], token: str = "") -> None:
        """All writes or none. Raises TransactionCanceledError. `token` makes a repeated call harmless for ten minutes."""
        items = [
            {
                write.operation: {
                    "TableName": self.name,
                    "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
                    **write.arguments,
                }
            }
            for write in writes
        ]
        extra = {"ClientRequestToken": token[:36]} if token else {}
        try:
            persistently(lambda: self._client.transact_write_items(TransactItems=items, **extra))
        except ClientError as error:
            failed = {index: unmarshal(item) for index, item in broken_conditions(error)}
            if not failed and not passing(error):
                raise
            raise TransactionCanceledError(failed) from error

    def _write(self, method: str, write: Write, **extra: Any) -> Any:
        try:
            return persistently(
                lambda: getattr(self._client, method)(
                    TableName=self.name, ReturnValuesOnConditionCheckFailure="ALL_OLD", **write.arguments, **extra
                )
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            response: dict[str, Any] = {**error.response}
            raise ConditionFailedError(unmarshal(response.get("Item", {}))) from error


def put(item: Item, *, condition: str = "", values: Mapping[str, Any] | None = None) -> Write:
    return Write("Put", {"Item": marshal(item)} | _conditional(condition, values, None))


def create(item: Item) -> Write:
    return put(item, condition="attribute_not_exists(PK)")


def update(
    key: Key,
    expression: str,
    *,
    values: Mapping[str, Any] | None = None,
    names: Mapping[str, str] | None = None,
    condition: str = "",
) -> Write:
    arguments = {"Key": _key(key), "UpdateExpression": expression}
    return Write("Update", arguments | _conditional(condition, values, names))


def delete(key: Key, *, condition: str = "", values: Mapping[str, Any] | None = None) -> Write:
    return Write("Delete", {"Key": _key(key)} | _conditional(condition, values, None))


def check(key: Key, condition: str, *, values: Mapping[str, Any] | None = None) -> Write:
    return Write("ConditionCheck", {"Key": _key(key)} | _conditional(condition, values, None))


def _conditional(condition: str, values: Mapping[str, Any] | None, names: Mapping[str, str] | None) -> dict[str, Any]:
    arguments: dict[str, Any] = {}
    if condition:
        arguments["ConditionExpression"] = condition
    if values:
        arguments["ExpressionAttributeValues"] = {f":{name}": _to_attribute(value) for name, value in values.items()}
    if names:
        arguments["ExpressionAttributeNames"] = {f"#{name}": attribute for name, attribute in names.items()}
    return arguments


def _key(key: Key) -> dict[str, Any]:
    return {"PK": {"S": key[0]}, "SK": {"S": key[1]}}


def marshal(item: Mapping[str, Any]) -> dict[str, Any]:
    """To DynamoDB's typed form. None is left out: an absent attribute is how this product says nothing."""
    return {name: _to_attribute(value) for name, value in item.items() if value is not None}


def unmarshal(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _from_attribute(value) for name, value in raw.items()}


def _to_attribute(value: Any) -> dict[str, Any]:
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, int | float):
        return {"N": repr(value)}
    if isinstance(value, bytes):
        return {"B": value}
    if isinstance(value, set | frozenset):
        return {"SS": sorted(value)}
    if isinstance(value, Mapping):
        return {"M": marshal(value)}
    if isinstance(value, list | tuple):
        return {"L": [_to_attribute(each) for each in value]}
    raise TypeError(f"{type(value).__name__} cannot be stored in DynamoDB")


def _from_attribute(attribute: Mapping[str, Any]) -> Any:
    ((kind, value),) = attribute.items()
    match kind:
        case "N":
            return float(value) if "." in value or "e" in value.lower() else int(value)
        case "M":
            return unmarshal(value)
        case "L":
            return [_from_attribute(each) for each in value]
        case "SS":
            return set(value)
        case "NULL":
            return None
        case "B":
            return base64.b64decode(value) if isinstance(value, str) else value  # a stream's event carries text
        case _:
            return value
