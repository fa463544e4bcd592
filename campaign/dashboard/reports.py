"""Reports of scans for everybody at the desk: cells of published weeks, as they were published, and nothing else."""

import csv
import datetime as dt
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Final

from django.db.models import TextChoices

from campaign.dashboard.publishing import Row, Tables, tables_of
from campaign.scans.models import PublishedWeek
from campaign.scans.weeks import WEEK, last_finished

WITHHELD: Final = "not shown"
WEEKS_IN_CHART: Final = 8
WEEKS_IN_TABLE: Final = 4
WEEKS_OF_DEMO: Final = 3
MOST_LINES: Final = 40
"""Stations on one page; the export has them all."""


class By(TextChoices):
    """What scans are told apart by."""

    WEEK = "week", "Week"
    STATE = "state", "State"
    STATION = "station", "Station"
    DESIGN = "design", "Design"
    LANGUAGE = "language", "Language"


@dataclass(frozen=True, slots=True)
class Cell:
    """One count of a table. ``count`` is ``None`` where it is withheld, ``is_there`` false where no poster hung yet."""

    count: int | None = None
    is_there: bool = True

    def __str__(self) -> str:
        if not self.is_there:
            return ""
        return WITHHELD if self.count is None else f"{self.count:,}"

    @property
    def rank(self) -> int:
        """For sorting: what is withheld stands between what is shown and nothing at all."""
        if not self.is_there:
            return -1
        return 1 if self.count is None else self.count


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table: its cells stand in the order of the report's weeks."""

    key: str
    name: str
    cells: tuple[Cell, ...]

    @property
    def newest(self) -> Cell:
        """The cell of the week that was asked for."""
        return self.cells[-1]


@dataclass(frozen=True, slots=True)
class Report:
    """A table of weeks (oldest first, the one that was asked for last) by something."""

    by: By
    weeks: tuple[dt.date, ...]
    lines: tuple[Line, ...]
    total: Line

    @property
    def withheld(self) -> int:
        """How many cells of its lines are withheld."""
        return sum(cell.is_there and cell.count is None for line in self.lines for cell in line.cells)


Weeks = Sequence[tuple[dt.date, Tables]]
"""Mondays and their tables, oldest first."""


def mondays(*, of_demo: bool = False, now: dt.datetime) -> list[dt.date]:
    """The published weeks, newest first; of the demo, whose scans are made up, the last finished ones."""
    if of_demo:
        return [last_finished(now) - WEEK * back for back in range(WEEKS_OF_DEMO)]
    return list(PublishedWeek.objects.values_list("monday", flat=True))


def weeks_until(monday: dt.date, *, by: By, of_demo: bool = False) -> list[tuple[dt.date, Tables]]:
    """The tables of as many weeks as a report by ``by`` shows, oldest first."""
    most = WEEKS_IN_CHART if by == By.WEEK else WEEKS_IN_TABLE
    if of_demo:
        days = [monday - WEEK * back for back in range(min(most, WEEKS_OF_DEMO))]
        return [(day, tables_of(day, of_demo=True, pick=itemgetter(0))) for day in reversed(days)]
    found = PublishedWeek.objects.filter(monday__lte=monday)[:most]
    return [(week.monday, Tables.from_json(week.tables)) for week in reversed(found)]


def report(weeks: Weeks, *, by: By, state: str = "") -> Report:
    """The tables of some weeks side by side; stations of one state where it is given."""
    days = tuple(day for day, _ in weeks)
    nation = Line("", "Whole country", tuple(Cell(tables.total) for _, tables in weeks))
    if by == By.WEEK:
        lines = [Line(day.isoformat(), "", (cell,)) for day, cell in zip(days, nation.cells, strict=True)]
        return Report(by, days, tuple(reversed(lines)), nation)
    rows = [[row for row in tables.rows[by.value] if not state or row.part_of == state] for _, tables in weeks]
    total = nation
    if state:
        states = [{row.key: row for row in tables.rows[By.STATE.value]} for _, tables in weeks]
        named = next((row[state].name for row in reversed(states) if state in row), state)
        total = Line(state, named, tuple(_cell(row.get(state)) for row in states))
    return Report(by, days, tuple(_lines(rows)), total)


def states_of(weeks: Weeks) -> list[tuple[str, str]]:
    """The states that have stations in the newest of these tables, by name."""
    if not weeks:
        return []
    tables = weeks[-1][1]
    with_stations = {row.part_of for row in tables.rows[By.STATION.value]}
    return sorted(((row.key, row.name) for row in tables.rows[By.STATE.value] if row.key in with_stations), key=_name)


def as_csv(report: Report) -> str:
    """The cells of a report as the page shows them, every line of it."""
    file = io.StringIO()
    writer = csv.writer(file)
    if report.by == By.WEEK:
        writer.writerow(["Week of", "Scans"])
        writer.writerows([line.key, _plain(line.newest)] for line in report.lines)
    else:
        writer.writerow([report.by.label, *(f"Week of {day.isoformat()}" for day in report.weeks)])
        writer.writerows([_harmless(line.name), *map(_plain, line.cells)] for line in (*report.lines, report.total))
    return file.getvalue()


def _lines(tables: Sequence[Sequence[Row]]) -> Iterator[Line]:
    """The rows of several weeks side by side, most scans in the newest first."""
    by_key = [{row.key: row for row in table} for table in tables]
    names = {row.key: row.name for table in tables for row in table}
    lines = [Line(key, name, tuple(_cell(rows.get(key)) for rows in by_key)) for key, name in names.items()]
    yield from sorted(lines, key=lambda line: (-line.newest.rank, line.name))


def _cell(row: Row | None) -> Cell:
    return Cell(row.count) if row else Cell(is_there=False)


def _name(choice: tuple[str, str]) -> str:
    return choice[1]


def _plain(cell: Cell) -> str:
    """A number without separators, for a spreadsheet."""
    return str(cell) if cell.count is None else str(cell.count)


def _harmless(name: str) -> str:
    """A name that no spreadsheet takes for a formula."""
    return f"'{name}" if name[:1] in {"=", "+", "-", "@", "\t", "\r"} else name
