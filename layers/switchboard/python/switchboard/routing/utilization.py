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

_NONE = Capacity(maximum_capacity=0)


def has_room(held: Iterable[str], media: str, utilization: Utilization) -> bool:
    """Whether an agent who holds these media can take one more of `media`."""
    counts = Counter(held)
    if counts[media] >= utilization.get(media, _NONE).maximum_capacity:
        return False
    others = (other for other in counts if other != media)
    return all(media in utilization.get(other, _NONE).interruptable_media_types for other in others)


def has_any_room(held: Iterable[str], utilization: Utilization) -> bool:
    """Whether they can take one more of anything."""
    media = list(held)
    return any(has_room(media, each, utilization) for each in utilization)
