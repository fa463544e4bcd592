"""A month of a presenter as a calendar shows it: what each day offers, and which seminars stand on it."""

import calendar
import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property

from django.utils import dates, formats
from django.utils.translation import gettext as _

from outreach.seminars.models import Availability, Presenter, Seminar
from outreach.seminars.presenters import availability
from outreach.seminars.presenters.availability import Hours
from portal.areas import clocks

FAR = 12
"""Months that the calendar leads ahead."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One day. ``own`` tells one that does not go by the week; ``is_open`` one that can still be changed."""

    date: dt.date
    hours: Hours | None
    is_away: bool
    own: bool
    is_open: bool
    is_today: bool
    is_cleared: bool
    seminars: list[Seminar] = field(default_factory=list)

    @property
    def spoken(self) -> str:
        """``Tuesday 12 January 2027``, in the active language."""
        return formats.date_format(self.date, _("l j F Y"))

    @property
    def offers(self) -> str:
        """What the day offers, in words."""
        if self.is_away:
            return _("Away")
        return spoken_hours(self.hours) if self.hours else _("Not offered")

    @property
    def label(self) -> str:
        """Day, what it offers, and whether a seminar stands on it."""
        words = f"{self.spoken}: {self.offers}"
        return _("%(day)s, you have a seminar") % {"day": words} if self.seminars else words

    @property
    def short(self) -> str:
        """``9–5``: the hours as they fit under a day, "" where nothing is offered."""
        return f"{_tiny(self.hours.start)}–{_tiny(self.hours.end)}" if self.hours and not self.is_away else ""


@dataclass(frozen=True)
class Month:
    """A month in weeks that begin as the active language's weeks do; days of other months are None."""

    first: dt.date
    weeks: list[list[Cell | None]]
    before: dt.date | None
    after: dt.date | None

    @property
    def title(self) -> str:
        """``January 2027``."""
        return f"{dates.MONTHS[self.first.month]} {self.first.year}"

    @property
    def name(self) -> str:
        """``2027-01``, as the address has it."""
        return f"{self.first:%Y-%m}"

    @property
    def weekdays(self) -> list[tuple[str, str]]:
        """The heads of the columns: short and in full."""
        order = calendar.Calendar(first_weekday()).iterweekdays()
        return [(str(dates.WEEKDAYS_ABBR[day]), str(dates.WEEKDAYS[day])) for day in order]

    @cached_property
    def cells(self) -> dict[dt.date, Cell]:
        """The days by date."""
        return {cell.date: cell for week in self.weeks for cell in week if cell}


def month_of(presenter: Presenter, first: dt.date, *, now: dt.datetime) -> Month:
    """The month that begins on ``first``. Three queries."""
    today = clocks.local(now, presenter.time_zone).date()
    week = {row.weekday: Hours(row.start, row.end) for row in presenter.weekly_hours.all()}
    rows = {row.date: row for row in presenter.availability.all()}
    held = _seminars(presenter, first)
    until = presenter.clearance_expires_on

    def cell(date: dt.date) -> Cell:
        row: Availability | None = rows.get(date)
        hours = availability.hours_of(row) if row else week.get(date.weekday())
        return Cell(
            date=date,
            hours=hours,
            is_away=bool(row and row.is_away),
            own=row is not None,
            is_open=date >= today,
            is_today=date == today,
            is_cleared=until is not None and date <= until,
            seminars=held[date],
        )

    shown = calendar.Calendar(first_weekday()).monthdatescalendar(first.year, first.month)
    return Month(
        first,
        [[cell(date) if date.month == first.month else None for date in row] for row in shown],
        before=step(first, -1) if first > today.replace(day=1) else None,
        after=step(first, 1) if first < step(today.replace(day=1), FAR) else None,
    )


def opened_at(text: str, presenter: Presenter, *, season_starts_on: dt.date, now: dt.datetime) -> dt.date:
    """The first day of the month that an address (``2027-01``) asks for, within what the calendar leads to.

    Where it asks for none: the season's month, while that lies ahead, else this one.
    """
    this = clocks.local(now, presenter.time_zone).date().replace(day=1)
    try:
        wanted = dt.date.fromisoformat(f"{text}-01")
    except ValueError:
        wanted = season_starts_on.replace(day=1)
    return min(max(wanted, this), step(this, FAR))


def step(first: dt.date, months: int) -> dt.date:
    """The first day of the month so many months on."""
    number = first.year * 12 + first.month - 1 + months
    return dt.date(number // 12, number % 12 + 1, 1)


def spoken_hours(hours: Hours) -> str:
    """``9:00 a.m. to 5:00 p.m.``"""
    return _("%(start)s to %(end)s") % {"start": _clock(hours.start), "end": _clock(hours.end)}


def _seminars(presenter: Presenter, first: dt.date) -> dict[dt.date, list[Seminar]]:
    """By the presenter's own date; a day more on each side, since clocks differ."""
    begins = dt.datetime.combine(first, dt.time(), tzinfo=dt.UTC)
    span = begins - dt.timedelta(days=1), begins + dt.timedelta(days=33)
    open_ones = presenter.seminars.filter(state=Seminar.State.OPEN, starts_at__range=span)
    found: dict[dt.date, list[Seminar]] = defaultdict(list)
    for seminar in open_ones.order_by("starts_at"):
        found[clocks.local(seminar.starts_at, presenter.time_zone).date()].append(seminar)
    return found


def first_weekday() -> int:
    """On which weekday the active language begins a week: 0 is Monday, where Django's formats count from Sunday."""
    return (int(formats.get_format("FIRST_DAY_OF_WEEK")) - 1) % 7


def _clock(time: dt.time) -> str:
    return clocks.spoken_time(dt.datetime.combine(dt.date(2027, 1, 1), time, tzinfo=dt.UTC), "UTC")


def _tiny(time: dt.time) -> str:
    hour = time.hour % 12 or 12
    return f"{hour}:{time.minute:02}" if time.minute else str(hour)
