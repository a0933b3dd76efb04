"""What is done about many agents after the request that makes it necessary: by timers, each about some of them.

They are started before the request changes anything, so that no crash leaves the agents behind; whoever takes one up looks at what
holds by then.
"""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from switchboard.kit import clock, timers

AFTER_SECONDS = 60
"""Longer than a request takes, and than rules and bounds are kept by who has read them."""

TOGETHER = 50
"""How many agents one timer is about."""


def look_again(timer: str, user_ids: Collection[str], about: Mapping[str, Any] | None = None) -> None:
    """Deliver `{"timer", "userIds", **about}` to routing's timers, the users in parts."""
    everybody, due = sorted(set(user_ids)), clock.now() + timedelta(seconds=AFTER_SECONDS)
    parts = [everybody[start : start + TOGETHER] for start in range(0, len(everybody), TOGETHER)]
    timers.start_all("routing", timer, due, [{"userIds": part, **(about or {})} for part in parts])
