"""What a report is asked for, in its address."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.formats import date_format

from campaign.dashboard.reports import By


class ReportForm(forms.Form):
    """What scans are told apart by, of which week, in which state. What is not understood is as if not said."""

    by = forms.ChoiceField(choices=By.choices, required=False, widget=forms.HiddenInput)
    week = forms.TypedChoiceField(label="Week", required=False, coerce=dt.date.fromisoformat, empty_value=None)
    state = forms.ChoiceField(label="State", required=False)
    demo = forms.BooleanField(required=False, widget=forms.HiddenInput)
    page = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, mondays: Sequence[dt.date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._mondays = mondays
        self._offer("week", [(monday.isoformat(), f"Week of {date_format(monday, 'j F Y')}") for monday in mondays])
        self.is_valid()

    def offer_states(self, states: Sequence[tuple[str, str]]) -> str:
        """Offers these states; returns the one that was asked for, empty for all."""
        self._offer("state", [("", "All states"), *states])
        asked = str(self.data.get("state", ""))
        return asked if asked in dict(states) else ""

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    @property
    def told_by(self) -> By:
        """Weeks, unless something else is asked for."""
        return By(self.cleaned_data.get("by") or By.WEEK)

    @property
    def monday(self) -> dt.date | None:
        """The week that is asked for, or else the newest; none where there is none."""
        asked: dt.date | None = self.cleaned_data.get("week")
        return asked or next(iter(self._mondays), None)

    @property
    def of_demo(self) -> bool:
        """Whether made-up scans are asked for."""
        return bool(self.cleaned_data.get("demo"))
