"""The groups of people that a queue names: as members of its own, in rings, and in the rules that bring them in on a condition."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

from switchboard.kit import ids
from switchboard.kit.checks import dotted
from switchboard.kit.errors import InvalidValueError

MOST_GROUPS = 40
"""That a queue may name: each has a pointer to it, written with the queue in one transaction of a hundred writes at most."""

Queue = Mapping[str, Any]


def named_groups(queue: Queue) -> dict[str, str]:
    """The ids of all groups that the queue names, and the field in which each is named first."""
    named: dict[str, str] = {}
    for path, group in _references(queue):
        named.setdefault(group.get("id") or "", f"{path}.id")
    return named


def ids_of(groups: Iterable[Queue] | None) -> list[str]:
    return [group["id"] for group in groups or []]


def check_groups(queue: Queue, known: Callable[[Collection[str]], Collection[str]]) -> None:
    """Raises InvalidValueError naming the field."""
    for path, group in _references(queue):
        if (group.get("type") or "GROUP") != "GROUP":
            raise InvalidValueError(
                "Only groups of type GROUP can be named: there are no teams or skill groups.", field=f"{path}.type"
            )
    named = named_groups(queue)
    if len(named) > MOST_GROUPS:
        raise InvalidValueError(f"A queue names at most {MOST_GROUPS} groups.", field=list(named.values())[MOST_GROUPS])
    found = known([group_id for group_id in named if ids.is_uuid(group_id)]) if named else ()
    for group_id, path in named.items():
        if group_id not in found:
            raise InvalidValueError(f"The group '{group_id[:60]}' does not exist.", field=path)


def _references(queue: Queue) -> Iterator[tuple[str, Queue]]:
    places = [("memberGroups", queue.get("memberGroups"))]
    for name, field in (("bullseye.rings", "memberGroups"), ("conditionalGroupRouting.rules", "groups")):
        for index, part in enumerate(dotted(queue, name) or []):
            places.append((f"{name}.{index}.{field}", part.get(field)))
    for path, groups in places:
        for number, group in enumerate(groups or []):
            yield f"{path}.{number}", group
