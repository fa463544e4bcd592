"""Forms of the admin that move, copy and preview an event."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.serializers.json import DjangoJSONEncoder
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldAdminURLInputWidget,
)

from outreach.registration import mails
from outreach.registration.cloning import MOST
from outreach.registration.moving import MOST_LETTERS, MOVES
from outreach.seminars.models import Seminar
from outreach.seminars.staff_forms import ZONE_CHOICES, ClockInput, DayInput
from portal.areas import clocks
from portal.areas.models import Area


class MoveForm(forms.ModelForm):  # type: ignore[type-arg]
    """Another time, place or link; the start is typed as the clock shows it where the event takes place."""

    day = forms.DateField(widget=DayInput)
    start = forms.TimeField(widget=ClockInput, help_text="On the clock of the time zone below.")
    time_zone = forms.ChoiceField(choices=ZONE_CHOICES, widget=UnfoldAdminSelectWidget)
    area = forms.ModelChoiceField(Area.objects.all(), label="State", widget=UnfoldAdminSelectWidget)
    join_url = forms.URLField(
        required=False,
        label="Address of the video meeting",
        assume_scheme="https",
        widget=UnfoldAdminURLInputWidget,
        help_text="Sent to those who booked, never shown.",
    )
    reason = forms.CharField(
        required=False,
        label="Why, in a sentence",
        max_length=MOST_LETTERS,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text="Those who booked read it, in the language you write it in.",
    )

    class Meta:
        model = Seminar
        fields = ("time_zone", "minutes", "mode", "venue", "address", "city", "area", "join_url")
        widgets = {
            "minutes": UnfoldAdminIntegerFieldWidget,
            "mode": UnfoldAdminSelectWidget,
            "venue": UnfoldAdminTextInputWidget,
            "address": UnfoldAdminTextInputWidget,
            "city": UnfoldAdminTextInputWidget,
        }

    field_order = ("day", "start", "time_zone", "minutes", "mode", "venue", "address", "city", "area", "join_url")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        start = clocks.local(self.instance.starts_at, self.instance.time_zone)
        self.initial.update(day=start.date(), start=start.time().replace(tzinfo=None), reason="")

    def clean(self) -> dict[str, Any]:
        """Put day, time and zone together."""
        cleaned = super().clean() or self.cleaned_data
        day, start, zone = (cleaned.get(name) for name in ("day", "start", "time_zone"))
        season = self.instance.season
        if day and abs(day.year - season.year) > 1:
            self.add_error("day", f"{day} is far from {season}: check the year.")
        elif day and start and zone:
            wall = dt.datetime.combine(day, start)
            there = wall.replace(tzinfo=ZoneInfo(zone)).astimezone(dt.UTC)
            if clocks.local(there, zone).replace(tzinfo=None) != wall:
                self.add_error("start", "On that day the clock goes forward over this time: choose another.")
            cleaned["starts_at"] = there
        return cleaned

    @property
    def fields_moved(self) -> dict[str, Any]:
        """What ``moving.move`` takes, of a valid form."""
        return {name: self.cleaned_data[name] for name in MOVES if name in self.cleaned_data}


def digest(fields: Mapping[str, Any], reason: str) -> str:
    """Of what a preview showed: what is done is what was seen."""
    plain = {name: getattr(value, "pk", value) for name, value in sorted(fields.items())}
    text = json.dumps([plain, reason], cls=DjangoJSONEncoder, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class CloneForm(forms.Form):
    """On which days the same event takes place again."""

    day = forms.DateField(label="First day", widget=DayInput)
    copies = forms.IntegerField(
        label="How many", min_value=1, max_value=MOST, initial=1, widget=UnfoldAdminIntegerFieldWidget
    )
    every = forms.IntegerField(
        label="Days in between", min_value=1, max_value=60, initial=7, widget=UnfoldAdminIntegerFieldWidget
    )

    @property
    def days(self) -> list[dt.date]:
        """The days, of a valid form."""
        first, every = self.cleaned_data["day"], self.cleaned_data["every"]
        return [first + dt.timedelta(days=every * number) for number in range(self.cleaned_data["copies"])]


class PreviewForm(forms.Form):
    """Which mail, in which language, and as which booking gets it."""

    template = forms.ChoiceField(label="Mail", choices=list(mails.TEMPLATES.items()), widget=UnfoldAdminSelectWidget)
    language = forms.ChoiceField(choices=[("en", "English"), ("es", "Spanish")], widget=UnfoldAdminSelectWidget)
    booking = forms.IntegerField(required=False, widget=forms.HiddenInput)
