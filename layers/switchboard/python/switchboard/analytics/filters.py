"""Filters of queries: predicates on dimensions and metrics, joined by `and` or `or`, checked first and then compiled to a test."""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from switchboard.kit.errors import InvalidValueError

Filter = Mapping[str, Any]
Values = Callable[[str], Collection[str]]
"""The values that something has in a dimension."""
Number = Callable[[str], float | None]
"""The value that something has of a metric, None where it has none."""
Test = Callable[[Values, Number], bool]

_BOUNDS: dict[str, Callable[[float, float], bool]] = {
    "gt": lambda value, bound: value > bound,
    "gte": lambda value, bound: value >= bound,
    "lt": lambda value, bound: value < bound,
    "lte": lambda value, bound: value <= bound,
}


def no_number(metric: str) -> None:
    """What filters on dimensions alone are asked with."""


def compile_filter(
    given: Filter | None, dimensions: Collection[str], metrics: Collection[str] = (), *, field: str
) -> Test:
    """A test for the filter; none given passes everything. Raises InvalidValueError under `field`."""
    if not given:
        return lambda values, number: True
    parts = [
        compile_filter(clause, dimensions, metrics, field=f"{field}.clauses.{index}")
        for index, clause in enumerate(given.get("clauses") or [])
    ]
    parts += [
        _predicate(predicate, dimensions, metrics, f"{field}.predicates.{index}")
        for index, predicate in enumerate(given.get("predicates") or [])
    ]
    if not parts:
        raise InvalidValueError(f"{field} has neither predicates nor clauses.", field=field)
    if (given.get("type") or "and") == "and":
        return lambda values, number: all(part(values, number) for part in parts)
    return lambda values, number: any(part(values, number) for part in parts)


def named(given: Filter | None, dimension: str) -> list[str]:
    """The values that the filter's predicates name of a dimension, wherever they stand."""
    return list(dict.fromkeys(_named(given or {}, dimension)))


def _named(given: Filter, dimension: str) -> Iterator[str]:
    for clause in given.get("clauses") or []:
        yield from _named(clause, dimension)
    for predicate in given.get("predicates") or []:
        if predicate.get("dimension") == dimension and predicate.get("value"):
            yield predicate["value"]


def _predicate(predicate: Mapping[str, Any], dimensions: Collection[str], metrics: Collection[str], field: str) -> Test:
    kind = predicate.get("type") or ("metric" if predicate.get("metric") else "dimension")
    if kind == "dimension":
        return _of_dimension(predicate, dimensions, field)
    if kind == "metric" and metrics:
        return _of_metric(predicate, metrics, field)
    raise InvalidValueError(f"Predicates of the type {kind} are not supported here.", field=f"{field}.type")


def _of_dimension(predicate: Mapping[str, Any], dimensions: Collection[str], field: str) -> Test:
    name, value = predicate.get("dimension") or "", predicate.get("value")
    if name not in dimensions:
        raise InvalidValueError(f"The dimension '{name[:60]}' is not supported here.", field=f"{field}.dimension")
    if predicate.get("range"):
        raise InvalidValueError(f"{name} has no range.", field=f"{field}.range")
    match predicate.get("operator") or "matches":
        case "exists":
            return lambda values, number: bool(values(name))
        case "notExists":
            return lambda values, number: not values(name)
    if value is None:
        raise InvalidValueError(f"A predicate on {name} needs a value.", field=f"{field}.value")
    return lambda values, number: value in values(name)


def _of_metric(predicate: Mapping[str, Any], metrics: Collection[str], field: str) -> Test:
    name = predicate.get("metric") or ""
    if name not in metrics:
        raise InvalidValueError(f"The metric '{name[:60]}' is not supported here.", field=f"{field}.metric")
    match predicate.get("operator") or "matches":
        case "exists":
            return lambda values, number: number(name) is not None
        case "notExists":
            return lambda values, number: number(name) is None
    bounds = {key: bound for key, bound in (predicate.get("range") or {}).items() if bound is not None}
    if not bounds and predicate.get("value") is not None:
        bounds = {"gte": _number(predicate["value"], field), "lte": _number(predicate["value"], field)}
    if not bounds:
        raise InvalidValueError(f"A predicate on {name} needs a range or a value.", field=f"{field}.range")

    def test(values: Values, number: Number) -> bool:
        measured = number(name)
        return measured is not None and all(_BOUNDS[key](measured, bound) for key, bound in bounds.items())

    return test


def _number(value: str, field: str) -> float:
    try:
        return float(value)
    except ValueError as error:
        raise InvalidValueError(f"'{value[:40]}' is no number.", field=f"{field}.value") from error
