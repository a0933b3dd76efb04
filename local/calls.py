"""Counts the AWS calls of functions and works out their DynamoDB request units by AWS's sizing rules.

Rules (DynamoDB developer guide, "Read and write operations" and "Item sizes and formats"): a write costs its item's
size rounded up to 1 KB, a strongly consistent read rounded up to 4 KB, an eventually consistent one half of that; a
transaction doubles both, but not what its writes cost in indexes; a failed condition is charged as a write; a query is
charged for the sum of what it evaluated. moto's ConsumedCapacity is a constant, so it is no help.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

Attributes = dict[str, dict[str, Any]]

_READS = {"GetItem", "BatchGetItem", "TransactGetItems", "Query", "Scan"}


def attribute_size(value: dict[str, Any]) -> int:
    """Bytes of one attribute value in DynamoDB's JSON form."""
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return len(str(content).encode("utf-8", "surrogatepass"))
        case "N":
            digits = str(content).lstrip("-").replace(".", "").strip("0")
            return min(21, (len(digits) + 1) // 2 + 1 + str(content).startswith("-"))
        case "M":
            return 3 + sum(1 + len(name.encode()) + attribute_size(item) for name, item in content.items())
        case "L":
            return 3 + sum(1 + attribute_size(item) for item in content)
        case "SS" | "NS" | "BS":
            return sum(attribute_size({kind[0]: item}) for item in content)
        case "B":
            return len(content)
    return 1


def item_size(item: Attributes) -> int:
    return sum(len(name.encode()) + attribute_size(value) for name, value in item.items())


def _write_units(size: int) -> int:
    return max(1, math.ceil(size / 1024))


@dataclass
class Usage:
    """What one call consumed; the moto patches fill it while the call runs."""

    write_units: float = 0.0
    read_sizes: list[int] = field(default_factory=list)
    transactional: bool = False

    def wrote(self, old: Attributes | None, new: Attributes | None) -> None:
        size = max(item_size(old or {}), item_size(new or {}))
        self.write_units += _write_units(size) * (2 if self.transactional else 1)

    def wrote_index(self, old: Attributes | None, new: Attributes | None, key: tuple[str, ...]) -> None:
        """One index entry: moved to another key it is deleted and put, otherwise replaced in place."""
        if old == new:
            return
        moved = old and new and any(old[name] != new[name] for name in key)
        entries = [old, new] if moved else [max(old or {}, new or {}, key=item_size)]
        self.write_units += sum(_write_units(item_size(entry or {})) for entry in entries)

    def read_units(self, *, consistent: bool) -> float:
        factor = 2.0 if self.transactional else 1.0 if consistent else 0.5
        return sum(max(1, math.ceil(size / 4096)) for size in self.read_sizes) * factor


current: ContextVar[Usage | None] = ContextVar("local_usage", default=None)


class Calls:
    """Totals by function, service and operation since the last clear."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._totals: dict[tuple[str, str, str], list[float]] = {}

    @contextmanager
    def record(self, function: str, service: str, operation: str, parameters: dict[str, Any]) -> Iterator[None]:
        usage = Usage(transactional=operation.startswith("Transact"))
        token = current.set(usage)
        try:
            yield
        finally:
            current.reset(token)
            reads = usage.read_units(consistent=_consistent(parameters)) if operation in _READS else 0.0
            with self._lock:
                total = self._totals.setdefault((function, service, operation), [0, 0.0, 0.0])
                total[0] += 1
                total[1] += reads
                total[2] += usage.write_units

    def entities(self) -> list[dict[str, Any]]:
        with self._lock:
            return [
                {
                    "function": function,
                    "service": service,
                    "operation": operation,
                    "count": int(count),
                    "readUnits": reads,
                    "writeUnits": writes,
                }
                for (function, service, operation), (count, reads, writes) in sorted(self._totals.items())
            ]

    def clear(self) -> None:
        with self._lock:
            self._totals.clear()


def _consistent(parameters: dict[str, Any]) -> bool:
    if "ConsistentRead" in parameters:
        return bool(parameters["ConsistentRead"])
    tables = parameters.get("RequestItems", {}).values()
    return any(isinstance(table, dict) and table.get("ConsistentRead") for table in tables)
