"""The columns of exported views, by name, and what stands in them. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from switchboard.analytics.models import Body
from switchboard.kit import clock
from switchboard.kit.spreadsheets import DurationFormat, Locale

Stats = Mapping[str, Body]
"""The stats of each metric of one row."""


@dataclass(frozen=True)
class Style:
    """How the values of an export are written."""

    locale: Locale
    zone: ZoneInfo
    durations: DurationFormat

    def moment(self, text: str | None) -> str:
        moment: datetime | None = clock.parse(text) if text else None
        return self.locale.moment(moment.astimezone(self.zone)) if moment else ""

    def duration(self, milliseconds: float | None) -> str:
        return "" if milliseconds is None else self.locale.duration(milliseconds, self.durations)


@dataclass(frozen=True)
class Column:
    """A figure of one metric."""

    name: str
    metric: str
    show: Callable[[Body, Style], str]


def _count(stats: Body, style: Style) -> str:
    return str(stats.get("count", 0))


def _average(stats: Body, style: Style) -> str:
    return style.duration(stats["sum"] / stats["count"]) if stats.get("count") else ""


def _share(stats: Body, style: Style) -> str:
    return style.locale.number(stats["ratio"] * 100) if "ratio" in stats else ""


_HANDLING = (
    Column("Avg Handle", "tHandle", _average),
    Column("Avg Talk", "tTalkComplete", _average),
    Column("Avg Hold", "tHeldComplete", _average),
    Column("Avg ACW", "tAcw", _average),
    Column("Avg First Response", "tFirstResponse", _average),
    Column("Avg Agent Response", "tAgentResponseTime", _average),
    Column("Transferred", "nTransferred", _count),
    Column("Blind Transferred", "nBlindTransferred", _count),
    Column("Consult Transferred", "nConsultTransferred", _count),
)
OF_QUEUES = (
    Column("Offered", "nOffered", _count),
    Column("Answered", "tAnswered", _count),
    Column("Abandoned", "tAbandon", _count),
    Column("Short Abandoned", "tShortAbandon", _count),
    Column("Flow-Out", "tFlowOut", _count),
    Column("Service Level %", "oServiceLevel", _share),
    Column("Over SLA", "nOverSla", _count),
    Column("ASA", "tAnswered", _average),
    Column("Avg Wait", "tWait", _average),
    Column("Avg Abandon", "tAbandon", _average),
    *_HANDLING,
)
OF_AGENTS = (
    Column("Answered", "tAnswered", _count),
    Column("Connected", "nConnected", _count),
    Column("Handled", "tHandle", _count),
    Column("Not Responding", "tNotResponding", _count),
    Column("Avg Alert", "tAlert", _average),
    *_HANDLING,
    Column("Consulted", "nConsult", _count),
)


def cells(columns: Sequence[Column], stats: Stats, style: Style) -> list[str]:
    return [column.show(stats.get(column.metric, {}), style) for column in columns]
