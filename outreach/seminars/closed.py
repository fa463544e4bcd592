"""Days on which no seminar is held: of a whole season, and of a school."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext as _

from outreach.seminars.models import Request, SchoolBlackout
from portal.seasons.calendar import federal_holidays
from portal.seasons.models import Season


def closed_days(season: Season) -> dict[dt.date, str]:
    """The federal holidays within the season, each with its name in the active language.

    New Year's Day is closed also where it is observed on another day.
    """
    years = {season.starts_on.year, season.ends_on.year}
    days = {day for year in years for day in (*federal_holidays(year), dt.date(year, 1, 1))}
    return {day: _holiday(day) for day in sorted(days) if season.starts_on <= day <= season.ends_on}


def blackouts(requests: Iterable[Request]) -> dict[int, frozenset[dt.date]]:
    """The days of the season on which each request's school is closed or busy, by its key; in one statement.

    Of a school of the register those that any of its requests of the season named.
    """
    wanted = list(requests)
    schools = {request.school_id for request in wanted} - {None}
    rows = SchoolBlackout.objects.filter(
        Q(request__in=[request.pk for request in wanted])
        | Q(request__school__in=schools, request__season__in={request.season_id for request in wanted})
    ).select_related("request__season")
    days: dict[object, set[dt.date]] = {}
    for row in rows:
        asked, season = row.request, row.request.season
        first, last = max(row.first, season.starts_on), min(row.last, season.ends_on)
        stretch = {first + dt.timedelta(days=number) for number in range((last - first).days + 1)}
        days.setdefault(asked.pk, set()).update(stretch)
        if asked.school_id is not None:
            days.setdefault((asked.school_id, season.pk), set()).update(stretch)
    return {
        request.pk: frozenset(days.get(request.pk, set()) | days.get((request.school_id, request.season_id), set()))
        for request in wanted
    }


def _holiday(day: dt.date) -> str:
    if day.month == 1:
        return _("Martin Luther King Day") if day.day >= 15 else _("New Year’s Day")
    return _("a federal holiday")
