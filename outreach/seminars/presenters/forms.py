"""Forms of the presenters' pages: what an agency says of somebody, what presenters say of themselves and their days."""

import calendar
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.utils import dates
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outreach.agencies.models import Agency
from outreach.seminars.fields import NameField, PostalCodeField
from outreach.seminars.form_parts import TimeInput
from outreach.seminars.models import Decline, Language, Presenter, PresenterKind, Topic
from outreach.seminars.presenters import profile
from outreach.seminars.presenters.availability import AS_THE_WEEK, AWAY, Hours, OneDay
from outreach.seminars.presenters.month import Cell
from portal.areas import clocks

#: One zone for each clock that people know; the ZIP code tells the finer ones.
CLOCKS: Final = (
    *("America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles"),
    *("America/Anchorage", "America/Adak", "Pacific/Honolulu", "America/Puerto_Rico", "Pacific/Guam"),
    "Pacific/Pago_Pago",
)
USUAL: Final = Hours(dt.time(9), dt.time(17))


class OffersForm(forms.Form):
    """What somebody gives, from where, how far and how much. ``stored`` is the record that is changed, if any."""

    languages = forms.MultipleChoiceField(
        choices=Language.choices, widget=forms.CheckboxSelectMultiple, label=gettext_lazy("Languages")
    )
    topics = forms.MultipleChoiceField(
        choices=Topic.choices, widget=forms.CheckboxSelectMultiple, label=gettext_lazy("Topics")
    )
    base_postal_code = PostalCodeField(
        label=gettext_lazy("ZIP code to start from"),
        help_text=gettext_lazy("Home or office. Only the ZIP code is kept, and no school sees it."),
    )
    time_zone = forms.ChoiceField(
        required=False, label=gettext_lazy("Clock"), help_text=gettext_lazy("Mostly the ZIP code tells.")
    )
    gives_virtual = forms.BooleanField(required=False, initial=True, label=gettext_lazy("Also by video"))
    radius_miles = forms.IntegerField(
        min_value=0, max_value=500, initial=60, label=gettext_lazy("How many miles from there, at most?")
    )
    max_travel_minutes = forms.IntegerField(
        min_value=0,
        max_value=720,
        initial=240,
        label=gettext_lazy("Minutes on the road in a day, at most"),
        help_text=gettext_lazy("The way home included."),
    )
    max_per_day = forms.IntegerField(
        min_value=1, max_value=8, initial=2, label=gettext_lazy("Seminars in a day, at most")
    )
    max_seminars = forms.IntegerField(
        min_value=1, max_value=200, initial=8, label=gettext_lazy("Seminars in January, at most")
    )

    def __init__(self, *args: Any, stored: Presenter | None = None, **kwargs: Any) -> None:
        if stored is not None:
            names = ("languages", "topics", "base_postal_code", "gives_virtual", "radius_miles", "max_travel_minutes")
            kept = {name: getattr(stored, name) for name in (*names, "max_per_day", "max_seminars")}
            kwargs["initial"] = {**kept, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.stored = stored
        zone = self.fields["time_zone"]
        assert isinstance(zone, forms.ChoiceField)
        zone.choices = [
            ("", gettext_lazy("As in the ZIP code")),
            *((name, clocks.clock_name(name)) for name in CLOCKS),
        ]

    def clean(self) -> dict[str, Any]:
        """Finds where the ZIP code lies; only where that can't be told the clock must be chosen."""
        cleaned = super().clean() or self.cleaned_data
        code = cleaned.get("base_postal_code")
        if not code:
            return cleaned
        latitude, longitude, zone = self._base(code)
        cleaned |= {"latitude": latitude, "longitude": longitude, "time_zone": cleaned.get("time_zone") or zone}
        if not cleaned["time_zone"]:
            self.add_error("time_zone", _("We can’t tell from this ZIP code. Please choose your clock."))
        return cleaned

    def _base(self, code: str) -> tuple[float | None, float | None, str]:
        stored = self.stored if self.stored and self.stored.base_postal_code == code else None
        if stored and stored.latitude is not None:
            return stored.latitude, stored.longitude, stored.time_zone
        return profile.locate(code) or (None, None, stored.time_zone if stored else "")

    def offers(self) -> dict[str, Any]:
        """The fields of a valid form, as ``profile.keep`` takes them."""
        return {name: self.cleaned_data[name] for name in profile.OWN}


class PersonForm(OffersForm):
    """Somebody whom an agency adds."""

    name = NameField(max_length=120, label=gettext_lazy("Name"), help_text=gettext_lazy("We never show it in public."))
    email = forms.EmailField(
        label=gettext_lazy("Work e-mail"), help_text=gettext_lazy("There we send a link to a page of their own.")
    )
    kind = forms.ChoiceField(
        choices=PresenterKind.choices,
        widget=forms.RadioSelect,
        label=gettext_lazy("Who is it?"),
        help_text=gettext_lazy("Schools choose who may come, and tell parents. This must be right."),
    )
    field_order = ("name", "email", "kind")

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agency = agency
        if agency.level == Agency.Level.FEDERAL:
            self.fields["kind"].initial = PresenterKind.FEDERAL_AGENT

    def presenter(self) -> Presenter:
        """The presenter of a valid form, unsaved and without an agency."""
        own = {name: self.cleaned_data[name] for name in ("name", "email", "kind")}
        return Presenter(**own, **self.offers())


class DeclineForm(forms.Form):
    """Why a presenter can't come."""

    reason = forms.ChoiceField(
        choices=Decline.Reason.choices,
        widget=forms.RadioSelect,
        label=gettext_lazy("Why?"),
        error_messages={"required": gettext_lazy("Choose why you can’t come, so that we find somebody who can.")},
    )
    note = forms.CharField(
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        label=gettext_lazy("Anything that helps us plan"),
    )


@dataclass(frozen=True, slots=True)
class WeekdayRow:
    """The three fields of a weekday."""

    name: str
    on: forms.BoundField
    start: forms.BoundField
    end: forms.BoundField


class WeekForm(forms.Form):
    """What holds each week: per weekday whether, from when and until when."""

    def __init__(self, *args: Any, week: dict[int, Hours], first_weekday: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.order = list(calendar.Calendar(first_weekday).iterweekdays())
        for day in self.order:
            name, hours = str(dates.WEEKDAYS[day]), week.get(day)
            shown = hours or USUAL
            self.fields |= {
                f"on_{day}": forms.BooleanField(required=False, label=name, initial=hours is not None),
                f"start_{day}": forms.TimeField(
                    required=False, widget=TimeInput(), initial=shown.start, label=_("%(day)s, from") % {"day": name}
                ),
                f"end_{day}": forms.TimeField(
                    required=False, widget=TimeInput(), initial=shown.end, label=_("%(day)s, to") % {"day": name}
                ),
            }

    def rows(self) -> Iterator[WeekdayRow]:
        """The weekdays in the order in which they are asked."""
        for day in self.order:
            yield WeekdayRow(str(dates.WEEKDAYS[day]), self[f"on_{day}"], self[f"start_{day}"], self[f"end_{day}"])

    def clean(self) -> dict[str, Any]:
        """A weekday that is offered has hours that begin before they end."""
        cleaned = super().clean() or self.cleaned_data
        for day in self.order:
            if cleaned.get(f"on_{day}"):
                _clean_hours(self, f"start_{day}", f"end_{day}")
        return cleaned

    def week(self) -> dict[int, Hours]:
        """The offered weekdays of a valid form."""
        cleaned = self.cleaned_data
        return {
            day: Hours(cleaned[f"start_{day}"], cleaned[f"end_{day}"]) for day in self.order if cleaned[f"on_{day}"]
        }


class DayForm(forms.Form):
    """What holds on one date."""

    WEEK, OTHER, GONE = "week", "hours", "away"

    holds = forms.ChoiceField(
        widget=forms.RadioSelect,
        label=gettext_lazy("What holds on this day?"),
        choices=[
            (WEEK, gettext_lazy("The same as every week")),
            (GONE, gettext_lazy("I am away")),
            (OTHER, gettext_lazy("Other hours:")),
        ],
    )
    start = forms.TimeField(required=False, widget=TimeInput(), label=gettext_lazy("From"))
    end = forms.TimeField(required=False, widget=TimeInput(), label=gettext_lazy("To"))

    def __init__(self, *args: Any, cell: Cell | None = None, **kwargs: Any) -> None:
        if cell is not None:
            shown = cell.hours or USUAL
            holds = self.GONE if cell.is_away else self.OTHER if cell.own else self.WEEK
            kwargs["initial"] = {"holds": holds, "start": shown.start, "end": shown.end}
        super().__init__(*args, **kwargs)
        self.label_suffix = ""

    def clean(self) -> dict[str, Any]:
        """Other hours begin before they end."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("holds") == self.OTHER:
            _clean_hours(self, "start", "end")
        return cleaned

    def hours(self) -> OneDay:
        """What a valid form says."""
        if self.cleaned_data["holds"] == self.OTHER:
            return Hours(self.cleaned_data["start"], self.cleaned_data["end"])
        return AWAY if self.cleaned_data["holds"] == self.GONE else AS_THE_WEEK


def _clean_hours(form: forms.Form, start: str, end: str) -> None:
    if start in form.errors or end in form.errors:
        return
    begins, ends = form.cleaned_data.get(start), form.cleaned_data.get(end)
    if begins is None or ends is None:
        form.add_error(start if begins is None else end, _("Both times are needed."))
    elif begins >= ends:
        form.add_error(end, _("The day must end after it begins."))
