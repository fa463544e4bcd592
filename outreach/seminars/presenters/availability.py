"""When a presenter offers to give seminars: a week that repeats, and dates on which it doesn't hold.

    days(presenter, first, last)            # what is offered, day by day, on the presenter's own clock
    set_week(presenter_id=…, week={0: Hours(nine, five)})
    set_day(presenter_id=…, date=…, hours=AWAY)

Hours lie within one day: nobody offers a seminar over midnight.
"""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final, Literal

from django.db import transaction
from django.utils.translation import gettext as _

from outreach.seminars.models import Availability, Presenter, WeeklyHours
from outreach.seminars.refusals import NotPossible
from portal.audit import trail
from portal.people.models import User

#: What ``days`` reads of each presenter: prefetch it where there are many.
PREFETCH: Final = ("weekly_hours", "availability")


@dataclass(frozen=True, slots=True)
class Hours:
    """From when to when, on the presenter's own clock."""

    start: dt.time
    end: dt.time


@dataclass(frozen=True, slots=True)
class Day:
    """A date on which a presenter offers time, and between which hours, on the presenter's own clock."""

    date: dt.date
    start: dt.time
    end: dt.time


class Unlike(Enum):
    """What a date can be besides hours of its own."""

    AWAY = "away"
    AS_THE_WEEK = "as the week"


AWAY: Final = Unlike.AWAY
AS_THE_WEEK: Final = Unlike.AS_THE_WEEK

OneDay = Hours | Literal[Unlike.AWAY, Unlike.AS_THE_WEEK]


def days(presenter: Presenter, first: dt.date, last: dt.date, *, with_minors: bool = True) -> list[Day]:
    """What a presenter offers from ``first`` to ``last``, both included: a date of its own goes before the week.

    ``with_minors``: only dates on which a background check holds; without one there is none. Somebody who
    retired offers nothing. Two queries, none where ``PREFETCH`` was fetched before.
    """
    if presenter.retired_at is not None:
        return []
    if with_minors:
        if presenter.clearance_expires_on is None:
            return []
        last = min(last, presenter.clearance_expires_on)
    week = {row.weekday: Hours(row.start, row.end) for row in presenter.weekly_hours.all()}
    dates = {row.date: hours_of(row) for row in presenter.availability.all()}
    offers = ((date, dates.get(date, week.get(date.weekday()))) for date in _dates(first, last))
    return [Day(date, hours.start, hours.end) for date, hours in offers if isinstance(hours, Hours)]


def set_week(*, presenter_id: int, week: Mapping[int, Hours], by: User | None = None) -> None:
    """Keeps what is offered each week by weekday (0 is Monday); a weekday that is not given is not offered.

    Raises ``NotPossible``: hours that end before they begin.
    """
    for hours in week.values():
        _check(hours)
    with transaction.atomic():
        presenter = _locked(presenter_id)
        presenter.weekly_hours.all().delete()
        WeeklyHours.objects.bulk_create(
            WeeklyHours(presenter=presenter, weekday=weekday, start=hours.start, end=hours.end)
            for weekday, hours in sorted(week.items())
        )
        offered = {str(day): f"{hours.start:%H:%M}–{hours.end:%H:%M}" for day, hours in sorted(week.items())}
        trail.record(actor=by, verb="changed the week", target=presenter, after={"week": offered})


def set_day(*, presenter_id: int, date: dt.date, hours: OneDay, by: User | None = None) -> None:
    """Keeps what holds on one date: hours of its own, away, or again what the week says.

    A seminar on that date stays until it is declined. Raises ``NotPossible``: hours that end before they begin.
    """
    if isinstance(hours, Hours):
        _check(hours)
    with transaction.atomic():
        presenter = _locked(presenter_id)
        _keep(presenter, date, hours)
        trail.record(actor=by, verb="changed a day", target=presenter, after={"day": str(date), "offers": _said(hours)})


def set_away(
    *, presenter_id: int, shown: Collection[dt.date], away: Collection[dt.date], by: User | None = None
) -> None:
    """Keeps which of the dates ``shown`` are away, as a month was ticked.

    One that was away and no longer is goes by the week again; one with hours of its own keeps them.
    """
    with transaction.atomic():
        presenter = _locked(presenter_id)
        was_away = set(presenter.availability.filter(date__in=shown, is_away=True).values_list("date", flat=True))
        now_away = set(away) & set(shown)
        for date in sorted(now_away - was_away):
            _keep(presenter, date, AWAY)
        for date in sorted(was_away - now_away):
            _keep(presenter, date, AS_THE_WEEK)
        if now_away != was_away:
            changed = {"away": [str(day) for day in sorted(now_away)]}
            trail.record(actor=by, verb="changed days away", target=presenter, after=changed)


def be_away(*, presenter: Presenter, first: dt.date, last: dt.date) -> None:
    """Marks each date from ``first`` to ``last`` as away, in the caller's transaction."""
    presenter.availability.filter(date__range=(first, last)).delete()
    Availability.objects.bulk_create(
        Availability(presenter=presenter, date=date, is_away=True) for date in _dates(first, last)
    )


def _keep(presenter: Presenter, date: dt.date, hours: OneDay) -> None:
    if hours is AS_THE_WEEK:
        presenter.availability.filter(date=date).delete()
        return
    own = hours if isinstance(hours, Hours) else None
    Availability.objects.update_or_create(
        presenter=presenter,
        date=date,
        defaults={
            "is_away": own is None,
            "start": own.start if own else None,
            "end": own.end if own else None,
        },
    )


def _locked(presenter_id: int) -> Presenter:
    return Presenter.objects.select_for_update(of=("self",)).get(pk=presenter_id)


def _check(hours: Hours) -> None:
    if hours.start >= hours.end:
        raise NotPossible(_("The day must end after it begins."))


def hours_of(row: Availability) -> Hours | None:
    """The hours of a date of its own; None if away."""
    return None if row.start is None or row.end is None else Hours(row.start, row.end)


def _said(hours: OneDay) -> str:
    return f"{hours.start:%H:%M}–{hours.end:%H:%M}" if isinstance(hours, Hours) else hours.value


def _dates(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    return (first + dt.timedelta(days=number) for number in range((last - first).days + 1))
