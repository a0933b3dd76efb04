"""Calendars against an oracle that looks at the clock on the wall minute by minute and knows nothing of rules."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from switchboard.kit import clock
from switchboard.kit.calendars import Calendar, Slot
from switchboard.kit.calendars.evaluation import decide, evaluate

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MINUTE = timedelta(minutes=1)
# Days in whose night the clock is put forward or back; Lord Howe moves it by half an hour, Asunción and Cairo at midnight.
NIGHTS = [
    ("Europe/Lisbon", date(2026, 3, 28)),
    ("Europe/Lisbon", date(2026, 10, 24)),
    ("America/New_York", date(2026, 3, 7)),
    ("America/New_York", date(2026, 10, 31)),
    ("Australia/Lord_Howe", date(2026, 4, 4)),
    ("Australia/Lord_Howe", date(2026, 10, 3)),
    ("Africa/Cairo", date(2026, 4, 23)),
    ("Africa/Cairo", date(2026, 10, 29)),
    ("Asia/Kolkata", date(2026, 6, 1)),
]


class Weekly:
    """A slot from a minute of the day, for some minutes, on some days of the week: as a rule, and as the oracle knows it."""

    def __init__(self, identifier: str, days: frozenset[int], start: int, minutes: int) -> None:
        self.identifier, self.days, self.start, self.length = identifier, days, start, timedelta(minutes=minutes)

    def slot(self) -> Slot:
        first = datetime.combine(date(2025, 12, 1), time()) + timedelta(minutes=self.start)  # a Monday
        rule = f"FREQ=WEEKLY;BYDAY={','.join(DAYS[day] for day in sorted(self.days))}"
        return Slot(id=self.identifier, start=first.isoformat(), end=(first + self.length).isoformat(), rrule=rule)

    def on(self, wall: datetime) -> bool:
        begins = (
            datetime.combine(wall.date() - timedelta(days=back), time()) + timedelta(minutes=self.start)
            for back in range(3)
        )
        return any(begin.weekday() in self.days and begin <= wall < begin + self.length for begin in begins)


weeklies = st.builds(
    Weekly,
    st.sampled_from("abcdefgh"),
    st.frozensets(st.integers(0, 6), min_size=1),
    st.integers(0, 24 * 60 - 1),
    st.one_of(st.integers(1, 24 * 60), st.just(24 * 60)),
)
groups = st.lists(weeklies, max_size=2)


def oracle(zone: ZoneInfo, moment: datetime, ranked: dict[str, list[Weekly]]) -> str:
    wall = moment.astimezone(zone).replace(tzinfo=None)
    return next((kind for kind, slots in ranked.items() if any(slot.on(wall) for slot in slots)), "closed")


def minutes(night: date, hours: int = 30) -> Iterator[datetime]:
    start = datetime.combine(night, time(10), UTC)
    return (start + number * MINUTE for number in range(hours * 60))


@settings(max_examples=20, deadline=None)
@given(night=st.sampled_from(NIGHTS), opened=groups, closed=groups, holidays=groups)
def test_every_minute_around_a_clock_change_is_what_the_wall_clock_says(
    night: tuple[str, date], opened: list[Weekly], closed: list[Weekly], holidays: list[Weekly]
) -> None:
    zone = ZoneInfo(night[0])
    ranked = {"holiday": holidays, "closed": closed, "open": opened}
    slots = {kind: [each.slot() for each in weekly] for kind, weekly in ranked.items()}
    calendar = Calendar(zone=night[0], open=slots["open"], closed=slots["closed"], holiday=slots["holiday"])
    said = [oracle(zone, moment, ranked) for moment in minutes(night[1])]
    moments = list(minutes(night[1]))
    changes = [index for index in range(1, len(said)) if said[index] != said[index - 1]]
    for index in sorted({0, *changes, *(each - 1 for each in changes), *range(0, len(said), 97)}):
        opening = evaluate(calendar, moments[index])
        assert opening.outcome == said[index]
        later = next((each for each in changes if each > index), None)
        if later is not None:
            assert opening.next_change == clock.to_ms(moments[later])
        else:
            assert not 0 < opening.next_change <= clock.to_ms(moments[-1])


@pytest.mark.parametrize(("zone", "night"), NIGHTS)
def test_around_the_clock_loses_no_minute(zone: str, night: date) -> None:
    always = Slot(id="always", start="2026-01-01T00:00:00", end="2026-01-02T00:00:00", rrule="FREQ=DAILY")
    calendar = Calendar(zone=zone, open=[always])
    assert {decide(calendar, moment).outcome for moment in minutes(night)} == {"open"}
    assert evaluate(calendar, datetime.combine(night, time(12), UTC)).next_change == 0


def at(text: str) -> datetime:
    return clock.parse(text)


WEEKDAYS = Slot(
    id="weekdays", start="2026-01-05T09:00:00", end="2026-01-05T18:00:00", rrule="FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
)
SATURDAYS = Slot(id="saturdays", start="2026-01-10T10:00:00", end="2026-01-10T13:00:00", rrule="FREQ=WEEKLY")
NIGHT = Slot(id="night", start="2026-01-02T22:00:00", end="2026-01-03T06:00:00", rrule="FREQ=WEEKLY;BYDAY=FR")
TRAINING = Slot(id="training", start="2026-03-04T14:00:00", end="2026-03-04T15:30:00")
CHRISTMAS = Slot(id="christmas", start="2020-12-25T00:00:00", end="2020-12-26T00:00:00", rrule="FREQ=YEARLY;INTERVAL=1")
LISBON = Calendar(zone="Europe/Lisbon", open=[WEEKDAYS, SATURDAYS, NIGHT], closed=[TRAINING], holiday=[CHRISTMAS])


@pytest.mark.parametrize(
    ("moment", "outcome", "decided_by", "changes"),
    [
        ("2026-01-05T08:59:59Z", "closed", "", "2026-01-05T09:00:00Z"),
        ("2026-01-05T09:00:00Z", "open", "weekdays", "2026-01-05T18:00:00Z"),
        ("2026-01-05T18:00:00Z", "closed", "", "2026-01-06T09:00:00Z"),
        ("2026-01-10T12:00:00Z", "open", "saturdays", "2026-01-10T13:00:00Z"),
        ("2026-01-09T23:30:00Z", "open", "night", "2026-01-10T06:00:00Z"),
        ("2026-03-04T14:10:00Z", "closed", "training", "2026-03-04T15:30:00Z"),
        ("2026-12-25T10:00:00Z", "holiday", "christmas", "2026-12-26T00:00:00Z"),
        ("2026-03-27T18:00:00Z", "closed", "", "2026-03-27T22:00:00Z"),
        ("2026-03-29T12:00:00Z", "closed", "", "2026-03-30T08:00:00Z"),  # summer time since the night before
    ],
)
def test_what_decides(moment: str, outcome: str, decided_by: str, changes: str) -> None:
    opening = evaluate(LISBON, at(moment))
    assert (opening.outcome, opening.decided_by) == (outcome, decided_by)
    assert opening.next_change == clock.to_ms(at(changes))


def test_an_emergency_is_above_all_and_ends_when_somebody_ends_it() -> None:
    opening = evaluate(Calendar(zone="UTC", holiday=[CHRISTMAS], emergency="fire"), at("2026-12-25T10:00:00Z"))
    assert (opening.outcome, opening.decided_by, opening.next_change) == ("emergency", "fire", 0)


def test_a_change_far_away_is_found_within_the_time_looked_at() -> None:
    calendar = Calendar(zone="Europe/Lisbon", open=[CHRISTMAS])
    opening = evaluate(calendar, at("2026-12-26T10:00:00Z"))
    assert opening.next_change == clock.to_ms(at("2027-12-25T00:00:00Z"))
    assert evaluate(calendar, at("2026-12-26T10:00:00Z"), timedelta(days=3)).next_change == 0
