"""A plan as a calendar: presenters down, one week's days across, a chip for each seminar.

A row is a presenter's own diary, so days are the presenter's; each chip says the school's clock.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from outreach.seminars.closed import closed_days
from outreach.seminars.models import PlanAssignment, Presenter
from outreach.seminars.plans.editing import Opened
from outreach.seminars.plans.timetable import key_of
from portal.areas import clocks

if TYPE_CHECKING:
    from outreach.seminars.scheduling import model

MOST_WAITING = 40


@dataclass(frozen=True, slots=True)
class Chip:
    """A seminar of the plan; ``title`` says the presenter's clock too."""

    row: PlanAssignment
    time: str
    title: str


@dataclass(frozen=True)
class Cell:
    """A presenter's day: the hours that are offered ("" if none), and what is given."""

    date: dt.date
    hours: str
    chips: list[Chip] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Line:
    """A presenter's week."""

    presenter: Presenter
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Day:
    """A column: a date, and why schools are closed then ("" if they are not)."""

    date: dt.date
    closed: str


@dataclass(frozen=True, slots=True)
class Week:
    """A link to a week and how many seminars it has."""

    first: dt.date
    seminars: int
    is_shown: bool

    @property
    def title(self) -> str:
        """``11–17 Jan``."""
        last = self.first + dt.timedelta(days=6)
        return f"{self.first:%-d %b} to {last:%-d %b}"


@dataclass(frozen=True, slots=True)
class Calendar:
    """One week of a plan, links to the others, and what nobody gives, the dearest first."""

    days: Sequence[Day]
    lines: Sequence[Line]
    weeks: Sequence[Week]
    waiting: Sequence[PlanAssignment]
    waiting_more: int


def calendar(looked: Opened, *, week: dt.date | None = None) -> Calendar:
    """The week that holds ``week``; without one, the first with a seminar."""
    campaign = looked.problem.campaign
    first, last = _monday(campaign.start), _monday(campaign.end)
    chips: dict[tuple[int, dt.date], list[Chip]] = defaultdict(list)
    for row in looked.rows:
        if row.presenter is not None and row.starts_at is not None:
            chips[row.presenter.pk, clocks.local(row.starts_at, row.presenter.time_zone).date()].append(_chip(row))
    counts: dict[dt.date, int] = defaultdict(int)
    for (_, day), given in chips.items():
        counts[_monday(day)] += len(given)
    mondays = sorted(
        {first + dt.timedelta(weeks=number) for number in range((last - first).days // 7 + 1)} | set(counts)
    )
    busy = [monday for monday in mondays if counts[monday]]
    shown = _monday(week) if week is not None else None
    if shown not in mondays:
        shown = (busy or mondays)[0]
    dates = [shown + dt.timedelta(days=number) for number in range(7)]
    hours = {who.id: _hours(who, dates) for who in looked.problem.presenters}
    offered = {day for of in hours.values() for day in of} | {day for _, day in chips}
    dates = [day for day in dates if day.weekday() < 5 or day in offered]
    closed = closed_days(looked.plan.season)
    lines = [
        Line(
            presenter,
            [
                Cell(
                    day,
                    hours[who.id].get(day, ""),
                    sorted(chips[presenter.pk, day], key=lambda chip: str(chip.row.starts_at)),
                )
                for day in dates
            ],
        )
        for who in looked.problem.presenters
        if (presenter := looked.names.presenters.get(key_of(who.id)))
        and any(hours[who.id].get(day) or chips.get((presenter.pk, day)) for day in dates)
    ]
    unserved = sorted((row for row in looked.rows if not row.is_served), key=lambda row: (-row.priority, row.pk))
    return Calendar(
        days=[Day(day, closed.get(day, "")) for day in dates],
        lines=sorted(lines, key=lambda line: line.presenter.name),
        weeks=[Week(monday, counts[monday], monday == shown) for monday in mondays],
        waiting=unserved[:MOST_WAITING],
        waiting_more=max(0, len(unserved) - MOST_WAITING),
    )


def _chip(row: PlanAssignment) -> Chip:
    assert row.starts_at is not None
    assert row.presenter is not None
    own = row.presenter.time_zone
    theirs = f"{clocks.spoken_time(row.starts_at, own)} {clocks.clock_name(own)} for {row.presenter}"
    time = clocks.spoken_time(row.starts_at, row.time_zone)
    return Chip(row, time, f"{row.request}: {row.when}; {theirs}; {row.get_mode_display().lower()}")


def _hours(who: model.Presenter, dates: Sequence[dt.date]) -> dict[dt.date, str]:
    return {day.date: f"{day.start:%-H:%M}–{day.end:%-H:%M}" for day in who.availability if day.date in dates}


def _monday(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())
