"""CSV for spreadsheets: values as a locale writes them, and no cell that a spreadsheet would carry out as a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

DurationFormat = Literal["Milliseconds", "Seconds", "Hhmmss", "Hms"]

_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_DATES = {
    "en-us": "%m/%d/%Y %I:%M:%S %p",
    "en": "%d/%m/%Y %H:%M:%S",
    "de": "%d.%m.%Y %H:%M:%S",
    "es": "%d/%m/%Y %H:%M:%S",
    "fr": "%d/%m/%Y %H:%M:%S",
    "it": "%d/%m/%Y %H:%M:%S",
    "ja": "%Y/%m/%d %H:%M:%S",
    "nl": "%d-%m-%Y %H:%M:%S",
    "pt": "%d/%m/%Y %H:%M:%S",
}
_DECIMAL_POINT = ("en-us", "en", "ja")
LOCALES = tuple(_DATES)


@dataclass(frozen=True)
class Locale:
    """How dates and numbers are written: as the locale does, else (no name) by ISO 8601 and with a point."""

    name: str = ""

    @classmethod
    def of(cls, tag: str) -> "Locale | None":
        """The locale of a tag such as `de-AT`, by its language where the region is not told apart; None for one not known."""
        tag = tag.lower().replace("_", "-")
        return next((cls(name) for name in (tag, tag.partition("-")[0]) if name in _DATES), None)

    def moment(self, moment: datetime) -> str:
        return moment.strftime(_DATES[self.name]) if self.name else moment.isoformat(timespec="seconds")

    def number(self, value: float) -> str:
        """At most two decimals."""
        text = f"{value:.2f}".rstrip("0").rstrip(".")
        return text if not self.name or self.name in _DECIMAL_POINT else text.replace(".", ",")

    def duration(self, milliseconds: float, wanted: DurationFormat) -> str:
        seconds = round(milliseconds / 1000)
        hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
        match wanted:
            case "Hhmmss":
                return f"{hours:02d}:{minutes:02d}:{rest:02d}"
            case "Hms":
                return f"{hours}h {minutes}m {rest}s"
            case "Seconds":
                return self.number(milliseconds / 1000)
        return str(round(milliseconds))


def table(rows: Iterable[Sequence[str]], delimiter: str) -> bytes:
    """CSV by RFC 4180 in UTF-8, marked as such for spreadsheets."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig", "replace")


def safe(cell: str) -> str:
    """The cell as text where a spreadsheet would take it for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULAS) else cell
