"""The days of the form with which a school asks: those that suit it, best first, and those on which it is closed."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outreach.seminars.closed import closed_days
from outreach.seminars.form_parts import DateInput, Day, TimeInput
from outreach.seminars.intake import Closed, Window
from outreach.seminars.models import SchoolBlackout
from portal.seasons.models import Season

CHOICES = (
    gettext_lazy("Best day"),
    gettext_lazy("Second choice"),
    gettext_lazy("Third choice"),
    gettext_lazy("Fourth choice"),
    gettext_lazy("Fifth choice"),
)
DATES = len(CHOICES)
SHOWN_DATES = 2
"""Those that always stand open; the others are folded."""
CLOSED = 3
"""How many stretches of closed days there is room for."""


class DaysMixin(forms.Form):
    """Days of ``season`` that suit and days that don't. ``today`` is the day on which the form is filled."""

    def __init__(self, *args: Any, season: Season, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.season, self.today = season, today

    def add_days(self) -> None:
        """Adds the fields of all days."""
        for number, choice in enumerate(CHOICES, start=1):
            self.fields |= self._day(number, choice)
        for number in range(1, CLOSED + 1):
            self.fields |= self._closed(number)

    def clean_days(self) -> None:
        """Says what is wrong with days and windows, beside each; stands in ``clean``."""
        for number in range(1, CLOSED + 1):
            self._clean_closed(number)
        for number in range(1, DATES + 1):
            self._clean_window(number)

    def first_day(self) -> dt.date | None:
        """The earliest of the days that were named."""
        days = (self.cleaned_data.get(f"date_{number}") for number in range(1, DATES + 1))
        return min((day for day in days if day), default=None)

    def windows(self) -> list[Window]:
        """The days of a valid form, best first."""
        return [
            Window(self.cleaned_data[f"date_{number}"], *self._times(number))
            for number in range(1, DATES + 1)
            if self.cleaned_data.get(f"date_{number}")
        ]

    def closed(self) -> list[Closed]:
        """The days of a valid form on which the school is closed or busy, as far as they lie in the season."""
        found: list[Closed] = []
        for number in range(1, CLOSED + 1):
            first, last, why = (self.cleaned_data.get(f"closed_{part}_{number}") for part in ("from", "to", "why"))
            if first:
                last = min(last or first, self.season.ends_on)
                first = max(first, self.season.starts_on)
                if first <= last:
                    found.append(Closed(first, last, why or SchoolBlackout.Why.CLOSED))
        return found

    def _day(self, number: int, choice: Any) -> dict[str, forms.Field]:
        first = number == 1
        season = self.season
        return {
            f"date_{number}": forms.DateField(
                required=first, label=choice, widget=DateInput(season.starts_on, season.ends_on)
            ),
            f"earliest_{number}": forms.TimeField(
                required=first, label=_("%(choice)s, not before") % {"choice": choice}, widget=TimeInput()
            ),
            f"latest_end_{number}": forms.TimeField(
                required=first, label=_("%(choice)s, over by") % {"choice": choice}, widget=TimeInput()
            ),
        }

    def _closed(self, number: int) -> dict[str, forms.Field]:
        return {
            f"closed_from_{number}": forms.DateField(
                required=False, label=_("Closed %(number)s, from") % {"number": number}, widget=DateInput()
            ),
            f"closed_to_{number}": forms.DateField(
                required=False, label=_("Closed %(number)s, to") % {"number": number}, widget=DateInput()
            ),
            f"closed_why_{number}": forms.ChoiceField(
                required=False,
                choices=[("", _("Choose")), *SchoolBlackout.Why.choices],
                label=_("Closed %(number)s, why") % {"number": number},
            ),
        }

    def days(self) -> Iterator[Day]:
        """The days that suit, best first."""
        for number, choice in enumerate(CHOICES, start=1):
            parts = ((_("Day"), "date"), (_("Not before"), "earliest"), (_("Over by"), "latest_end"))
            yield Day(choice, number == 1, [(label, self[f"{part}_{number}"]) for label, part in parts])

    def stretches(self) -> Iterator[Day]:
        """The stretches of closed days."""
        for number in range(1, CLOSED + 1):
            parts = ((_("From"), "from"), (_("To"), "to"), (_("Why"), "why"))
            title = _("Closed or busy, %(number)s") % {"number": number}
            yield Day(title, False, [(label, self[f"closed_{part}_{number}"]) for label, part in parts])

    def _times(self, number: int) -> tuple[dt.time, dt.time]:
        return self.cleaned_data[f"earliest_{number}"], self.cleaned_data[f"latest_end_{number}"]

    def _clean_closed(self, number: int) -> None:
        first, last = (self.cleaned_data.get(f"closed_{part}_{number}") for part in ("from", "to"))
        if f"closed_from_{number}" in self.errors:
            return
        if last and not first:
            self.add_error(f"closed_from_{number}", _("From which day on?"))
        elif first and last and last < first:
            self.add_error(f"closed_to_{number}", _("The last day must not be before the first."))

    def _clean_window(self, number: int) -> None:
        names = [f"{part}_{number}" for part in ("date", "earliest", "latest_end")]
        if any(name in self.errors for name in names):
            return
        missing = [name for name in names if self.cleaned_data.get(name) is None]
        if missing:
            if len(missing) < len(names):
                self.add_error(missing[0], _("A day needs all three: the day, not before, and over by."))
            return
        day, (earliest, latest_end) = self.cleaned_data[names[0]], self._times(number)
        if problem := self._wrong_with(day) or self._named_before(number, day, earliest):
            self.add_error(names[0], problem)
        minutes = self.cleaned_data.get("minutes") or 1
        if _minutes(latest_end) - _minutes(earliest) < minutes:
            self.add_error(
                names[2],
                _("There must be at least %(minutes)s minutes between “not before” and “over by”.")
                % {"minutes": minutes},
            )

    def _named_before(self, number: int, day: dt.date, earliest: dt.time) -> str:
        named = {
            (self.cleaned_data.get(f"date_{other}"), self.cleaned_data.get(f"earliest_{other}"))
            for other in range(1, number)
        }
        return _("You named this day and time above already.") if (day, earliest) in named else ""

    def _wrong_with(self, day: dt.date) -> str:
        spoken = formats.date_format(day, _("l j F Y"))
        if day <= self.today:
            return _("%(day)s has passed. Please choose a later day.") % {"day": spoken}
        if not self.season.starts_on <= day <= self.season.ends_on:
            return _("The campaign runs from %(start)s to %(end)s. Please choose a day in between.") % {
                "start": formats.date_format(self.season.starts_on, _("j F Y")),
                "end": formats.date_format(self.season.ends_on, _("j F Y")),
            }
        if holiday := closed_days(self.season).get(day):
            return _("%(day)s is %(holiday)s: schools are closed. Please choose another day.") % {
                "day": spoken,
                "holiday": holiday,
            }
        if not self.errors.keys() & {f"closed_to_{number}" for number in range(1, CLOSED + 1)} and any(
            stretch.first <= day <= stretch.last for stretch in self.closed()
        ):
            return _("You wrote that your school is closed or busy on %(day)s.") % {"day": spoken}
        return ""


def _minutes(time: dt.time) -> int:
    return time.hour * 60 + time.minute
