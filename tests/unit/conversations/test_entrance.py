"""Where a conversation goes that starts: a queue or its end, by the opening hours of the moment."""

from datetime import UTC, datetime

from switchboard.channels.models import Entry, Hours
from switchboard.conversations import transitions
from switchboard.conversations.transitions import QueueTarget
from switchboard.kit import model
from switchboard.kit.calendars import Calendar, Slot

from tests.unit.conversations.making import NOON, new_conversation

DAY = Slot(id="day", start="2026-01-05T09:00:00", end="2026-01-05T17:00:00", rrule="FREQ=DAILY")
CLOSED = Entry(queue_id="", message="Closed.")
HOLIDAY, EMERGENCY = Entry(queue_id="h"), Entry(queue_id="e")


def entry(**calendar: object) -> Entry:
    made = model.parse(Calendar, {"zone": "UTC", "open": [model.wire(DAY)], **calendar})
    hours = Hours(schedule_group_id="g", calendar=made, closed=CLOSED, holiday=HOLIDAY, emergency=EMERGENCY)
    return Entry(queue_id="q", hours=hours)


def at(hour: int, day: int = 5) -> datetime:
    return datetime(2026, 1, day, hour, tzinfo=UTC)


def test_the_entry_of_the_moment_and_its_occasion() -> None:
    opened = entry()
    assert opened.at(at(12))[0] is opened
    assert opened.at(at(20))[0] == CLOSED
    assert opened.at(at(20))[1] == opened.at(at(8, 6))[1], "one night is one occasion"
    assert len({opened.at(at(hour, day))[1] for hour in (12, 20) for day in (5, 6)}) == 4
    assert entry(holiday=[model.wire(DAY)]).at(at(12))[0] == HOLIDAY
    assert entry(emergency="fire").at(at(12))[0] == EMERGENCY


def test_an_entry_without_hours_always_holds() -> None:
    always = Entry(queue_id="q")
    assert always.at(at(3)) == (always, "")


def test_an_entry_with_hours_is_stored_as_data() -> None:
    assert model.parse(Entry, model.wire(entry())) == entry()


def test_without_a_queue_a_new_conversation_ends() -> None:
    ended = transitions.enter(new_conversation(), None, NOON)
    assert (ended.end, ended.engaged) == (NOON, False)
    assert not any(each.active for each in ended.participants)
    waits = transitions.enter(new_conversation(), QueueTarget("q"), NOON)
    assert transitions.waiting(waits) is not None and not waits.end
