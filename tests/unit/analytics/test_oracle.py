"""What the details say is what somebody saw who only watched the conversation go by."""

from collections import Counter

from hypothesis import given, settings
from switchboard.analytics.details import details
from switchboard.analytics.models import Goal, Goals
from switchboard.kit import clock

from tests.unit.analytics.histories import Version, told_histories
from tests.unit.analytics.oracle import Figure, figures
from tests.unit.conversations.making import SALES, SUPPORT

GOALS_MS = {SUPPORT: 60_000, SALES: 5_000_000}
GOALS: Goals = {
    (queue_id, media): Goal(percentage=0.8, duration_ms=goal)
    for queue_id, goal in GOALS_MS.items()
    for media in ("message", "callback")
}


def emitted(version: Version) -> Counter[tuple[str, float, str, str, str]]:
    """(metric, value, moment, queue, user) of every emission in the details."""
    body = details(version.conversation, GOALS)
    return Counter(
        (metric["name"], metric["value"], metric["emitDate"], queue, participant["userId"] or "")
        for participant in body["participants"]
        for session in participant["sessions"]
        for queue in [next((each["queueId"] for each in session["segments"] if each["queueId"]), "")]
        for metric in session["metrics"]
    )


def written(figure: Figure) -> tuple[str, float, str, str, str]:
    return (figure.metric, figure.value, clock.iso_ms(figure.at), figure.queue_id, figure.user_id)


@settings(max_examples=400, deadline=None)
@given(told_histories())
def test_every_version_says_what_was_seen_until_then(told: list[Version]) -> None:
    for number in range(1, len(told) + 1):
        seen = Counter(written(each) for each in figures(told[:number], GOALS_MS))
        assert emitted(told[number - 1]) == seen, [each.step for each in told[:number]]
