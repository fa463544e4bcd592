"""Charts as figures of an SVG that the server draws: lengths in per cent, so that text keeps its size on a phone."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.formats import date_format

from campaign.dashboard.reports import Line

ROW: Final = 44
"""Pixels of one bar with its label above it."""
PLOT: Final = 160
"""Pixels of the highest column."""
STUB: Final = 12
"""How long (per cent) and how high (pixels) what is withheld is drawn: always the same, so that it tells nothing."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar or column: ``size`` in per cent of the longest (bars) or in pixels (columns)."""

    label: str
    value: str
    size: float
    is_withheld: bool
    offset: float
    """Where it begins: pixels from the top (bars), per cent from the start (columns)."""

    @property
    def top(self) -> float:
        """Of a column: pixels from the top of the plot."""
        return PLOT - self.size

    @property
    def middle(self) -> float:
        """Of a bar: pixels from the top of the chart to its own top."""
        return self.offset + 22


@dataclass(frozen=True, slots=True)
class Chart:
    """What is drawn, and how it is told to whoever cannot see it; the table beside it says the rest."""

    title: str
    bars: tuple[Bar, ...]
    height: int
    width: float = 100
    """Of one column, in per cent."""


def bars(lines: Sequence[Line], *, title: str) -> Chart:
    """Horizontal bars, one for each line, of its newest week."""
    longest = max((line.newest.count or 0 for line in lines), default=0) or 1
    drawn = [
        Bar(
            label=line.name,
            value=str(line.newest),
            size=STUB if line.newest.count is None else round(100 * line.newest.count / longest, 2),
            is_withheld=line.newest.count is None,
            offset=ROW * place,
        )
        for place, line in enumerate(line for line in lines if line.newest.is_there)
    ]
    return Chart(title, tuple(drawn), ROW * len(drawn))


def columns(days: Sequence[dt.date], total: Line, *, title: str) -> Chart:
    """Columns, one for each week, oldest first."""
    highest = max((cell.count or 0 for cell in total.cells), default=0) or 1
    width = round(100 / max(len(days), 4), 3)
    drawn = [
        Bar(
            label=date_format(day, "j M"),
            value="–" if cell.count is None else str(cell),
            size=STUB if cell.count is None else round(PLOT * cell.count / highest, 1),
            is_withheld=cell.count is None,
            offset=round(width * place, 3),
        )
        for place, (day, cell) in enumerate(zip(days, total.cells, strict=True))
    ]
    return Chart(title, tuple(drawn), PLOT + 48, width)
