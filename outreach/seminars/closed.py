"""Days of a season on which no seminar is held."""

import datetime as dt

from django.utils.translation import gettext as _

from portal.seasons.calendar import federal_holidays
from portal.seasons.models import Season


def closed_days(season: Season) -> dict[dt.date, str]:
    """The federal holidays within the season, each with its name in the active language.

    New Year's Day is closed also where it is observed on another day.
    """
    years = {season.starts_on.year, season.ends_on.year}
    days = {day for year in years for day in (*federal_holidays(year), dt.date(year, 1, 1))}
    return {day: _holiday(day) for day in sorted(days) if season.starts_on <= day <= season.ends_on}


def _holiday(day: dt.date) -> str:
    if day.month == 1:
        return _("Martin Luther King Day") if day.day >= 15 else _("New Year’s Day")
    return _("a federal holiday")
