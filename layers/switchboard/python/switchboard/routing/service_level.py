"""Service level: the share of what lately left a queue that was answered in time, counted by routing for its own rules.

Analytics tells the same of any interval by `oServiceLevel`, from facts that routing may not ask for; here it is the latest stays of
a sliding half hour. Who was sent on to another queue counts for neither, nor who left within five seconds.
"""

from collections.abc import Iterable, Mapping

from switchboard.routing.models import SHORT_ABANDON_MS, Stay

RECENT_MS = 30 * 60_000
"""How far back it looks."""

RECENT_STAYS = 100
"""How many of the latest stays it reads at most."""


def counts(stay: Stay) -> bool:
    return stay.answered or stay.waited_ms > SHORT_ABANDON_MS


def service_level(stays: Iterable[Stay], goal_ms: Mapping[str, int]) -> float | None:
    """Percent, 0 to 100, by the goal of each stay's medium. None where nothing with a goal left the queue lately."""
    met = [each.answered and each.waited_ms <= goal_ms[each.media] for each in stays if each.media in goal_ms]
    return 100 * sum(met) / len(met) if met else None
