"""Utilization: how many interactions of each medium an agent can have at once, and which may interrupt which.

An agent who has an interaction takes more of the same medium up to its maximum, and of another medium only where that one may
interrupt what they have.
"""

from collections import Counter
from collections.abc import Iterable

from switchboard.kit.model import Record


class Capacity(Record):
    """Of one medium; `interruptable_media_types` are the media that may interrupt it."""

    maximum_capacity: int = 1
    interruptable_media_types: list[str] = []
    include_non_acd: bool = False


Utilization = dict[str, Capacity]

DEFAULT: Utilization = {
    "call": Capacity(maximum_capacity=1),
    "callback": Capacity(maximum_capacity=1),
    "chat": Capacity(maximum_capacity=4),
    "email": Capacity(maximum_capacity=1, interruptable_media_types=["call", "callback", "chat", "message"]),
    "message": Capacity(maximum_capacity=4),
    "workitem": Capacity(
        maximum_capacity=1, interruptable_media_types=["call", "callback", "chat", "email", "message"]
    ),
}

Held = tuple[str, str]
"""The medium and the label ("" for none) of an interaction that an agent has."""

_LABEL = "label:"
_NONE = Capacity(maximum_capacity=0)


def of_label(label_id: str) -> str:
    """The key under which a utilization holds the bound of a label."""
    return f"{_LABEL}{label_id}"


def labels(utilization: Utilization) -> dict[str, Capacity]:
    """The bounds of labels, by the label's id."""
    return {key.removeprefix(_LABEL): each for key, each in utilization.items() if key.startswith(_LABEL)}


def media(utilization: Utilization) -> dict[str, Capacity]:
    """The bounds of media."""
    return {key: each for key, each in utilization.items() if not key.startswith(_LABEL)}


def has_room(held: Iterable[Held], medium: str, utilization: Utilization, label_id: str = "") -> bool:
    """Whether an agent who holds these can take one more of `medium` that bears the label."""
    on_hand = list(held)
    counts = Counter(each for each, _ in on_hand)
    if counts[medium] >= utilization.get(medium, _NONE).maximum_capacity:
        return False
    bound = utilization.get(of_label(label_id)) if label_id else None
    if bound is not None and sum(each == label_id for _, each in on_hand) >= bound.maximum_capacity:
        return False
    others = (other for other in counts if other != medium)
    return all(medium in utilization.get(other, _NONE).interruptable_media_types for other in others)


def has_any_room(held: Iterable[Held], utilization: Utilization) -> bool:
    """Whether they can take one more of anything."""
    on_hand = list(held)
    return any(has_room(on_hand, each, utilization) for each in media(utilization))
