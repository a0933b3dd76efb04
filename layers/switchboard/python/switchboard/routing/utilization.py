"""Utilization: how many interactions of each medium and label an agent can have at once, and which may interrupt which.

An agent who has an interaction takes more of the same medium up to its maximum, and of another medium only where that one may
interrupt what they have. Where the medium allows it, the same holds once more of labels, among the interactions that bear one; a
label without a bound (none was said, or it was deleted) neither bounds nor hinders. What an agent has of their own comes before
the organization's.
"""

from collections import Counter
from collections.abc import Iterable

from switchboard.kit.model import Record


class Capacity(Record):
    """Of one medium, or of one label; `interruptable_media_types` are the media that may interrupt the medium,
    `interrupting_label_ids` the labels that may interrupt the label."""

    maximum_capacity: int = 1
    interruptable_media_types: list[str] = []
    interrupting_label_ids: list[str] = []
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


def named_labels(utilization: Utilization) -> set[str]:
    """Every label that is bounded, or that may interrupt another."""
    bounds = labels(utilization)
    return {*bounds, *(each for bound in bounds.values() for each in bound.interrupting_label_ids)}


def media(utilization: Utilization) -> dict[str, Capacity]:
    """The bounds of media."""
    return {key: each for key, each in utilization.items() if not key.startswith(_LABEL)}


def of_medium(utilization: Utilization, medium: str) -> Capacity:
    """Its bound of a medium: none at all where it does not name it."""
    return utilization.get(medium, _NONE)


def has_room(held: Iterable[Held], medium: str, utilization: Utilization, label_id: str = "") -> bool:
    """Whether an agent who holds these can take one more of `medium` that bears the label."""
    on_hand = list(held)
    counts = Counter(each for each, _ in on_hand)
    if counts[medium] >= of_medium(utilization, medium).maximum_capacity:
        return False
    if any(
        medium not in of_medium(utilization, other).interruptable_media_types for other in counts if other != medium
    ):
        return False
    return not label_id or _admits(Counter(each for _, each in on_hand if each), label_id, utilization)


def _admits(labelled: Counter[str], label_id: str, utilization: Utilization) -> bool:
    """Whether one more of the label may join those on hand."""
    bounds = {each: utilization.get(of_label(each)) for each in (label_id, *labelled)}
    own = bounds[label_id]
    if own is not None and labelled[label_id] >= own.maximum_capacity:
        return False
    return all(
        bound is None or label_id in bound.interrupting_label_ids for each, bound in bounds.items() if each != label_id
    )


def has_any_room(held: Iterable[Held], utilization: Utilization) -> bool:
    """Whether they can take one more of anything."""
    on_hand = list(held)
    return any(has_room(on_hand, each, utilization) for each in media(utilization))
