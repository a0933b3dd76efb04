"""What a spreadsheet makes of our files."""

import csv
import io
from datetime import UTC, datetime

import pytest
from switchboard.kit.spreadsheets import Locale, safe, table

MOMENT = datetime(2026, 3, 1, 17, 5, 9, tzinfo=UTC)


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "－1"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert safe(cell) == f"'{cell}"
    (row,) = csv.reader(io.StringIO(table([[cell]], ",").decode("utf-8-sig"), newline=""))
    assert row == [f"'{cell}"]


@pytest.mark.parametrize("cell", ["", "Support", "1=1", "a,b", 'say "hi"', "two\nlines", "a;b", "\ud800"])
def test_other_cells_are_read_as_they_were_written(cell: str) -> None:
    (row,) = csv.reader(io.StringIO(table([["x", cell]], ";").decode("utf-8-sig"), newline=""), delimiter=";")
    assert row == ["x", cell.replace("\ud800", "?")]


@pytest.mark.parametrize(
    ("tag", "moment", "number"),
    [
        ("en-US", "03/01/2026 05:05:09 PM", "1234.5"),
        ("en-GB", "01/03/2026 17:05:09", "1234.5"),
        ("de_AT", "01.03.2026 17:05:09", "1234,5"),
        ("ja", "2026/03/01 17:05:09", "1234.5"),
    ],
)
def test_a_locale_writes_dates_and_numbers(tag: str, moment: str, number: str) -> None:
    locale = Locale.of(tag)
    assert locale is not None
    assert (locale.moment(MOMENT), locale.number(1234.5)) == (moment, number)


def test_without_a_locale_it_is_iso_and_an_unknown_one_is_none() -> None:
    assert (Locale().moment(MOMENT), Locale().number(80.0)) == ("2026-03-01T17:05:09+00:00", "80")
    assert Locale.of("tlh") is None


def test_durations() -> None:
    spent = 3_723_400.0
    wanted = ("Milliseconds", "Seconds", "Hhmmss", "Hms")
    assert [Locale("de").duration(spent, each) for each in wanted] == ["3723400", "3723,4", "01:02:03", "1h 2m 3s"]
