"""What is seen of a queue at this moment."""

from switchboard.analytics import observations
from switchboard.analytics.models import Body
from switchboard.analytics.observations import QueueNow, Wanted
from switchboard.kit import clock
from switchboard.routing.models import Interaction

from tests.unit.conversations.making import NOON, SUPPORT


def seen(waiting: list[Interaction], *metrics: str) -> dict[str, Body]:
    state = QueueNow(queue_id=SUPPORT, waiting=waiting)
    (result,) = observations.of_queue(state, ["message"], Wanted(metrics, ["oWaiting"]), NOON)
    return {each["metric"]: each for each in result["data"]}


def since(seconds: int, credit: int = 0) -> Interaction:
    """Waits in this queue for so long, with credit for a wait elsewhere."""
    entered = NOON - seconds * 1000
    return Interaction(
        conversation_id=f"c{seconds:05d}",
        participant_id="p",
        queue_id=SUPPORT,
        queued_at=entered - credit * 1000,
        entered_at=entered,
    )


def test_the_longest_wait_is_one_in_this_queue() -> None:
    """Neither the credit of a transfer nor the days until a callback was wanted are a wait here."""
    found = seen([since(20, credit=7 * 24 * 3600), since(30)], "oLongestWaiting", "oWaiting")
    assert found["oLongestWaiting"]["stats"] == {"count": 1, "calculatedMetricValue": 30_000}
    shown = [each["observationDate"] for each in found["oWaiting"]["observations"]]
    assert shown == [clock.iso_ms(NOON - 30_000), clock.iso_ms(NOON - 20_000)]


def test_of_many_the_oldest_and_the_newest_are_shown_and_all_are_counted() -> None:
    found = seen([since(number) for number in range(1, 5001)], "oWaiting")["oWaiting"]
    shown = [each["conversationId"] for each in found["observations"]]
    assert (found["stats"], found["truncated"], len(shown)) == ({"count": 5000}, True, 100)
    assert (shown[0], shown[49], shown[50], shown[99]) == ("c05000", "c04951", "c00050", "c00001")
    assert "truncated" not in seen([since(number) for number in range(100)], "oWaiting")["oWaiting"]
